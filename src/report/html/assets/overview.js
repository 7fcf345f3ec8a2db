// The verdict, and who must act first.

function headline(run) {
  const all = run.counts.reduce((sum, [, number]) => sum + number, 0);
  const bar = el("div", { class: "bar", "aria-hidden": "true" });
  for (const [outcome, number] of run.counts) {
    const part = el("span", { class: outcome });
    part.style.flexGrow = number;
    part.style.minWidth = "3px";
    bar.append(part);
  }
  const counts = el("ul", { class: "counts" }, run.counts.map(([outcome, number]) => el("li", {},
    el("a", { href: `#cases?outcome=${outcome}`, class: outcome }, sign(outcome), el("strong", {}, grouped(number)), ` ${OUTCOMES[outcome][1].toLowerCase()}`))));
  return el("section", { class: `verdict ${run.verdict.kind}`, "aria-labelledby": "verdict" },
    el("h1", { id: "verdict" }, el("span", { class: "word" }, run.verdict.word), el("span", { class: "unseen" }, ": "), el("span", { class: "sentence" }, run.verdict.sentence)),
    run.verdict.notes.length > 0 && el("p", { class: "faint" }, run.verdict.notes.join(" · ")),
    all > 0 && bar, all > 0 && counts);
}

/** How many cases of a group are named; the list has the others. */
const NAMED = 3;

/** The title of the overview, which is never that there is nothing to do where there is something to look at. */
function overviewTitle(run) {
  if (run.act.length > 0) return "Who must act";
  return (run.findings ?? []).length > 0 ? "Nothing failed; findings to look at" : "Nothing to do";
}

function overviewView(run) {
  const findings = (run.findings ?? []).length;
  const section = el("section", { id: "overview", "aria-labelledby": "overview-title" },
    changesPart(run),
    el("h2", { id: "overview-title", tabindex: "-1" }, overviewTitle(run)),
    run.act.length === 0 && el("p", {}, run.cases.length > 0 ? "Every promise that was checked was kept." : "There was no case to run."),
    findings > 0 && el("p", {}, el("a", { href: "#contract" }, many(findings, "finding")), ": what the contract does not say."),
    run.act.length > 1 && el("ul", { class: "people" }, run.act.map((person, index) => el("li", {}, el("button", { type: "button", click: () => { const title = document.getElementById(`act-${index}`); title.scrollIntoView(); title.focus({ preventScroll: true }); } },
      person.who, " ", el("strong", {}, grouped(person.groups.length)), el("span", { class: "unseen" }, " to do"))))),
    run.act.map((person, index) => el("section", { class: "act" },
      el("h3", { id: `act-${index}`, tabindex: "-1" }, person.who, el("span", { class: "why" }, prose(person.why))),
      el("ol", { class: "groups" }, person.groups.map((group, place) => thing(run, group, `${index}.${place}`))))),
    run.timings.length > 0 && slowest(run));
  return { section };
}

/** What changed since the run before: it comes first. */
function changesPart(run) {
  if (!(run.changes ?? []).length) return null;
  return el("section", { class: "changes-since", "aria-labelledby": "changes-title" },
    el("h2", { id: "changes-title" }, "Since ", run.since),
    el("ul", {}, run.changes.map((one) => el("li", { class: one.kind },
      el("strong", {}, one.title),
      one.items.length > 0 && el("ul", {}, one.items.map((item) => el("li", {}, item)), one.more > 0 && el("li", { class: "faint" }, `and ${grouped(one.more)} more`))))));
}

/** One thing to do. */
function thing(run, group, why) {
  const shown = group.cases.slice(0, NAMED);
  const rest = group.cases.length - shown.length;
  return el("li", { class: `group ${group.outcome}` },
    el("div", {}, el("h4", {}, sign(group.outcome), el("span", {}, group.new && el("span", { class: "new" }, "new"), prose(group.title))),
      group.cause && el("p", { class: "faint cause" }, "most likely because of: ", prose(group.cause)),
      group.notes.length > 0 && notes(group.notes)),
    el("div", { class: "where" },
      el("p", {}, (group.operations ?? []).map((one) => [el("code", { class: "operation" }, one), " "]), group.place && el("code", { class: "faint" }, group.place)),
      shown.length > 0 && el("ul", { class: "named" }, shown.map((index) => el("li", {}, el("a", { href: `#cases?case=${index}` }, run.cases[index].n), " ", el("span", { class: "faint" }, run.suites[run.cases[index].s]?.[1])))),
      rest > 0 && el("p", {}, el("a", { href: `#cases?why=${why}` }, `all ${many(group.cases.length, "case")}`))));
}

function slowest(run) {
  const few = run.timings.slice(0, 5);
  return el("section", { class: "slowest" }, el("h3", {}, "Slowest operations"), timesTable(few, run.timings[0].max_us, "Slowest operations"),
    run.timings.length > few.length && el("p", {}, el("a", { href: "#timing" }, `all ${run.timings.length} operations`)));
}

/** Times by operation, with a bar from the median to the longest. */
function timesTable(list, longest, label) {
  const top = Math.max(longest, ...list.map((one) => one.max_us), 1);
  const bar = (one) => {
    const line = el("span", { class: "range", "aria-hidden": "true" });
    for (const [kind, us] of [["max", one.max_us], ["p95", one.p95_us], ["p50", one.p50_us]]) {
      const part = el("span", { class: kind });
      part.style.width = `${(us / top) * 100}%`;
      line.append(part);
    }
    return line;
  };
  return scroller(label, el("table", { class: "timings" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Operation"), ["p50", "p95", "max", "answers"].map((name) => el("th", { scope: "col", class: "n" }, name)), el("td", {}))),
    el("tbody", {}, list.map((one) => el("tr", {}, el("th", { scope: "row" }, el("code", {}, one.operation)), [one.p50_us, one.p95_us, one.max_us].map((us) => el("td", { class: "n" }, time(us))), el("td", { class: "n" }, grouped(one.count)), el("td", { class: "bars" }, bar(one)))))));
}

function timingView(run) {
  const section = el("section", { id: "timing", "aria-labelledby": "timing-title" }, el("h2", { id: "timing-title", tabindex: "-1" }, "Timing"),
    el("p", { class: "lead" }, "How long answers took, by operation, slowest first by p95: half took no longer than p50, nineteen of twenty no longer than p95. Exchanges without an answer do not count."),
    timesTable(run.timings, 0, "Times by operation"));
  return { section };
}

function runView(run) {
  return { section: el("section", { id: "run-facts", "aria-labelledby": "run-title" }, el("h2", { id: "run-title", tabindex: "-1" }, "Run"), facts(run.facts),
    run.brief > 0 && el("p", { class: "reason" }, `${many(run.brief, "case")} without requests and responses, to keep the report small; the journal has them.`)) };
}
