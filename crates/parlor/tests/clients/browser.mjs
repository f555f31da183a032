// The same in headless Chromium, driven through its own protocol. Prints the socket closes that a page sees, one JSON
// object a line.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import process from "node:process";

const require = createRequire(`${process.env.PARLOR_NODE_MODULES}/`);
const WebSocket = require("ws");

const profile = await mkdtemp(join(tmpdir(), "parlor-chromium-"));
const options = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--remote-debugging-port=0",
  `--user-data-dir=${profile}`,
  "about:blank",
];
const browser = spawn("chromium", options, { stdio: ["ignore", "ignore", "pipe"] });
browser.on("error", (error) => {
  console.error(`chromium could not be run (${error.message}); \`cargo xtask setup\` installs what tests need`);
  process.exit(1);
});

const address = await new Promise((resolve, reject) => {
  let printed = "";
  browser.stderr.on("data", (data) => {
    printed += data;
    const found = /DevTools listening on (ws:\S+)/.exec(printed);
    if (found) resolve(found[1]);
  });
  browser.on("exit", () => reject(new Error(printed)));
});

const line = new WebSocket(address);
await new Promise((resolve, reject) => line.on("open", resolve).on("error", reject));
const waiting = new Map();
line.on("message", (data) => {
  const { id, result, error } = JSON.parse(data);
  const waits = waiting.get(id);
  if (!waits) return;
  waiting.delete(id);
  error ? waits.reject(new Error(error.message)) : waits.resolve(result);
});
let count = 0;
function ask(method, params, sessionId) {
  count += 1;
  line.send(JSON.stringify({ id: count, method, params, sessionId }));
  return new Promise((resolve, reject) => waiting.set(count, { resolve, reject }));
}

// Runs in the page.
function ended({ url, close }) {
  return new Promise((resolve) => {
    const socket = new globalThis.WebSocket(url);
    socket.onopen = () => close && socket.close(close.code, close.reason);
    socket.onclose = ({ code, reason, wasClean }) => resolve({ code, reason, clean: wasClean });
  });
}

try {
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  for (const visit of JSON.parse(await text(process.stdin))) {
    const expression = `(${ended})(${JSON.stringify(visit)})`;
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await ask("Runtime.evaluate", params, sessionId);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    console.log(JSON.stringify(result.value));
  }
} finally {
  const gone = new Promise((resolve) => browser.on("exit", resolve));
  browser.kill();
  await gone;
  await rm(profile, { recursive: true, force: true });
}
process.exit(0);
