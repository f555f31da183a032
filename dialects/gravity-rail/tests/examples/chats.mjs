// Texts a member by a workflow, learns that the text did not leave, finds the chat, renames and archives it, and opens
// a DM with an agent. Prints the chat's id.
import assert from "node:assert/strict";

const { PARLOR_URL, PARLOR_WORKSPACE, PARLOR_TOKEN } = process.env;

async function call(method, path, body) {
  const response = await fetch(`${PARLOR_URL}/api/v2/w/${PARLOR_WORKSPACE}${path}`, {
    method,
    headers: { Authorization: `Bearer ${PARLOR_TOKEN}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

const chat = await call("POST", "/chats", {
  channel: "phone-sms",
  workflowId: Number(process.env.PARLOR_WORKFLOW),
  memberId: Number(process.env.PARLOR_MEMBER),
  assistantEnabled: false,
  initialMessage: "Your plan renews on Friday.",
  title: "Renewal",
});
assert.equal(chat.initialMessageError, "sms_dispatch_failed");

const found = await call("GET", `/chats/${chat.id}`);
assert.equal(found.title, "Renewal");
assert.ok(!("initialMessageError" in found));
const listed = await call("GET", "/chats?mine=true&channel=phone-sms&sortBy=createdAt");
assert.equal(listed.items[0].id, chat.id);
const done = await call("PUT", `/chats/${chat.uuid}`, { title: "Renewal, done", archived: true });
assert.ok(done.archived);

const agent = { memberId: Number(process.env.PARLOR_AGENT) };
const [first, again] = await Promise.all([call("POST", "/chats/dm", agent), call("POST", "/chats/dm", agent)]);
assert.equal(first.id, again.id);
assert.equal(first.chatType, "dm");
console.log(chat.id);
