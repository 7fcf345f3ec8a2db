// One step: on the line of time, and opened.

/** A row of the line of time. `span` is the whole time shown, in microseconds. */
function stepRow(step, span, state) {
  const name = step.name;
  const last = step.attempts?.at(-1);
  const status = last ? (last.s === undefined ? "no answer" : last.s) : step.reason ? "not run" : "";
  const panel = el("div", { class: "panel" });
  let drawn = false;
  const draw = () => {
    if (drawn) return;
    drawn = true;
    put(panel, stepPanel(step));
  };
  const row = el("details", { class: `step ${step.outcome}`, toggle: () => { if (row.open) draw(); state?.(row.open); } },
    el("summary", {},
      el("span", { class: "what" }, sign(step.outcome),
        el("span", { class: "number", "aria-hidden": "true" }, step.cleanup ? "·" : step.number),
        el("h4", { class: "name" }, name, step.turn && el("span", { class: "faint" }, ` time ${step.turn}`), step.cleanup && el("span", { class: "faint" }, " cleanup")),
        step.operation !== undefined && step.operation !== name && el("code", { class: "operation" }, step.operation)),
      track(step, span),
      el("span", { class: "answer" }, status),
      el("span", { class: "took" }, step.attempts?.length > 1 && `${many(step.made ?? step.attempts.length, "attempt")}, `, step.reason ? "" : time(step.took_us))),
    panel);
  row.show = () => { draw(); row.open = true; };
  return row;
}

/** Attempts as ticks, the waits between them as a thin line. */
function track(step, span) {
  const line = el("span", { class: "track", "aria-hidden": "true" });
  const at = (us) => `${(Math.min(1, us / span) * 100).toFixed(3)}%`;
  (step.attempts ?? []).forEach((attempt, index, all) => {
    const tick = el("span", { class: index === all.length - 1 ? `tick ${step.outcome}` : attempt.r === undefined ? "tick early" : "tick again" });
    tick.style.left = at(attempt.f);
    tick.style.width = at(attempt.d);
    line.append(tick);
    if (attempt.w !== undefined) {
      const wait = el("span", { class: "wait" });
      wait.style.left = at(attempt.f + attempt.d);
      wait.style.width = at(attempt.w);
      line.append(wait);
    }
  });
  return line;
}

function stepPanel(step) {
  return [
    step.reason && el("p", { class: "reason" }, "Not run: ", prose(step.reason)),
    (step.told ?? []).map(told),
    step.attempts?.length > 1 && poll(step),
    (step.sent || step.expected !== undefined) && messages(step),
    step.timing?.length > 0 && timing(step.timing),
    step.captured?.length > 0 && el("section", { class: "part" }, el("h5", {}, "Captured"), facts(step.captured)),
    step.findings?.length > 0 && el("section", { class: "part" }, el("h5", {}, "Findings: what the contract does not say"), step.findings.map(told)),
    step.curl !== undefined && el("section", { class: "part curl" }, el("h5", {}, "Send it again"), copier("Copy", step.curl), el("pre", { class: "body", tabindex: "0" }, step.curl)),
    step.places?.length > 0 && el("p", { class: "places" }, "Written at ", step.places.map((place, index) => [index > 0 && ", used at ", el("code", {}, place)])),
  ];
}

/** An explanation, in the words of every report. */
function told(one) {
  const place = one.place;
  return el("section", { class: "told" },
    el("h5", {}, prose(one.title), " ", el("code", { class: "code" }, one.code)),
    notes(one.notes),
    one.facts?.length > 0 && facts(one.facts),
    one.changes?.length > 0 && changes(one.changes),
    one.diff?.length > 0 && diff(one.diff),
    place && el("figure", { class: "source" }, el("figcaption", {}, el("code", {}, place.at)),
      el("pre", { tabindex: "0", "aria-label": "The line of the suite" }, place.text.slice(0, place.start), el("mark", {}, place.text.slice(place.start, place.start + place.length)), place.text.slice(place.start + place.length))));
}

