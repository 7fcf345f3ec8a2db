// One case, opened: its line of time.

function caseDetail(index, row, run, wanted) {
  const data = readCase(index, run);
  if (!data) return [el("p", { class: "reason" }, row.w ? [`${OUTCOMES[row.o][1]}: `, prose(row.w)] : "Nothing is known of its steps.")];
  const several = data.times.length > 1;
  const meta = el("div", { class: "meta" },
    el("span", {}, "at ", el("code", {}, data.place)),
    row.f !== undefined && el("span", {}, `began ${time(row.f)} into the run`),
    strips(run).get(`${run.suites[row.s]?.[1]}\n${row.n}`) && el("span", {}, "runs ", nights(run, strips(run).get(`${run.suites[row.s][1]}\n${row.n}`), row.o)),
    row.t && el("span", {}, "tags ", row.t.map((tag, place) => [place > 0 && ", ", run.tags[tag]])),
    copier("Copy the command that runs it alone", data.command));
  return [
    meta,
    data.brief && el("p", { class: "reason" }, data.brief),
    data.times.map((one, number) => [
      several && el("h4", { class: "time" }, sign(one.outcome), number === data.times.length - 1 ? `Run again, time ${number + 1}` : `Time ${number + 1}`),
      timeline(one.steps, number, wanted),
    ]),
  ];
}

/** The steps, each where it happened; the first that is bad stands open. */
function timeline(steps, number, wanted) {
  const ends = steps.map((step) => Math.max(step.from_us + step.took_us, ...(step.attempts ?? []).map((one) => one.f + one.d)));
  const span = Math.max(1, ...ends);
  const rows = steps.map((step, place) => stepRow(step, span, wanted && ((open) => wanted.toggled(number, place, open))));
  const asked = wanted?.step;
  const first = asked !== undefined ? (asked[0] === number ? asked[1] : -1) : steps.findIndex((step) => ["failed", "error", "waived"].includes(step.outcome));
  rows[first]?.show();
  const scale = el("div", { class: "scale", "aria-hidden": "true" }, el("span", {}), el("span", { class: "ends" }, el("span", {}, "0"), el("span", {}, time(span))));
  return [scale, el("ol", { class: "steps" }, rows.map((row) => el("li", {}, row)))];
}
