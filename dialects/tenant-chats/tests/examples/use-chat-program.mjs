// Renders a chat by the hook, talks in it, and prints the chat's id.
import assert from "node:assert/strict";
import { createElement } from "react";
import TestRenderer from "react-test-renderer";
import WebSocket from "ws";
import { useChat } from "./use-chat.mjs";

const { PARLOR_URL: url, PARLOR_KEY: key } = process.env;

async function call(path, body) {
  const headers = { "X-API-Key": key, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/v1/chats${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// The page's own server: it holds the key.
const chat = await call("/", { user_id: "customer-11", title: "Late parcel" });
const { token } = await call(`/${chat.id}/tokens`, { user_id: "customer-11", ttl_seconds: 600 });

// The page.
let send;
function Chat() {
  const { status, messages, error, send: own } = useChat({ url, token, WebSocket });
  send = own;
  return createElement(
    "main",
    null,
    createElement("h1", null, status),
    error && createElement("p", null, `${error.text} ${error.fix}`),
    ...messages.map(({ id, from, text }) => createElement("li", { key: id, title: from }, text)),
  );
}

const page = TestRenderer.create(createElement(Chat));
const shown = () => page.root?.findAllByType("li").map(({ props }) => [props.title, props.children]) ?? [];
const heading = () => page.root.findByType("h1").props.children;

// Waits until something holds of what is shown.
async function until(what, holds) {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      if (holds()) return;
    } catch {
      // Nothing is rendered yet.
    }
    if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(page.toJSON())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

await until("it connects", () => heading() === "connected");
send("Where is my parcel?");
await until("one's own message is shown", () => shown().length === 1);
assert.deepEqual(shown(), [["customer-11", "Where is my parcel?"]]);
await call(`/${chat.id}/messages`, { content: "On its way.", sender_role: "assistant" });
await until("the answer is shown", () => shown().some(([, text]) => text === "On its way."));
assert.deepEqual(shown(), [["customer-11", "Where is my parcel?"], ["assistant", "On its way."]]);
send(" ");
await until("the error is shown", () => page.root.findAllByType("p").length === 1);
assert.match(page.root.findByType("p").props.children, /blank.*Send/);
page.unmount();
console.log(chat.id);
