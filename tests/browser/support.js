// A browser, and pages that tell of everything a report must not do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The folder with the reports, one folder each. */
export const reports = process.env.REPORTS;

export const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});

/** Opens a report from disk; at the end nothing may have gone wrong in it. */
export async function open(name, { hash = "", scheme = "light", width = 1280, height = 900, script = true } = {}) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("popup", () => wrong.push("a window was opened"));
  const home = `file://${reports}/${name}/report.html`;
  page.on("request", (request) => { if (!request.url().startsWith(home) && request.url() !== "data:,") wrong.push(`request: ${request.url()}`); });
  page.on("framenavigated", (frame) => { if (!frame.url().startsWith(home)) wrong.push(`went to ${frame.url()}`); });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height });
  await page.goto(home + hash);
  return {
    page,
    /** The visible text of the first element that fits. */
    text: (selector) => page.$eval(selector, (element) => element.innerText.trim()),
    /** The visible texts of all elements that fit. */
    texts: (selector) => page.$$eval(selector, (all) => all.filter((one) => one.checkVisibility()).map((one) => one.innerText.trim())),
    hash: () => page.evaluate(() => decodeURIComponent(location.hash)),
    close: async () => { await page.close(); assert.deepEqual(wrong, []); },
  };
}

/** Opens every part of what is shown. */
export async function openAll(page) {
  await page.evaluate(async () => {
    for (let round = 0; round < 6; round += 1) {
      for (const button of document.querySelectorAll("button.opens[aria-expanded=false]")) button.click();
      const closed = [...document.querySelectorAll("details:not([open])")].filter((one) => one.checkVisibility());
      if (closed.length === 0) break;
      for (const one of closed) one.open = true;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  });
}

/** WCAG 2.2, levels A and AA, and what axe-core holds for good practice. */
export const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds wrong with the page as it is, by these tags or these rules. */
export async function violations(page, rules) {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe);
  return page.evaluate(async (values, type) => {
    const result = await globalThis.axe.run(document, { runOnly: { type, values } });
    return result.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
  }, rules, rules === RULES ? "tag" : "rule");
}
