// One browser, its checks, and calls of the server's APIs.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { promisify } from "node:util";

import { chromium } from "playwright-core";

const run = promisify(execFile);
const TIMEOUT = 15_000;

/** The browser that the system has. */
function browserPath() {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (!found) throw new Error("Chromium is missing: run `cargo xtask setup`, which installs what tests need");
  return found;
}

export class Visit {
  url = process.env.URL;
  link = process.env.LINK;
  key = process.env.KEY;
  credentials = JSON.parse(process.env.CREDENTIALS);
  curl = JSON.parse(process.env.CURL);
  /** Addresses that are checked with those in the list of pages. */
  paths = [];
  /** What pages did that they must not do. */
  faults = [];
  #name = "";

  static async begin() {
    const visit = new Visit();
    const isRoot = process.getuid?.() === 0;
    visit.browser = await chromium.launch({
      executablePath: browserPath(),
      args: isRoot ? ["--no-sandbox"] : [],
    });
    visit.context = await visit.newContext();
    return visit;
  }

  async end() {
    await this.browser.close();
  }

  /** A context whose pages are watched: no request of another origin, no error, no breach of the content policy. */
  async newContext(options = {}) {
    const context = await this.browser.newContext({ baseURL: this.url, ...options });
    context.setDefaultTimeout(TIMEOUT);
    context.on("request", (request) => {
      if (!request.url().startsWith(this.url)) this.faults.push(`request to ${request.url()}`);
    });
    context.on("console", (message) => {
      // Answers that refuse, and connections that a check has cut, are errors of the network only.
      const isExpected = /status of 4|ERR_INTERNET_DISCONNECTED/.test(message.text());
      if (message.type() === "error" && !isExpected) this.faults.push(message.text());
    });
    context.on("weberror", (error) => this.faults.push(String(error.error())));
    return context;
  }

  /** Runs the checks of one page, each on a tab of its own. */
  async section(name, check) {
    this.#name = name;
    const page = await this.context.newPage();
    try {
      await check(this, page);
    } catch (error) {
      this.report("ends without an error", String(error.stack ?? error));
    } finally {
      await page.close();
    }
  }

  /** Prints the outcome of a check: passed, or why not. */
  report(name, why) {
    const line = `${this.#name}: ${name}`;
    if (why) console.log(`not ok ${line}: ${String(why).replaceAll("\n", " | ")}`);
    else console.log(`ok ${line}`);
  }

  /** Checks something that is true, or becomes true soon. */
  async check(name, isTrue, detail = () => "it is not so") {
    const end = Date.now() + TIMEOUT;
    try {
      for (;;) {
        if (await isTrue()) return this.report(name);
        if (Date.now() > end) return this.report(name, await detail());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } catch (error) {
      this.report(name, String(error));
    }
  }

  /** Presses keys until they have opened a path: a page that is loaded anew between two keys forgets the first one. */
  async openByKeys(page, keys, path) {
    const end = Date.now() + TIMEOUT;
    while (new URL(page.url()).pathname !== path) {
      if (Date.now() > end) throw new Error(`${keys.join(" ")} does not open ${path}`);
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForURL(`**${path}`, { timeout: 2_000 }).catch(() => {});
    }
  }

  /** Adds an address to those that are checked with every page. */
  alsoVisit(path) {
    this.paths.push(path);
  }

  /** Runs a line in a shell. */
  async shell(line) {
    const { stdout } = await run("bash", ["-c", line], { timeout: TIMEOUT });
    return stdout;
  }

  /** Runs the command line on the server's data. */
  async parlor(...args) {
    const { stdout } = await run(process.env.PARLOR, [...args, "--data", process.env.DATA], { timeout: TIMEOUT });
    return stdout;
  }

  /** Calls an API with the first key. */
  async call(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: { "x-api-key": this.key, authorization: `Bearer ${this.key}`, "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}
