// What past runs tell: strips of runs, and how long operations took over time.

const LETTERS = { P: "passed", F: "failed", T: "error", Y: "flaky", W: "waived", S: "skipped", ".": undefined };

const STANDINGS = { newly_failing: "fails", failing: "fails", error: "error", unsteady: "unsteady", waived: "waived", skipped: "not run", passing: "passes" };

/** The strips of the past by the name of their case; made once. */
function strips(run) {
  run.strips ??= new Map((run.history?.cases ?? []).map((one) => [`${one.suite}\n${one.case}`, one]));
  return run.strips;
}

/** Whether this run is among the past ones already. */
function isKnown(run) {
  return run.history.runs.some((one) => one.runs.includes(run.facts[0]?.[1]));
}

/** One sign for each run, the newest last. */
function nights(run, strip, now) {
  const outcomes = [...strip.signs].map((letter) => LETTERS[letter]);
  if (now && !isKnown(run)) outcomes.push(now);
  const counted = ORDER.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]).filter(([, number]) => number > 0);
  return el("span", { class: "nights" },
    el("span", { "aria-hidden": "true" }, outcomes.map((outcome) => el("span", { class: `night ${outcome ?? "absent"}` }, outcome ? OUTCOMES[outcome][0] : "·"))),
    el("span", { class: "unseen" }, counted.map(([outcome, number]) => `${number} ${OUTCOMES[outcome][1].toLowerCase()}`).join(", ")));
}

function historyView(run) {
  const past = run.history;
  const today = new Map(run.cases.map((row, index) => [`${run.suites[row.s]?.[1]}\n${row.n}`, [row, index]]));
  const of = (strip) => today.get(`${strip.suite}\n${strip.case}`) ?? [];
  const urgency = (strip) => (isNew(run, strip, of(strip)[0]?.o) ? 0 : strip.since ? 1 : 2);
  const rows = [...past.cases].sort((one, other) => urgency(one) - urgency(other)).map((strip) => {
    const [row, index] = of(strip);
    return el("tr", {}, el("th", { scope: "row" }, row ? el("a", { href: `#cases?case=${index}` }, strip.case) : strip.case, " ", el("span", { class: "faint" }, strip.suite)),
      el("td", {}, nights(run, strip, row?.o)), el("td", {}, standing(run, strip, row?.o)), el("td", { class: "n" }, `${Math.round((100 * strip.flaky) / Math.max(1, strip.runs))} %`));
  });
  const table = (label, names, body) => scroller(label, el("table", { class: "past" }, el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, body)));
  return { section: el("section", { id: "history", "aria-labelledby": "history-title" }, el("h2", { id: "history-title", tabindex: "-1" }, "History"),
    el("p", { class: "lead" }, `The last ${many(past.runs.length, "run")} against ${past.environment}, the oldest on the left.`),
    rows.length > 0 && [el("h3", {}, "Cases"), table("Cases over past runs", ["Case", "Runs", "Standing", "Flaky"], rows)],
    past.operations.length > 0 && [el("h3", {}, "Operations"), el("p", { class: "lead" }, "p50 (solid) and p95 (dashed) of each run; the change is that of p95 against as many runs before."), table("Operations over past runs", ["Operation", "Over time", "p50", "p95", "Change"], past.operations.map(trend))]) };
}

const isBad = (outcome) => outcome === "failed" || outcome === "error";

/** Whether a case that was well goes wrong in this run. */
function isNew(run, strip, now) {
  return !isKnown(run) && isBad(now) && !strip.since;
}

function standing(run, strip, now) {
  if (isNew(run, strip, now)) return `${STANDINGS[now === "failed" ? "failing" : now]} since this run`;
  const since = strip.since;
  if (since && now === "passed" && !isKnown(run)) return "passes again";
  if (!since) return STANDINGS[strip.standing];
  return [`${STANDINGS[strip.standing]} since ${since.or_earlier ? "at least " : ""}${String(since.started).slice(0, 10)}, ${many(since.runs, "run")}`, since.first && [": ", prose(since.first.title)]];
}

function trend(one) {
  const change = one.before && one.before.p95_us > 0 && Math.round((100 * (one.now.p95_us - one.before.p95_us)) / one.before.p95_us);
  return el("tr", {}, el("th", { scope: "row" }, el("code", {}, one.operation)), el("td", {}, plot(one.points)),
    el("td", { class: "n" }, time(one.now.p50_us)), el("td", { class: "n" }, time(one.now.p95_us)),
    el("td", { class: "n" }, typeof change === "number" ? `${change > 0 ? "+" : ""}${change} %` : el("span", { class: "faint" }, "none known")));
}

/** A small plot; where an operation was not called, the line has a gap. */
function plot(points) {
  const [width, height] = [180, 28];
  const top = Math.max(1, ...points.filter(Boolean).map((one) => one.p95_us));
  const at = (index) => (points.length === 1 ? width / 2 : 2 + (index / (points.length - 1)) * (width - 4));
  const line = (kind) => {
    let path = "";
    points.forEach((one, index) => {
      if (!one) return;
      const to = `${at(index).toFixed(1)} ${(height - 2 - (one[kind] / top) * (height - 4)).toFixed(1)}`;
      // A run between two in which nothing was called is a point, not a line.
      path += index > 0 && points[index - 1] ? `L${to}` : `M${to}h.1`;
    });
    return svg("path", { d: path, class: kind });
  };
  return svg("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", focusable: "false" }, line("p95_us"), line("p50_us"));
}
