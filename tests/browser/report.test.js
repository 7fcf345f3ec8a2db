// What a person does with the report, in a real browser.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { RULES, browser, open, openAll, reports, violations } from "./support.js";

after(() => browser.close());

const VIEWS = ["#overview", "#cases", "#contract", "#timing", "#run"];

test("the first screen says what happened, who must act and on what", async () => {
  const { page, text, texts, close } = await open("night");
  assert.match(await text("h1"), /^Failed/);
  assert.match(await text("h1"), /5 of 13 cases broke the contract/);
  assert.match(await page.title(), /^Failed · Proviso: 2026/);
  assert.deepEqual((await texts(".act h3")).map((title) => title.replace(/\s+/g, " ")), [
    "API owner the contract is broken: these promises were not kept",
    "Suite author the suite is at fault: what it sends is not documented, or could not be made",
    "Environment owner error: nothing is proved about the API until it can be reached",
    "Snapshot reviewer answers are not what was accepted: proviso review accepts or rejects them",
    "Waiver owner a waiver has expired or is no longer needed: remove it, or give it a new date",
    "Nightly owner passed only when run again: nothing is broken for certain",
    "Nobody today somebody answers for these until the date given",
  ]);
  const [first] = await texts(".group");
  assert.match(first, /\/data\/status in the response of getBre is "SUCCES", which is not a documented value/);
  assert.match(first, /promised[\s\S]*came[\s\S]*"SUCCES"[\s\S]*nearest is SUCCESS/);
  const bottom = await page.$eval(".group", (one) => one.getBoundingClientRect().bottom);
  assert.ok(bottom < 900, "the first thing to do is on the first screen");
  assert.equal((await texts(".group")).length, 8);
  await close();
});

test("a thing to do leads to its cases", async () => {
  const { page, texts, hash, close } = await open("night");
  await page.click(".group .named a");
  await page.waitForSelector(".case[open]");
  assert.match(await hash(), /^#cases\?case=0/);
  assert.match((await texts(".case[open] > summary"))[0], /an approved applicant gets an offer inside the slabs/);
  await close();
});

test("filters narrow the list, the address tells them, and the address alone brings them back", async () => {
  const { page, text, texts, hash, close } = await open("night", { hash: "#cases" });
  const names = () => texts(".case > summary .name");
  assert.equal(await text(".count"), "13 cases");
  await page.select("label:nth-of-type(2) select", "failed");
  assert.equal(await text(".count"), "5 of 13 cases");
  await page.type("input[type=search]", "kyc date");
  assert.equal(await text(".count"), "1 of 13 cases");
  assert.deepEqual(await names(), ["a bad date is refused"]);
  const address = await hash();
  assert.match(address, /outcome=failed/);
  assert.match(address, /q=kyc/);
  const again = await open("night", { hash: `${address.replace(" ", "%20")}` });
  assert.deepEqual(await again.texts(".case > summary .name"), ["a bad date is refused"]);
  assert.equal(await again.page.$eval("input[type=search]", (input) => input.value), "kyc date");
  await again.close();
  await page.click("button.clear");
  assert.equal(await text(".count"), "13 cases");
  await page.type("input[type=search]", "no such thing");
  assert.equal(await text(".count"), "No case fits these filters");
  await page.click("button.clear");
  const byLabel = async (label, option) => {
    const select = await page.evaluateHandle((label) => [...document.querySelectorAll("label")].find((one) => one.innerText.startsWith(label)).querySelector("select"), label);
    const value = await select.evaluate((one, option) => [...one.options].find((each) => each.text.includes(option)).value, option);
    await select.select(value);
  };
  await byLabel("Suite", "Disbursal");
  assert.equal(await text(".count"), "3 of 13 cases");
  await byLabel("Tag", "slow");
  assert.equal(await text(".count"), "3 of 13 cases");
  await byLabel("Operation", "acceptOffer");
  assert.deepEqual(await names(), ["a disbursal is cancelled"]);
  await close();
});

test("keys move, open, search, clear, and can be switched off", async () => {
  const { page, text, texts, hash, close } = await open("night");
  const focused = () => page.evaluate(() => document.activeElement.querySelector(".name")?.innerText);
  await page.keyboard.press("j");
  assert.equal(await focused(), "an approved applicant gets an offer inside the slabs");
  await page.keyboard.press("j");
  assert.equal(await focused(), "an applicant of the second slab gets an offer");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".case[open] .step[open]");
  assert.match(await hash(), /case=0/);
  await page.keyboard.press("Escape");
  assert.equal(await page.$(".case[open]"), null);
  await page.keyboard.press("/");
  await page.keyboard.type("selfie");
  assert.equal(await text(".count"), "1 of 13 cases");
  await page.keyboard.press("Escape");
  assert.equal(await text(".count"), "13 cases");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("k");
  await page.waitForFunction(() => location.hash === "#contract");
  assert.equal((await texts("h2"))[0], "Contract");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.click("dialog input");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  assert.equal(await hash(), "#contract", "the keys are off");
  await close();
});

