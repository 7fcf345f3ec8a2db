// Puts the page together and keeps the address true: what is looked at can be sent to somebody else.

const run = read("run");
const KEYS = ["outcome", "suite", "tag", "operation", "q", "sort", "why", "case", "step"];
const state = { view: "overview", ...Object.fromEntries(KEYS.map((key) => [key, ""])) };
const names = { overview: "Overview", cases: "Cases", contract: "Contract", timing: "Timing", history: "History", run: "Run" };
const makers = { overview: () => overviewView(run), cases: () => casesView(run, state, change), contract: () => contractView(run), timing: () => timingView(run), history: () => historyView(run), run: () => runView(run) };
const there = Object.keys(makers).filter((view) => view !== "contract" || run.contracts || run.findings || run.ambiguities).filter((view) => view !== "timing" || run.timings.length > 0).filter((view) => view !== "history" || run.history);
const views = {};
const main = document.getElementById("main");
const tabs = el("nav", { "aria-label": "Parts of the report" }, el("ul", {}, there.map((view) => el("li", {}, el("a", { href: `#${view}`, "data-view": view }, names[view], badge(view))))));

function badge(view) {
  const number = view === "cases" ? run.cases.length : view === "contract" ? (run.findings ?? []).length : 0;
  return number > 0 && [" ", el("span", { class: "badge" }, grouped(number), view === "contract" && el("span", { class: "unseen" }, " findings"))];
}

/** The address for what is looked at now. */
function address() {
  const query = new URLSearchParams(KEYS.filter((key) => state[key] !== "").map((key) => [key, state[key]]));
  return state.view === "cases" && String(query) !== "" ? `#cases?${query}` : `#${state.view}`;
}

/** Takes a choice over: the address tells it, and the list follows unless it is itself where the choice was made. */
function change(choice, quiet) {
  Object.assign(state, choice);
  try { history.replaceState(null, "", address()); } catch { /* a page from disk may not be allowed to */ }
  if (!quiet) views.cases.update();
}

/** Shows what the address names. */
function follow() {
  const [view, query] = location.hash.slice(1).split("?");
  state.view = there.includes(view) ? view : "overview";
  const asked = new URLSearchParams(query ?? "");
  for (const key of KEYS) state[key] = asked.get(key) ?? "";
  show();
}

function show() {
  const view = view_of(state.view);
  for (const [name, one] of Object.entries(views)) one.section.hidden = name !== state.view;
  for (const link of tabs.querySelectorAll("a")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (state.view === "cases") { view.update(); view.reveal(); }
}

function view_of(name) {
  if (!views[name]) {
    views[name] = makers[name]();
    main.append(views[name].section);
  }
  return views[name];
}

/** Light, dark, or as the system has it. */
function theme() {
  const kinds = ["auto", "light", "dark"];
  let now = kinds.includes(remember("theme")) ? remember("theme") : "auto";
  const button = el("button", { type: "button", click: () => { now = kinds[(kinds.indexOf(now) + 1) % kinds.length]; remember("theme", now); apply(); } });
  const apply = () => { document.documentElement.dataset.theme = now; button.textContent = `Theme: ${now}`; };
  apply();
  return button;
}

/** Keys that act on the whole page; they can be switched off. */
function keys() {
  let on = remember("keys") !== "off";
  const box = el("input", { type: "checkbox", change: () => { on = box.checked; remember("keys", on ? "on" : "off"); } });
  box.checked = on;
  const list = [["j, k", "next case, previous case"], ["Enter", "open or close it"], ["/", "search"], ["Escape", "clear the search, close the case"], ["g o, g c, g k, g t, g h, g r", "overview, cases, contract, timing, history, run"], ["?", "this list"]];
  const dialog = el("dialog", { "aria-labelledby": "keys-title" }, el("h2", { id: "keys-title" }, "Keys"), facts(list), el("p", {}, el("label", {}, box, " Keys act on the page")), el("form", { method: "dialog" }, el("button", {}, "Close")));
  let go = false;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (event.key === "Escape" && !dialog.open) return escape(event);
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const went = go;
    go = event.key === "g";
    if (went) {
      const view = { o: "overview", c: "cases", k: "contract", t: "timing", h: "history", r: "run" }[event.key];
      if (there.includes(view)) { location.hash = view; event.preventDefault(); }
      return undefined;
    }
    const act = { j: () => next(1), k: () => next(-1), "/": find, "?": () => dialog.showModal() }[event.key];
    if (act) { event.preventDefault(); act(); }
    return undefined;
  });
  return [el("button", { type: "button", click: () => dialog.showModal() }, "Keys"), dialog];
}

function inCases() {
  if (state.view !== "cases") { state.view = "cases"; show(); change({}, true); }
  return view_of("cases");
}

function next(by) { inCases().move(by); }

function find() { inCases().search.focus(); views.cases.search.select(); }

function escape(event) {
  if (event.target.type === "search") {
    if (state.q !== "") change({ q: "" });
    else event.target.blur();
    event.preventDefault();
    return;
  }
  const open = event.target.closest?.("details[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
}

document.getElementById("head").append(
  el("p", { class: "of" }, [["Run", run.facts[0]?.[1]], ["Environment", run.facts.find(([name]) => name === "Environment")?.[1]], ["Target", run.facts.find(([name]) => name === "Target")?.[1]], ["Started", run.facts.find(([name]) => name === "Started")?.[1]]].filter(([, value]) => value).map(([name, value]) => el("span", {}, el("span", { class: "unseen" }, `${name}: `), value))),
  el("div", { class: "tools" }, theme(), keys()));
document.title = `${run.verdict.word} · ${document.title}`;
main.append(headline(run), tabs);
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => {
  there.forEach(view_of);
  if (state.view !== "cases" && views.cases) { views.cases.update(); views.cases.all(); }
});
follow();
