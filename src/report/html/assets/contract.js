// What the run shows of the contract: findings, ambiguities, coverage.

const STATES = { violated: ["✗", "came broken"], exercised: ["✓", "promised by a suite, and came"], seen: ["·", "came"], never: ["○", "never came"] };

function contractView(run) {
  const link = (index) => index < run.cases.length && el("a", { href: `#cases?case=${index}&sort=plan` }, run.cases[index].n);
  const findings = (run.findings ?? []).map((one) => el("li", { class: one.grade },
    el("details", {}, el("summary", {}, el("span", { class: `grade ${one.grade}` }, one.grade), el("span", { class: "name" }, prose(one.told.title)), el("span", { class: "faint" }, many(one.count, "exchange"))),
      notes(one.told.notes), facts(one.told.facts ?? []), el("p", {}, "First in ", link(one.case)))));
  const ambiguities = (run.ambiguities ?? []).map((one) => el("li", {},
    el("details", {}, el("summary", {}, el("code", {}, one.id), el("span", { class: "name" }, prose(one.title)), el("span", { class: "faint" }, many(one.evidence.length, "piece") + " of evidence")),
      facts(one.ruling), one.evidence.length > 0 && el("ul", { class: "evidence" }, one.evidence.map(([what, times, index]) => el("li", {}, what, times !== null && ` (${grouped(times)} times)`, ": ", link(index)))),
      el("p", {}, "First touched in ", link(one.case)))));
  return { section: el("section", { id: "contract", "aria-labelledby": "contract-title" }, el("h2", { id: "contract-title", tabindex: "-1" }, "Contract"),
    (run.contracts ?? []).map((one, number) => coverage(one, number, link)),
    findings.length > 0 && [el("h3", {}, "Findings: what the contract does not say"), el("ul", { class: "things" }, findings)],
    ambiguities.length > 0 && [el("h3", {}, "Ambiguities that this run touched"), el("p", { class: "lead" }, "Where the documentation contradicts itself or is silent: the ruling applied, and what was seen that speaks for a reading."), el("ul", { class: "things" }, ambiguities)]) };
}

/** Operations by kinds of documented things; a row opens to the things themselves. */
function coverage(contract, number, link) {
  const cell = ([documented, seen, violated], tag) => el(tag ?? "td", { class: documented === 0 ? "n none" : violated > 0 ? "n violated" : seen === documented ? "n all" : seen === 0 ? "n never" : "n some" },
    documented === 0 ? el("span", { class: "unseen" }, "none documented") : [`${seen}/${documented}`, violated > 0 && el("span", { class: "bad" }, ` ✗${violated}`, el("span", { class: "unseen" }, " broken")), meter(seen, documented)]);
  const body = el("tbody", {});
  contract.operations.forEach((operation, index) => {
    const id = `things-${number}-${index}`;
    const row = el("tr", { id, class: "things", hidden: true });
    const button = el("button", { type: "button", class: "opens", "aria-expanded": "false", "aria-controls": id, click: () => {
      row.hidden = !row.hidden;
      button.setAttribute("aria-expanded", String(!row.hidden));
      if (!row.hidden && !row.firstChild) row.append(el("td", { colspan: contract.kinds.length + 1 }, operation.meaning && el("p", { class: "faint" }, operation.meaning), operation.things.map(([kind, things]) => el("section", {}, el("h4", {}, contract.kinds[kind]), el("ul", { class: "documented" }, things.map((one) => documented(one, link)))))));
    } }, operation.name);
    body.append(el("tr", {}, el("th", { scope: "row" }, button), operation.cells.map((one) => cell(one))), row);
  });
  return el("section", { class: "coverage" }, el("h3", {}, `Coverage of ${contract.title}`),
    el("p", { class: "lead" }, "How many documented things this run showed, of how many. Open an operation to see which."),
    scroller(`Coverage of ${contract.title}`, el("table", { class: "matrix" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Operation"), contract.kinds.map((kind) => el("th", { scope: "col", class: "n" }, kind)))), body,
      el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "all"), contract.sums.map((one) => cell(one)))))));
}

function meter(part, whole) {
  const bar = el("span", { class: "meter", "aria-hidden": "true" }, el("span", {}));
  bar.firstChild.style.width = `${(part / whole) * 100}%`;
  return bar;
}

function documented(one, link) {
  const [mark, name] = STATES[one.x];
  return el("li", { class: one.x }, el("span", { class: "mark", "aria-hidden": "true" }, mark), el("code", {}, one.n), el("span", { class: "unseen" }, ` ${name}`), one.m && el("span", { class: "faint" }, ` ${one.m}`), one.c !== undefined && [" ", el("span", { class: "first" }, link(one.c))]);
}