test("a step shows what was sent, what came and what was expected, with the place that is wrong", async () => {
  const { page, text, texts, close } = await open("night", { hash: "#cases?case=0" });
  await page.waitForSelector(".step[open]");
  assert.deepEqual(await texts(".step[open] .message h5"), ["Sent", "Received", "Expected"]);
  assert.match(await text(".step[open] .message.sent"), /GET http:\/\/127\.0\.0\.1:4010\/v1\/bre\?referenceID=R-81/);
  assert.match(await text(".step[open] .message.received .marked"), /"status": "SUCCES"/);
  assert.match(await text(".step[open] .message.expected"), /\$\.data\.status: SUCCESS/);
  const told = await text(".step[open] .told");
  for (const said of ["operation", "getBre", "variant", "offer", "/data/status", "nearest", "SUCCESS", "Get BRE API, response", "suites/offers.yaml:31"]) assert.ok(told.includes(said), said);
  assert.ok((await texts(".step[open] .part .told h5")).some((one) => one.startsWith("/data/score is not documented")));
  assert.match(await text(".timing dl"), /dns[\s\S]*connect[\s\S]*first byte[\s\S]*total/);
  await close();
});

test("a poll looks like a poll", async () => {
  const { page, text, close } = await open("night", { hash: "#cases?case=4" });
  await page.waitForSelector(".step[open]");
  const row = ".step[open] .track";
  assert.equal(await page.$$eval(`${row} .tick`, (all) => all.length), 31);
  assert.equal(await page.$$eval(`${row} .wait`, (all) => all.length), 30);
  const [early, wait, next] = await page.$$eval(`${row} > *`, (all) => all.slice(0, 3).map((one) => { const { left, right } = one.getBoundingClientRect(); return [left, right]; }));
  assert.ok(early[0] < wait[0] && wait[1] <= next[1] && wait[0] < next[0], "an attempt, then a wait, then an attempt");
  assert.match(await text(".stretches"), /"INITIATED" 2 times[\s\S]*"PROCESSING" 28 times/);
  await close();
});

test("a snapshot's difference is shown by path and as text", async () => {
  const { page, texts, close } = await open("night", { hash: "#cases?case=5" });
  await page.waitForSelector(".step[open] .changes");
  assert.deepEqual(await texts(".changes tbody tr"), ["changed\t$.data.offers[0].interest\t13.5\t14.5", "added\t$.data.score\tnothing\t712"]);
  assert.deepEqual((await texts(".diff .gone")).map((line) => line.trim()), ['-        "interest": 13.5,']);
  assert.equal((await texts(".diff .new")).length, 2);
  await close();
});

test("a flaky case shows both times, a waived one who answers for it", async () => {
  const { page, texts, text, close } = await open("night", { hash: "#cases?case=6" });
  await page.waitForSelector(".case[open] h4");
  assert.deepEqual((await texts(".case[open] h4.time")).map((one) => one.replace(/\s+/g, " ")), ["✗ Failed: Time 1", "✓ Passed: Run again, time 2"]);
  await page.evaluate(() => { location.hash = "#cases?case=7"; });
  await page.waitForSelector("#case-7 .step[open]");
  assert.match(await text("#case-7 .told"), /waived[\s\S]*by Asha, KYC until 2026-03-31/);
  await close();
});

test("the command that sends a request again is copied, with the secret as a variable", async () => {
  const { page, text, close } = await open("night", { hash: "#cases?case=0" });
  await page.waitForSelector(".curl button");
  await page.click(".curl button");
  await page.waitForFunction(() => document.querySelector(".curl .said").textContent !== "");
  assert.equal(await text(".curl .said"), "copied");
  const area = await page.evaluateHandle(() => { const area = document.createElement("textarea"); document.body.append(area); area.focus(); return area; });
  await page.keyboard.down("Control");
  await page.keyboard.press("v");
  await page.keyboard.up("Control");
  const pasted = await area.evaluate((one) => { const text = one.value; one.remove(); return text; });
  assert.equal(pasted, await page.$eval(".curl pre", (one) => one.textContent));
  assert.match(pasted, /^curl -X GET --url 'http:\/\/127\.0\.0\.1:4010\/v1\/bre\?referenceID=R-81'/);
  assert.match(pasted, /-H 'x-api-key: '"\$X_API_KEY"/);
  await close();
});

