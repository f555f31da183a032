// Talks in a chat by the class and prints the chat's id.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import WebSocket from "ws";
import { ChatClient } from "./chat-client.mjs";

const { PARLOR_URL: url, PARLOR_KEY: apiKey } = process.env;
const userId = "customer-10";

async function call(method, path, body) {
  const headers = { "X-API-Key": apiKey, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/v1/chats${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const chat = await call("POST", "/", { user_id: userId, title: "Late parcel" });
const heard = new EventEmitter();
const next = async (name) => (await once(heard, name, { signal: AbortSignal.timeout(20_000) }))[0];
const names = ["connected", "message", "token", "answer", "failure", "closed"];

function connect(chatId) {
  const client = new ChatClient({ url, apiKey, userId, chatId, WebSocket });
  // An emitter throws what is called `error`.
  for (const name of names) client.on(name === "failure" ? "error" : name, (value) => heard.emit(name, value));
  client.connect();
  return client;
}

const connected = next("connected");
const client = connect(chat.id);
assert.equal((await connected).chat_id, chat.id);

let told = next("message");
client.send("Where is my parcel?", { desk: "returns" });
const own = await told;
assert.deepEqual([own.userId, own.text], [userId, "Where is my parcel?"]);
const { messages } = await call("GET", `/${chat.id}/messages`);
assert.deepEqual(messages.map(({ id, content }) => [id, content]), [[own.id, "Where is my parcel?"]]);

told = next("answer");
await call("POST", `/${chat.id}/messages`, { content: "On its way.", sender_role: "assistant" });
const answer = await told;
assert.deepEqual([answer.text, answer.streamed], ["On its way.", "On its way."]);

told = next("failure");
client.send(" ");
const failure = await told;
assert.equal(failure.code, "CONTENT_REQUIRED");
assert.ok(failure.text && failure.fix, JSON.stringify(failure));

told = next("closed");
client.close();
assert.equal((await told).comesBack, false);

// A chat that is not there is refused for good.
const [failed, closed] = [next("failure"), next("closed")];
connect("00000000-0000-7000-8000-000000000000");
assert.equal((await failed).code, "CHAT_NOT_FOUND");
assert.equal((await closed).comesBack, false);
console.log(chat.id);
