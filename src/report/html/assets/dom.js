// Elements are made here and nowhere else, and a text is only ever a text.

/** Makes an element: attributes that are functions listen, children that are texts stay texts. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  put(element, children);
  return element;
}

/** The same for drawings. */
function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return put(element, children);
}

/** Appends children, leaving out what is nothing. */
function put(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") element.append(child);
  }
  return element;
}

/** The data of one element of the page; undefined where there is none. */
function read(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : undefined;
}

/** Puts the packed texts of a case together: templates with what stands in their holes. */
function unpacker(templates) {
  const seen = [];
  return ([template, ...parts]) => {
    const pieces = templates[template].split("\u0001");
    let text = pieces[0];
    parts.forEach((part, index) => {
      if (typeof part === "string" && part.length >= 4) seen.push(part);
      text += (part < 0 ? seen[-part - 1] : part) + pieces[index + 1];
    });
    return JSON.parse(text);
  };
}

/** A case as it was packed: its times, and in them its steps. */
function readCase(index, run) {
  const packed = read(`c${index}`);
  if (!packed) return undefined;
  const unpack = unpacker(run.templates);
  const data = unpack(packed[0]);
  data.times = packed[1].map(([time, steps]) => {
    const own = unpack(time);
    own.steps = steps.map(unpack);
    return own;
  });
  return data;
}

/** A duration in microseconds, in the unit that fits. */
function time(us) {
  if (us < 1000) return `${us} µs`;
  if (us < 1e6) return `${round(us / 1e3)} ms`;
  if (us < 60e6) return `${round(us / 1e6)} s`;
  const minutes = Math.floor(us / 60e6);
  return `${minutes} min ${Math.round((us - minutes * 60e6) / 1e6)} s`;
}

function round(number) {
  return number < 10 ? Number(number.toFixed(1)) : Math.round(number);
}

/** A number with its groups of thousands. */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 case`, `3 cases`. */
function many(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** What outcomes are called, and the sign that stands for each: colour is never the only one. */
const OUTCOMES = {
  failed: ["✗", "Failed"],
  error: ["?", "Error: could not be decided"],
  missing: ["∅", "No result"],
  flaky: ["~", "Flaky"],
  waived: ["w", "Waived"],
  skipped: ["–", "Not run"],
  passed: ["✓", "Passed"],
};

/** The sign of an outcome; its name is there for those who do not see it. */
function sign(outcome) {
  const [mark, name] = OUTCOMES[outcome];
  return el("span", { class: `sign ${outcome}`, title: name }, el("span", { "aria-hidden": "true" }, mark), el("span", { class: "unseen" }, `${name}: `));
}

/** A button that copies a text and says that it did. */
function copier(label, text) {
  const said = el("span", { class: "said", role: "status" });
  const button = el("button", { type: "button", class: "copy", click: async () => {
    said.textContent = await copy(text) ? "copied" : "select the text and copy it";
    setTimeout(() => { said.textContent = ""; }, 2500);
  } }, label);
  return el("span", { class: "copier" }, button, said);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages from disk may not use the clipboard; an element that is selected may still be copied.
    const area = el("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
}

/** Remembers a choice where the browser lets a page from disk do so. */
function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(`proviso-${key}`);
    localStorage.setItem(`proviso-${key}`, value);
  } catch { /* then it is forgotten */ }
  return null;
}

/** A sentence in which what stands between backticks is code. */
function prose(text) {
  const parts = text.split("`");
  // An odd one out is no pair: then it is a character like any other.
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, index) => (index % 2 === 1 ? el("code", {}, part) : part));
}

/** Explanatory notes, a word and a text each. */
function notes(list) {
  return el("dl", { class: "notes" }, list.map(([word, text]) => el("div", { class: `note ${word}` }, el("dt", {}, word), el("dd", {}, prose(text)))));
}

/** Names and values. */
function facts(list) {
  return el("dl", { class: "facts" }, list.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
