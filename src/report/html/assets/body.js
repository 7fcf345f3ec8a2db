// Bodies, with the lines that a broken promise is about, and differences.

/** Levels down to which JSON is laid out; what is deeper stays on its line. */
const DEEPEST = 64;

/** JSON one value per line, touching nothing but the white space between tokens; anything else as it came. */
function layOut(text) {
  const body = text.trim();
  if (!/^[{[]/.test(body)) return body;
  const lines = [];
  let [line, depth] = ["", 0];
  const end = () => {
    if (line !== "") lines.push("  ".repeat(Math.min(depth, DEEPEST)) + line);
    line = "";
  };
  const closes = (rest, close) => { const next = rest.match(/^\s*(.)/s); return next !== null && next[1] === close; };
  const token = /"(?:[^"\\]|\\[^])*(?:"|$)|[{}[\],:]|\s|[^{}[\],:"\s]+/gy;
  let match;
  while ((match = token.exec(body)) !== null) {
    const [one] = match;
    const rest = body.slice(token.lastIndex, token.lastIndex + 64);
    if (one === "{" || one === "[") {
      line += one;
      if (depth < DEEPEST && !closes(rest, one === "{" ? "}" : "]")) end();
      depth += 1;
    } else if (one === "}" || one === "]") {
      if (depth <= DEEPEST && !/[{[]$/.test(line)) end();
      depth = Math.max(0, depth - 1);
      line += one;
    } else if (one === ",") {
      line += one;
      if (depth <= DEEPEST) end();
    } else if (one === ":") line += ": ";
    else if (!/^\s$/.test(one)) line += one;
  }
  end();
  return lines.join("\n");
}

/** A text in lines; JSON gets the look of its tokens, marked lines stand out. */
function lines(text, marks) {
  const marked = new Set(marks ?? []);
  const pre = el("pre", { class: "body", tabindex: "0" });
  text.split("\n").forEach((line, index) => {
    const bad = marked.has(index);
    const row = el("span", { class: bad ? "line marked" : "line" }, bad && el("span", { class: "unseen" }, "here: "));
    pre.append(tokens(row, line));
  });
  return pre;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

/** Longest line whose tokens are looked for. */
const LONGEST = 2000;

function tokens(row, line) {
  let from = 0;
  if (line.length <= LONGEST) {
    for (const match of line.matchAll(TOKEN)) {
      row.append(line.slice(from, match.index));
      const kind = match[2] !== undefined ? "key" : match[1] !== undefined ? "text" : "atom";
      const token = match[1] ?? match[3];
      row.append(el("span", { class: kind }, token));
      from = match.index + token.length;
    }
  }
  row.append(line.slice(from));
  return row;
}

/** A difference as text. */
function diff(list) {
  const kinds = { "-": "gone", "+": "new" };
  return el("pre", { class: "body diff", tabindex: "0", "aria-label": "Difference, line by line" },
    list.map((line) => el("span", { class: `line ${kinds[line[0]] ?? ""}` }, line)));
}

/** Single differences, by path. */
function changes(list) {
  const cell = (text) => el("td", {}, text === "" ? el("span", { class: "faint" }, "nothing") : el("code", {}, text));
  return scroller("Differences from the snapshot", el("table", { class: "changes" },
    el("thead", {}, el("tr", {}, ["", "Where", "Accepted", "Came"].map((name) => el("th", { scope: "col" }, name || el("span", { class: "unseen" }, "Kind"))))),
    el("tbody", {}, list.map(([kind, path, before, after]) =>
      el("tr", {}, el("td", { class: `kind ${kind}` }, kind), el("th", { scope: "row" }, el("code", {}, path)), cell(before), cell(after))))));
}

/** What may be wider than the page, and can then be moved by keys. */
function scroller(label, child) {
  return el("div", { class: "scroller", role: "group", "aria-label": label, tabindex: "0" }, child);
}
