// A chat widget in a page of another origin. It makes the calls of the vendor's widget in the same order and keeps its
// client's rules; the page's data is in the address after `#`, as JSON.
import { AgentThread } from "./agent.mjs";
import { Api, SessionExpired, read } from "./api.mjs";
import { Conversations } from "./conversation.mjs";
import { beginAnew, loadWorkspace, signIn } from "./session.mjs";

const page = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const api = new Api(page.api);
const $ = (selector) => document.querySelector(selector);
let conversations = null;
let poll = null;

globalThis.calls = api.calls;

// Runs a step. A refused credential shows the banner, any other failure is shown as an error.
async function attempt(step) {
  try {
    await step();
  } catch (error) {
    clearInterval(poll);
    const isExpired = error instanceof SessionExpired;
    if (!isExpired) $("#failure").textContent = error.message;
    $("#banner").hidden = !isExpired;
    document.body.dataset.state = isExpired ? "expired" : "failed";
  }
}

async function start(space) {
  const isVisitor = !page.token;
  const options = { isVisitor, workspace: page.workspace, onChange: draw };
  conversations = new (page.agent ? AgentThread : Conversations)(api, space, options);
  await conversations.open();
  document.body.dataset.space = space;
  clearInterval(poll);
  poll = setInterval(() => attempt(() => conversations.poll()), page.poll ?? 3_000);
  $("#banner").hidden = true;
  $("main").hidden = false;
  document.body.dataset.state = "ready";
  draw();
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const button = (className, text, step) => element("button", { className, textContent: text, onclick: () => attempt(step) });

function drawMessage(message) {
  const item = element("li", { className: message.type, title: message.thumbs.map(({ type, feedback }) => `${type} ${feedback ?? ""}`.trim()).join() });
  item.append(element("span", { textContent: message.text }));
  if (message.type === "AI" && message.id) {
    item.append(
      button("up", "Up", () => conversations.rate(message, "THUMB_UP")),
      button("down", "Down", () => conversations.rate(message, "THUMB_DOWN")),
      button("why", "Why", () => conversations.explain(message, $("#ask").text.value)),
    );
  }
  return item;
}

function drawGroup({ id, name }) {
  const item = element("li", {}, element("span", { textContent: name }), button("delete", "Delete", () => conversations.delete(id)));
  item.dataset.id = id;
  return item;
}

function draw() {
  const { greeting, groups = [], isWriting } = conversations;
  $("#greeting").textContent = greeting?.content ?? "";
  const questions = greeting?.questions ?? [];
  $("#questions").replaceChildren(...questions.map((text) => button("question", text, () => conversations.ask(text))));
  $("#groups").replaceChildren(...groups.map(drawGroup));
  $("#messages").replaceChildren(...conversations.drawn().map(drawMessage));
  $("#status").textContent = isWriting ? "Writing" : "";
  $("#ask").text.disabled = isWriting;
  document.body.dataset.group = conversations.group ?? "";
  document.body.dataset.polls = conversations.polls ?? 0;
}

$("#ask").onsubmit = (event) => {
  event.preventDefault();
  const text = event.target.text.value;
  event.target.text.value = "";
  attempt(() => conversations.ask(text));
};

$("#search").onsubmit = (event) => {
  event.preventDefault();
  attempt(async () => {
    const text = event.target.text.value;
    const below = `/workspaces/${page.workspace}`;
    await api.get(`${below}/tags`);
    const found = await api.post(`${below}/knowledge/query`, { text, includeDescription: true, topK: 30, tags: null });
    await conversations.event("SEARCH_TERM", { term: text });
    $("#results").textContent = found.length ? found.map((item) => read(item, "title")).join() : "No results";
  });
};

$("#new-conversation").onclick = () => attempt(() => conversations.startNew());
$("#begin-anew").onclick = () => attempt(async () => start(await beginAnew(api, page)));
$("#sign-out").onclick = () => attempt(async () => start(await beginAnew(api, page)));

await attempt(async () => {
  $("#name").textContent = await loadWorkspace(api, page);
  await start(await signIn(api, page));
});
