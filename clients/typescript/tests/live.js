// The client against a server whose assistants repeat what they are told.
import { ApiError, ChatSocket, Client, ClosedError, InvalidRequestError } from "../src/index.js";

/** Returns `ok` or `failed` lines. */
export async function runLiveTests({ url, key, foreignKey, environment }) {
  const client = new Client(url, key, { environment });
  const context = { url, client, foreign: new Client(url, foreignKey, { environment }), environment };
  const lines = [];
  for (const test of [coversHttp, sendsAndReceives, streamsAnswers, resumes, endsWithItsToken]) {
    try {
      await test(context);
      lines.push(`ok ${test.name}`);
    } catch (error) {
      lines.push(`failed ${test.name}: ${error.stack}`.replaceAll("\n", " "));
    }
  }
  return lines;
}

async function coversHttp({ client, foreign }) {
  const chat = await client.createChat({ userId: "a/b ?", title: "Parcel", metadata: { n: 1 } });
  equal([chat.user_id, chat.title, chat.config.metadata.n], ["a/b ?", "Parcel", 1]);
  const first = await client.sendMessage(chat.id, { content: "Hi", client_message_id: "m-1", sender_role: "user" });
  const again = await client.sendMessage(chat.id, { content: "Hi", client_message_id: "m-1", sender_role: "user" });
  equal([first.isDuplicate, again.isDuplicate, again.message.id], [false, true, first.message.id]);
  await client.sendMessage(chat.id, { content: "Reply", sender_role: "assistant" });
  const page = await client.listMessages(chat.id, { limit: 1, order: "asc" });
  equal([page.messages.length, page.has_more], [1, true]);
  equal((await client.updateChat(chat.id, { title: "Found" })).title, "Found");
  equal((await client.getChat(chat.id)).status, "active");
  equal((await client.listChats("a/b ?")).total, 1);
  const seqs = [];
  for await (const entry of client.readLogToEnd(chat.id)) seqs.push(entry.seq);
  equal(
    seqs,
    seqs.map((_, index) => index + 1),
  );
  equal((await client.getUser("a/b ?")).chat_count, 1);
  const refused = await fails(client.sendMessage(chat.id, " "));
  equal([refused instanceof ApiError, refused.status, refused.code], [true, 400, "INVALID_REQUEST"]);
  equal([refused.fieldErrors[0].loc.join("."), typeof refused.requestId], ["body.content", "string"]);
  equal((await fails(foreign.getChat(chat.id))).code, "CHAT_NOT_FOUND");
  equal((await fails(client.getChat(".."))) instanceof InvalidRequestError, true);
  await client.deleteUser("a/b ?");
  equal((await fails(client.getChat(chat.id))).status, 404);
}

async function sendsAndReceives({ client }) {
  const chat = await client.createChat({ userId: "ada" });
  const [ada, bob] = ["ada", "bob"].map((user) => recorded(client.socket(chat.id, user)));
  await ada.socket.connect();
  await bob.socket.connect();
  const receipt = await ada.socket.send("<b>Hi</b> \u{1f600} \ud800", { metadata: { n: 1 } });
  const repeated = await ada.socket.send("Hi", { clientMessageId: receipt.clientMessageId });
  equal([repeated.seq, repeated.isDuplicate], [receipt.seq, true]);
  const isIt = ({ type, entry }) => type === "entry" && entry.seq === receipt.seq;
  const [own, other] = [await ada.find(isIt), await bob.find(isIt)];
  equal(own.entry.message.content, "<b>Hi</b> \u{1f600} \ufffd");
  equal(own.entry.message, other.entry.message);
  bob.socket.setTyping(true);
  bob.socket.markRead(receipt.seq);
  await ada.find(({ type, userId, seq }) => type === "read" && userId === "bob" && seq === receipt.seq);
  await ada.socket.ping();
  const history = await ada.socket.listHistory({ limit: 1 });
  equal(history.messages.length, 1);
  equal((await fails(ada.socket.listHistory({ limit: 101 }))).code, "INVALID_JSON");
  equal((await fails(ada.socket.send(" "))) instanceof InvalidRequestError, true);
  ada.socket.close();
  equal((await fails(ada.socket.send("late"))).reason.kind, "by_client");
  await client.deleteChat(chat.id, { force: true });
  const closed = await bob.find(({ type }) => type === "closed");
  equal(closed.reason, { kind: "server", code: 4410, errorCode: "CHAT_DELETED" });
}

async function streamsAnswers({ client }) {
  const chat = await client.createChat({ userId: "ada" });
  const ada = recorded(client.socket(chat.id, "ada"));
  await ada.socket.connect();
  await ada.socket.send("Seven words that the assistant repeats now");
  const ended = await ada.find(({ type, answer }) => type === "answer" && answer.state === "ended");
  const stored = await ada.find(({ type, entry }) => type === "entry" && entry.messageId === ended.answer.messageId);
  equal([ended.answer.content, ended.answer.seq], [stored.entry.message.content, stored.entry.seq]);
  const partial = ada.events.filter(({ type, answer }) => type === "answer" && answer.state === "streaming");
  equal(
    partial.every(({ answer }) => ended.answer.content.startsWith(answer.content)),
    true,
  );
  ada.socket.close();
}

async function resumes({ client }) {
  const chat = await client.createChat({ userId: "ada" });
  const first = recorded(client.socket(chat.id, "ada"));
  await first.socket.connect();
  await client.sendMessage(chat.id, { content: "one", sender_role: "assistant" });
  const { entry } = await first.find(({ type }) => type === "entry");
  first.socket.close();
  await client.sendMessage(chat.id, { content: "two", sender_role: "assistant" });
  const second = recorded(client.socket(chat.id, "ada", { resumeFrom: first.socket.position }));
  await second.socket.connect();
  const next = await second.find(({ type }) => type === "entry");
  equal([next.entry.seq, next.entry.message.content], [entry.seq + 1, "two"]);
  second.socket.close();
  const all = recorded(client.socket(chat.id, "ada", { replayAll: true }));
  await all.socket.connect();
  await all.find(({ type, entry: last }) => type === "entry" && last.seq === next.entry.seq);
  const seqs = all.events.filter(({ type }) => type === "entry").map((event) => event.entry.seq);
  equal(
    seqs,
    seqs.map((_, index) => index + 1),
  );
  all.socket.close();
}

async function endsWithItsToken({ url, client, environment }) {
  const invalid = new ChatSocket({ url, token: "nothing", environment });
  const error = await fails(invalid.connect());
  equal([error instanceof ClosedError, error.reason.code], [true, 4401]);
  const refused = await fails(client.socket("00000000-0000-7000-8000-000000000000", "ada").connect());
  equal(refused.reason, { kind: "token_refused", status: 404, errorCode: "CHAT_NOT_FOUND" });
}

/** A socket with its events, and a way to wait for one. */
function recorded(socket) {
  const events = [];
  const waiting = new Set();
  socket.subscribe((event) => {
    events.push(event);
    for (const check of [...waiting]) check();
  });
  const find = (condition) =>
    new Promise((resolve) => {
      const check = () => {
        const found = events.find(condition);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return { socket, events, find };
}

async function fails(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

function equal(actual, expected) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
}
