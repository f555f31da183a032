// The official client of the Model Context Protocol, over HTTP and over standard input and output. Prints `ok` lines.
import assert from "node:assert/strict";
import process from "node:process";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { TARGET, TOKEN, FOREIGN_TOKEN, READER_TOKEN, CHAT, PROGRAM, DATA, STDIO_CHAT } = process.env;

async function connect(transport) {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return client;
}

function overHttp(token) {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return connect(new StreamableHTTPClientTransport(new URL("/mcp", TARGET), { requestInit }));
}

async function call(client, name, args) {
  const { structuredContent, content, isError } = await client.callTool({ name, arguments: args });
  // The text says the same, for clients that read only that.
  assert.deepEqual(JSON.parse(content[0].text), structuredContent);
  return isError ? structuredContent.error : structuredContent;
}

async function coversConversation(client, chat) {
  const { tools } = await client.listTools();
  assert.equal(tools.length, 7);
  assert.ok(tools.every(({ inputSchema, annotations }) => inputSchema.type === "object" && annotations.title !== ""));
  const found = await call(client, "get_conversation", { conversation: chat });
  assert.equal(found.id, chat);
  const sent = await call(client, "send_message", { conversation: chat, text: "Your parcel is late", client_id: "m-1" });
  const again = await call(client, "send_message", { conversation: chat, text: "Your parcel is late", client_id: "m-1" });
  assert.deepEqual([again.id, sent.was_sent_before, again.was_sent_before], [sent.id, false, true]);
  await call(client, "send_message", { conversation: chat, text: "Sorry", client_id: "m-2" });
  const newest = await call(client, "list_messages", { conversation: chat, limit: 1 });
  assert.deepEqual(newest.messages.map(({ text, role }) => [text, role]), [["Sorry", "assistant"]]);
  const older = await call(client, "list_messages", { conversation: chat, limit: 1, before_seq: newest.next_before_seq });
  assert.equal(older.messages[0].id, sent.id);
  const later = await call(client, "list_messages", { conversation: chat, after_seq: sent.seq });
  assert.deepEqual([later.messages.length, later.next_after_seq], [1, null]);
  const taken = await call(client, "take_conversation", { conversation: chat, needs_response: true });
  assert.deepEqual([taken.assistant_answers, taken.needs_response], [false, true]);
  const waiting = await call(client, "list_conversations", { needs_response: true });
  assert.deepEqual(waiting.conversations.map(({ id }) => id), [chat]);
  const released = await call(client, "release_conversation", { conversation: chat });
  assert.deepEqual([released.assistant_answers, released.needs_response], [true, false]);
}

async function readsResources(client, chat) {
  const { resources } = await client.listResources();
  const uri = `parlor://conversation/${chat}`;
  assert.ok(resources.some((resource) => resource.uri === uri));
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.equal(resourceTemplates[0].uriTemplate, "parlor://conversation/{id}");
  const { contents } = await client.readResource({ uri });
  const { conversation, messages } = JSON.parse(contents[0].text);
  assert.deepEqual([conversation.id, messages.at(-1).text], [chat, "Sorry"]);
  for (const unknown of ["parlor://conversation/x", "file:///etc/passwd", ""]) {
    await assert.rejects(client.readResource({ uri: unknown }), /conversation not found/);
  }
}

async function findsAndPages(client) {
  const first = await call(client, "list_conversations", { limit: 1 });
  assert.equal(first.conversations.length, 1);
  const second = await call(client, "list_conversations", { limit: 1, cursor: first.next_cursor });
  assert.notEqual(second.conversations[0].id, first.conversations[0].id);
  assert.equal(second.next_cursor, null);
  const none = await call(client, "search_messages", { query: "elephants" });
  assert.deepEqual(none, { messages: [], next_cursor: null });
  const hits = await call(client, "search_messages", { query: "late parcel", conversation: CHAT, limit: 1 });
  assert.equal(hits.messages[0].text, "Your parcel is late");
  const rest = await call(client, "search_messages", { query: "late parcel", cursor: hits.next_cursor });
  assert.deepEqual(rest.messages, []);
}

async function refusesWrongCalls(client, reader, foreign) {
  const refused = [
    ["list_conversations", { limit: 101 }, "invalid_arguments"],
    ["list_conversations", { cursor: "x" }, "invalid_arguments"],
    ["list_conversations", { colour: "red" }, "invalid_arguments"],
    ["list_messages", { conversation: CHAT, before_seq: 1, after_seq: 1 }, "invalid_arguments"],
    ["list_messages", {}, "invalid_arguments"],
    ["send_message", { conversation: CHAT, text: "" }, "invalid_arguments"],
    ["send_message", { conversation: CHAT, text: "x".repeat(65_537) }, "invalid_arguments"],
    ["get_conversation", { conversation: "../etc" }, "not_found"],
  ];
  for (const [name, args, code] of refused) assert.equal((await call(client, name, args)).code, code, name);
  await assert.rejects(client.callTool({ name: "drop_table", arguments: {} }), /no such tool/);
  // Another tenant's conversation is an unknown one.
  for (const name of ["get_conversation", "list_messages", "take_conversation", "release_conversation"]) {
    assert.equal((await call(foreign, name, { conversation: CHAT })).code, "not_found", name);
  }
  assert.equal((await call(foreign, "send_message", { conversation: CHAT, text: "Hi" })).code, "not_found");
  assert.deepEqual((await call(foreign, "list_conversations", {})).conversations, []);
  assert.deepEqual((await foreign.listResources()).resources, []);
  // A missing scope is named.
  assert.equal((await call(reader, "list_messages", { conversation: CHAT })).messages.length > 0, true);
  const scopes = [
    ["list_conversations", {}, "conversations:read"],
    ["get_conversation", { conversation: CHAT }, "conversations:read"],
    ["send_message", { conversation: CHAT, text: "Hi" }, "messages:write"],
    ["take_conversation", { conversation: CHAT }, "conversations:write"],
    ["release_conversation", { conversation: CHAT }, "conversations:write"],
  ];
  for (const [name, args, scope] of scopes) {
    const error = await call(reader, name, args);
    assert.deepEqual([error.code, error.scope], ["forbidden", scope], name);
  }
  await assert.rejects(reader.listResources(), /conversations:read/);
  await assert.rejects(reader.readResource({ uri: `parlor://conversation/${CHAT}` }), /conversations:read/);
}

if (PROGRAM) {
  const transport = new StdioClientTransport({ command: PROGRAM, args: ["mcp", "--data", DATA] });
  const client = await connect(transport);
  await coversConversation(client, STDIO_CHAT);
  await readsResources(client, STDIO_CHAT);
  await client.close();
  console.log("ok tools and resources over standard input and output");
} else {
  const [client, reader, foreign] = await Promise.all([TOKEN, READER_TOKEN, FOREIGN_TOKEN].map(overHttp));
  await coversConversation(client, CHAT);
  console.log("ok tools");
  await readsResources(client, CHAT);
  console.log("ok resources");
  await findsAndPages(client);
  console.log("ok pages");
  await refusesWrongCalls(client, reader, foreign);
  console.log("ok refusals");
}
