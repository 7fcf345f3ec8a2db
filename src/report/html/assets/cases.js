// The list of cases and its filters.

/** How many cases are laid out at once; the rest follow on request. */
const PAGE = 50;

/** What the list may be narrowed by: the name in the address, what it is called, and what a case must have. */
const FILTERS = [
  ["outcome", "Outcome", (row) => [row.o]],
  ["suite", "Suite", (row) => [String(row.s)]],
  ["tag", "Tag", (row) => (row.t ?? []).map(String)],
  ["operation", "Operation", (row) => (row.p ?? []).map(String)],
];

/** Where outcomes stand in the list: what needs a look comes first. */
const ORDER = Object.keys(OUTCOMES);

const SORTS = {
  problems: ["Problems first", (a, b) => ORDER.indexOf(a.o) - ORDER.indexOf(b.o)],
  plan: ["As planned", () => 0],
  slowest: ["Slowest first", (a, b) => (b.d ?? 0) - (a.d ?? 0)],
};

function casesView(run, state, change) {
  const list = el("ol", { class: "cases" });
  const count = el("p", { class: "count", role: "status" });
  const more = el("button", { type: "button", class: "more", click: () => { const from = shown; extend(shown + 10 * PAGE); list.children[from]?.querySelector("summary").focus(); } });
  const group = el("p", { class: "group" });
  const controls = {};
  let matching = [];
  let shown = 0;
  let haystack;

  const values = {
    outcome: run.counts.map(([outcome, number]) => [outcome, `${OUTCOMES[outcome][1]} (${grouped(number)})`]),
    suite: run.suites.map(([name, stem], index) => [String(index), `${name} · ${stem}`]),
    tag: run.tags.map((tag, index) => [String(index), tag]),
    operation: run.operations.map((operation, index) => [String(index), operation]),
  };
  const select = (key, label, options, any) => {
    const control = el("select", { change: () => change({ [key]: control.value }) }, any && el("option", { value: "" }, any), options.map(([value, name]) => el("option", { value }, name)));
    controls[key] = control;
    return el("label", {}, el("span", {}, label), control);
  };
  const search = el("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: "name, step, message…", "aria-keyshortcuts": "/", input: () => change({ q: search.value }) });
  controls.q = search;
  const form = el("form", { class: "filters", role: "search", "aria-label": "Filter cases", submit: (event) => event.preventDefault() },
    el("label", { class: "wide" }, el("span", {}, "Text"), search),
    FILTERS.map(([key, label]) => values[key].length > 1 && select(key, label, values[key], "all")),
    select("sort", "Order", Object.entries(SORTS).map(([key, [name]]) => [key, name])),
    el("button", { type: "button", class: "clear", click: () => { change(Object.fromEntries([...Object.keys(controls), "why"].map((key) => [key, ""]))); search.focus(); } }, "Clear"));

  const text = (row) => [row.n, run.suites[row.s]?.join(" "), row.w, (row.t ?? []).map((tag) => run.tags[tag]).join(" "), (row.p ?? []).map((one) => run.operations[one]).join(" "), (row.k ?? []).map((one) => run.steps[one]).join(" ")].join("\n").toLowerCase();

  function fits() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0) haystack ??= run.cases.map(text);
    const wanted = FILTERS.filter(([key]) => state[key] !== "");
    const group = theGroup();
    const only = group && new Set(group.cases);
    const found = run.cases.map((_, index) => index).filter((index) => (!only || only.has(index))
      && wanted.every(([key, , has]) => has(run.cases[index]).includes(state[key]))
      && words.every((word) => haystack[index].includes(word)));
    const order = (SORTS[state.sort] ?? SORTS.problems)[1];
    return found.sort((a, b) => order(run.cases[a], run.cases[b]) || a - b);
  }

  function theGroup() {
    const [person, place] = state.why.split(".");
    return run.act[person]?.groups[place];
  }

  function extend(to) {
    const end = Math.min(to, matching.length);
    const rows = document.createDocumentFragment();
    for (; shown < end; shown += 1) rows.append(el("li", {}, caseRow(matching[shown])));
    list.append(rows);
    const left = matching.length - shown;
    more.hidden = left <= 0;
    more.textContent = `Show ${grouped(Math.min(left, 10 * PAGE))} more of ${grouped(left)}`;
  }

  function caseRow(index) {
    const row = run.cases[index];
    const panel = el("div", { class: "detail" });
    let drawn = false;
    const open = () => {
      if (drawn) return;
      drawn = true;
      const step = state.case === String(index) && state.step !== "" ? state.step.split(".").map(Number) : undefined;
      put(panel, caseDetail(index, row, run, { step, toggled: (time, place, open) => { if (open) change({ case: String(index), step: `${time}.${place}` }, true); } }));
    };
    const [name, stem] = run.suites[row.s] ?? ["", ""];
    const item = el("details", { class: `case ${row.o}`, id: `case-${index}`, toggle: () => {
      if (item.open) { open(); if (state.case !== String(index)) change({ case: String(index), step: "" }, true); }
      else if (state.case === String(index)) change({ case: "", step: "" }, true);
    } },
      el("summary", {}, sign(row.o),
        el("span", { class: "title" }, el("h3", { class: "name" }, row.n), el("span", { class: "suite", title: name }, stem), row.w && el("span", { class: "why" }, prose(row.w))),
        el("span", { class: "took" }, row.d === undefined ? "" : time(row.d))),
      panel);
    item.show = () => { open(); item.open = true; };
    return item;
  }

  /** Lays the list out anew for the filters as they are. */
  function update() {
    for (const [key, control] of Object.entries(controls)) {
      const value = key === "sort" ? state.sort || "problems" : state[key];
      if (control.value !== value) control.value = value;
    }
    matching = fits();
    shown = 0;
    list.replaceChildren();
    extend(PAGE);
    const all = run.cases.length;
    count.textContent = matching.length === all ? many(all, "case") : matching.length === 0 ? "No case fits these filters" : `${grouped(matching.length)} of ${many(all, "case")}`;
    const why = theGroup();
    group.hidden = !why;
    group.replaceChildren();
    if (why) put(group, ["Only: ", el("strong", {}, prose(why.title)), " ", el("button", { type: "button", click: () => change({ why: "" }) }, "Show all")]);
  }

  /** Opens the case that the address names. */
  function reveal() {
    if (state.case === "") return;
    const place = matching.indexOf(Number(state.case));
    if (place < 0) return;
    if (place >= shown) extend(place + PAGE);
    const item = list.children[place].firstChild;
    item.show();
    item.scrollIntoView({ block: "start" });
    item.querySelector("summary").focus({ preventScroll: true });
  }

  /** Moves to the next case, or the one before. */
  function move(by) {
    const summaries = [...list.querySelectorAll(":scope > li > details > summary")];
    const here = summaries.findIndex((one) => one.parentElement.contains(document.activeElement));
    if (here === summaries.length - 1 && by > 0 && shown < matching.length) { extend(shown + PAGE); return move(by); }
    const next = summaries[here < 0 ? 0 : Math.min(summaries.length - 1, Math.max(0, here + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const section = el("section", { id: "cases", "aria-labelledby": "cases-title" }, el("h2", { id: "cases-title", tabindex: "-1" }, "Cases"), form, el("div", { class: "found" }, count, group), list, more);
  // Before the first letter is typed there is time to prepare for it.
  (globalThis.requestIdleCallback ?? setTimeout)(() => { haystack ??= run.cases.map(text); });
  return { section, update, reveal, move, search, all: () => extend(1000) };
}