/** Sent, received and expected, side by side. */
function messages(step) {
  const none = (text) => el("p", { class: "faint" }, text);
  const message = (title, kind, data, missing) => el("section", { class: `message ${kind}` }, el("h5", {}, title),
    data ? [
      el("p", { class: "first" }, el("code", {}, data.line)),
      data.headers.length > 0 && el("details", { class: "headers" }, el("summary", {}, many(data.headers.length, "header")),
        el("dl", { class: "headers" }, data.headers.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))))),
      data.body !== undefined ? lines(layOut(data.body), data.marks) : none("no body"),
      data.note && el("p", { class: "faint" }, data.note),
    ] : none(missing));
  return el("div", { class: "messages" },
    message("Sent", "sent", step.sent, "nothing was sent"),
    message("Received", "received", step.received, "nothing complete came"),
    el("section", { class: "message expected" }, el("h5", {}, "Expected"),
      step.variant && el("p", { class: "first" }, "variant ", el("code", {}, step.variant)),
      step.expected !== undefined ? el("pre", { class: "body", tabindex: "0" }, step.expected) : none("the suite says nothing; the contract alone decides"),
      el("p", { class: "faint" }, many(step.checks, "check"))));
}

/** What a poll saw over time: one line for each stretch of equal answers, and every attempt on request. */
function poll(step) {
  const stretches = [];
  const attempts = step.attempts;
  attempts.forEach((attempt, index) => {
    const last = index === attempts.length - 1;
    const what = attempt.v !== undefined ? attempt.v : attempt.r !== undefined ? attempt.r : last ? `the last attempt: ${OUTCOMES[step.outcome][1].toLowerCase()}` : "not yet";
    const known = stretches.at(-1);
    if (known && known.what === what) { known.times += 1; known.to = attempt.f; }
    else stretches.push({ what, times: 1, from: attempt.f, to: attempt.f, last });
  });
  const start = attempts[0].f;
  const after = (us) => `+${time(us - start)}`;
  const rows = attempts.map((attempt, index) => el("tr", {},
    el("th", { scope: "row" }, index + 1), el("td", {}, after(attempt.f)), el("td", {}, attempt.s === undefined ? "no answer" : attempt.s), el("td", {}, time(attempt.d)),
    el("td", {}, attempt.v !== undefined && attempt.v, attempt.r !== undefined && attempt.r,
      attempt.b !== undefined && el("details", {}, el("summary", {}, "body"), lines(layOut(attempt.b)))),
    el("td", {}, attempt.w !== undefined ? time(attempt.w) : "")));
  return el("section", { class: "part poll" }, el("h5", {}, "Over time"),
    el("ol", { class: "stretches" }, stretches.map((one) => el("li", {},
      el("span", { class: "faint" }, one.times > 1 ? `${after(one.from)} to ${after(one.to)}` : after(one.from)), " ", el("code", {}, one.what), one.times > 1 && ` ${grouped(one.times)} times`))),
    el("details", {}, el("summary", {}, many(step.made ?? attempts.length, "attempt"), step.made && `, of which ${attempts.length} are listed`),
      scroller("Attempts", el("table", {}, el("thead", {}, el("tr", {}, ["No.", "At", "Answer", "Took", "Saw", "Then waited"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows)))));
}

/** Where the time of the final attempt went. */
function timing(parts) {
  const total = parts.find(([name]) => name === "total")?.[1] || 1;
  const bar = el("span", { class: "times", "aria-hidden": "true" });
  for (const [name, us] of parts) {
    if (name === "total") continue;
    const part = el("span", { class: name.replace(" ", "-") });
    part.style.width = `${Math.min(100, (us / total) * 100).toFixed(2)}%`;
    bar.append(part);
  }
  return el("section", { class: "part timing" }, el("h5", {}, "Time of the final attempt"), bar,
    el("dl", { class: "inline" }, parts.map(([name, us]) => el("div", { class: name.replace(" ", "-") }, el("dt", {}, name), el("dd", {}, time(us))))));
}