test("the matrix opens to what is documented, findings and ambiguities to their evidence", async () => {
  const { page, text, texts, close } = await open("night", { hash: "#contract" });
  assert.match(await text(".matrix"), /getBre[\s\S]*1\/2/);
  await page.evaluate(() => [...document.querySelectorAll(".opens")].find((one) => one.innerText === "getBre").click());
  const things = await texts(".documented li");
  assert.ok(things.some((one) => one.includes("offer /data/status") && one.includes("came broken")), things.join("; "));
  assert.ok(things.some((one) => one.includes("rejected /data/reason") && one.includes("never came")));
  await openAll(page);
  assert.match(await text("ul.things"), /undocumented-field:getBre:offer:\/data\/score/);
  assert.match((await texts("ul.things"))[1], /A13[\s\S]*documented[\s\S]*on the wire[\s\S]*let pass[\s\S]*came as `?CONTIONAL_SUCCESS/);
  await close();
});

test("the run, its environment and its times are told", async () => {
  const { page, text, texts, close } = await open("night", { hash: "#run" });
  const told = await text("#run-facts");
  for (const said of ["20260301-023000-002a", "proviso run --env uat --reruns 1 --seed 42", "uat", "42", "2026-03-01 02:30:00 UTC", "ci-7", "0.1.0", "Lender Prism 1.4"]) assert.ok(told.includes(said), said);
  await page.evaluate(() => { location.hash = "#timing"; });
  await page.waitForSelector("#timing:not([hidden])");
  assert.ok((await texts("#timing tbody tr")).some((row) => /^getBre\t\d+ ms\t\d+ ms\t\d+ ms\t/.test(row)));
  await close();
});

test("past runs are strips and small plots", async () => {
  const point = (us) => ({ p50_us: us, p95_us: 2 * us });
  const past = {
    environment: "uat",
    runs: ["a", "b", "c"].map((run) => ({ runs: [run], started: "2026-02-27T02:30:00Z", verdict: "failed", passed: 1, failed: 1, troubled: 0, cases: 2 })),
    cases: [{ suite: "offers", case: "an approved applicant gets an offer inside the slabs", signs: "P.F", standing: "failing", runs: 2, flaky: 0, turns: 1, since: { run: "c", started: "2026-02-28T02:30:00Z", runs: 2, or_earlier: false, first: { id: "x", title: "the `status` is <b>wrong</b>", step: "Get BRE" } } }],
    operations: [{ operation: "getBre", now: { requests: 9, ...point(30_000) }, before: { requests: 9, ...point(20_000) }, points: [point(20_000), null, point(30_000)] }],
  };
  await mkdir(`${reports}/history`, { recursive: true });
  const night = await readFile(`${reports}/night/report.html`, "utf8");
  const json = JSON.stringify(past).replaceAll("<", "\\u003c");
  await writeFile(`${reports}/history/report.html`, night.replace('id="run">{', () => `id="run">{"history":${json},`));
  const { page, text, texts, close } = await open("history", { hash: "#history" });
  assert.match((await texts(".past tbody tr"))[0], /an approved applicant[\s\S]*fails since 2026-02-28, 2 runs: the status is <b>wrong<\/b>/);
  assert.deepEqual(await page.$$eval(".past .night", (all) => all.map((one) => one.textContent)), ["✓", "·", "✗", "✗"], "this run is the last of them");
  assert.match((await texts(".past tbody tr"))[1], /getBre[\s\S]*30 ms[\s\S]*60 ms[\s\S]*\+50 %/);
  assert.equal((await page.$eval(".plot .p50_us", (one) => one.getAttribute("d"))).match(/M/g).length, 2, "there is a gap where it was not called");
  assert.deepEqual(await violations(page, RULES), []);
  await page.click(".past a");
  await page.waitForSelector(".case[open] .nights");
  assert.match(await text(".case[open] .nights"), /✓/);
  await close();
});

test("light, dark, and what the reader chose", async () => {
  const { page, text, close } = await open("night", { scheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.click(".tools button");
  assert.equal(await text(".tools button"), "Theme: light");
  const light = await ground();
  assert.notEqual(dark, light);
  await page.click(".tools button");
  assert.equal(await ground(), dark);
  await close();
});

test("a run that was killed is no pass, and a run that passed says so", async () => {
  const killed = await open("killed");
  assert.match(await killed.text("h1"), /^(Failed|Error)/);
  assert.match(await killed.text(".counts"), /no result/);
  await killed.close();
  const passed = await open("passed");
  assert.match(await passed.text("h1"), /^Passed/);
  assert.equal((await passed.texts("h2"))[0], "Nothing to do");
  await passed.close();
});

test("without a script the page says where the same is told", async () => {
  const { text, close } = await open("night", { script: false });
  assert.match(await text("main"), /junit\.xml/);
  await close();
});

const LOOKS = {
  light: [{}, RULES],
  // What is else does not depend on the colours.
  dark: [{ scheme: "dark" }, ["color-contrast", "link-in-text-block"]],
  phone: [{ width: 360, height: 740 }, ["target-size", "scrollable-region-focusable", "meta-viewport", "color-contrast"]],
};

for (const [look, [options, rules]] of Object.entries(LOOKS)) {
  test(`axe finds nothing, ${look}, with everything open`, async () => {
    const { page, close } = await open("night", options);
    for (const hash of VIEWS) {
      await page.evaluate((hash) => { location.hash = hash; }, hash);
      await page.waitForSelector(`a[href="${hash}"][aria-current]`);
      await openAll(page);
      assert.deepEqual(await violations(page, rules), [], hash);
    }
    await close();
  });
}

test("nothing is cut off at 320 pixels, which is a zoom of 400 %", async () => {
  for (const hash of VIEWS) {
    const { page, close } = await open("night", { hash, width: 320, height: 640 });
    await openAll(page);
    const { wide, room } = await page.evaluate(() => ({ wide: document.scrollingElement.scrollWidth, room: innerWidth }));
    assert.ok(wide <= room, `${hash} is ${wide} wide`);
    await close();
  }
});

test("printed, every part is there", async () => {
  const { page, close } = await open("night");
  await page.emulateMediaType("print");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const shown = await page.$$eval("main > section", (all) => all.filter((one) => one.checkVisibility()).map((one) => one.id));
  assert.deepEqual(shown.filter(Boolean), ["overview", "cases", "contract", "timing", "run-facts"]);
  assert.equal(await page.$eval("nav", (one) => one.checkVisibility()), false);
  await close();
});

test("nothing from the wire is ever markup", async () => {
  for (const hash of VIEWS) {
    const { page, close } = await open("injection", { hash });
    await openAll(page);
    const found = await page.evaluate(() => {
      const known = new Set("A BODY BUTTON CODE DD DETAILS DIALOG DIV DL DT FIGCAPTION FIGURE FORM H1 H2 H3 H4 H5 HEADER HTML INPUT LABEL LI MAIN MARK NAV NOSCRIPT OL OPTION P PRE SECTION SELECT SPAN STRONG SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL HEAD META TITLE LINK STYLE SCRIPT".split(" "));
      const all = [...document.querySelectorAll("*")];
      return {
        strange: all.filter((one) => !known.has(one.tagName)).map((one) => one.tagName),
        listening: all.filter((one) => [...one.attributes].some(({ name, value }) => name.startsWith("on") || /^\s*javascript:/i.test(value) && name !== "value")).length,
        scripts: [...document.scripts].filter((one) => one.type !== "application/json").length,
        head: document.head.querySelectorAll("meta, link, style, base").length,
        links: [...document.links].filter((one) => !one.getAttribute("href").startsWith("#")).length,
        pwned: globalThis.pwned ?? null,
        text: document.body.innerText,
      };
    });
    assert.deepEqual({ ...found, text: "" }, { strange: [], listening: 0, scripts: 1, head: 7, links: 0, pwned: null, text: "" }, hash);
    assert.ok(found.text.includes("<script>window.pwned=1;alert(1)</script>"), `${hash}: the text stands there as it came`);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069\u0000\u001b]/.test(found.text), "what would turn the writing around shows and does nothing");
    await close();
  }
});

test("10,000 steps stay usable", async (context) => {
  const { page, text, texts, close } = await open("large", { hash: "#cases" });
  const paint = await page.evaluate(() => new Promise((resolve) => {
    // The largest paint so far: the verdict and the list, not the empty page before them.
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true });
  }));
  assert.equal(await text(".count"), "2,500 cases");
  const measure = (input) => page.evaluate((input) => {
    const field = document.querySelector("input[type=search]");
    const before = performance.now();
    field.value = input;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - before;
  }, input);
  const times = [];
  for (const input of ["r", "row", "row 17", "row 1799", ""]) times.push(await measure(input));
  await measure("row 1799");
  assert.deepEqual(await texts(".case > summary .name"), ["an applicant of row 1799 gets an offer"]);
  await page.click(".case > summary");
  await page.waitForSelector(".case[open] .step");
  assert.equal(await page.$$eval(".case[open] .step", (all) => all.length), 4);
  context.diagnostic(`painted after ${Math.round(paint)} ms, filtering in ${times.map((ms) => ms.toFixed(1)).join(", ")} ms`);
  await close();
});
