// Keeps a conversation current: items arrive in the order of the log, without a gap and once each. What is typed stays
// until it is stored, also while the connection is gone.
import { addKey } from "./keys.js";
import { follow, onFrame, onState, setCatchingUp } from "./live.js";

const talk = document.getElementById("talk");
const history = document.getElementById("history");
const form = document.getElementById("reply");
const field = document.getElementById("reply-text");
const id = talk?.dataset.conversation;
let after = Number(talk?.dataset.after ?? 0);
let isLive = false;
/** Answers under way, by their client id. */
const pending = new Map();
const KEPT = `parlor-text-${id}`;

if (talk) {
  follow(() => {
    setCatchingUp(true);
    return { do: "open", conversation: id, after };
  });
  onFrame("reload", () => location.reload());
  onFrame("caught-up", () => setCatchingUp(false));
  onFrame("lagged", () => setCatchingUp(true));
  onFrame("deleted", () => end("The conversation was deleted."));
  onFrame("forbidden", () => end("You may not read this conversation any more."));
  onFrame("item", ({ conversation, item }) => conversation === id && add(item));
  onFrame("stream", (frame) => frame.conversation === id && stream(frame));
  onState((state) => {
    isLive = state === "live" || state === "catching-up";
    if (isLive) for (const one of pending.values()) if (one.state === "waiting") send(one);
  });
}

function isAtEnd() {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function row(item) {
  const said = item.kind === "message";
  const made = element("li", said ? `said ${item.role}` : "notice");
  made.id = `seq-${item.seq}`;
  made.dataset.seq = item.seq;
  const time = element("time", "", item.at.short);
  time.dateTime = item.at.iso;
  const seq = element("a", "seq", `#${item.seq}`);
  seq.href = `#seq-${item.seq}`;
  if (!said) {
    const text = element("bdi", "", item.sentence);
    made.append(text, " ", time, " ", seq);
    return made;
  }
  made.dataset.message = item.message;
  const who = element("span", "who");
  who.append(element("bdi", "", item.author));
  made.append(who, " ", time, " ", seq);
  if (item.is_edited) made.append(" ", element("span", "meta edited", "edited"));
  if (item.delivery) made.append(" ", element("span", "meta delivery", item.delivery));
  const text = element("div", "text", item.text);
  text.dir = "auto";
  made.append(text);
  return made;
}

function add(item) {
  if (item.seq <= after) return;
  after = item.seq;
  const stays = isAtEnd();
  document.getElementById("head-seq").textContent = String(item.seq);
  document.getElementById("talk-empty")?.remove();
  if (item.kind === "message") {
    find(item.message)?.remove();
    const own = pending.get(item.client_id) ?? [...pending.values()].find((one) => one.seq === item.seq);
    if (own) finish(own);
    talk.append(row(item));
  } else if (item.kind === "message_edited" || item.kind === "message_delivery") {
    change(item);
  } else if (item.kind === "message_deleted") {
    erase(item.message);
  } else if (["joined", "left", "removed", "changed", "gone"].includes(item.kind)) {
    talk.append(row(item));
  }
  if (item.kind === "changed") hold(item.sentence);
  for (const one of pending.values()) talk.append(one.row);
  if (stays) scrollTo(0, document.documentElement.scrollHeight);
}

function find(message) {
  return message && document.querySelector(`[data-message="${CSS.escape(message)}"]`);
}

function change(item) {
  const found = find(item.message);
  if (!found) return;
  if (item.kind === "message_edited") {
    if (item.text) found.querySelector(".text").textContent = item.text;
    mark(found, "edited", "edited");
  } else if (item.delivery) {
    mark(found, "delivery", item.delivery);
  }
}

function mark(found, name, text) {
  const shown = found.querySelector(`.${name}`) ?? element("span", `meta ${name}`);
  shown.textContent = text;
  found.querySelector(".text").before(shown);
}

function erase(message) {
  const found = find(message);
  if (!found) return;
  found.className = "notice";
  found.removeAttribute("data-message");
  found.replaceChildren(element("span", "", "A message was deleted"), " ", found.querySelector(".seq"));
}

function hold(sentence) {
  const held = sentence.startsWith("A person took over");
  if (!held && !sentence.startsWith("The assistant answers")) return;
  for (const button of document.querySelectorAll("[data-hold]")) button.hidden = (button.dataset.hold === "yes") === held;
}

function stream(frame) {
  let found = find(frame.message);
  if (frame.phase === "start" && !found) {
    const stays = isAtEnd();
    found = element("li", "said assistant streaming");
    found.dataset.message = frame.message;
    const who = element("span", "who");
    who.append(element("bdi", "", frame.author ?? "assistant"));
    found.append(who, " ", element("span", "meta", "is writing"), element("div", "text", frame.text));
    found.dataset.index = String(frame.index);
    talk.append(found);
    if (stays) scrollTo(0, document.documentElement.scrollHeight);
  } else if (found?.classList.contains("streaming")) {
    if (frame.phase === "delta" && frame.index >= Number(found.dataset.index)) {
      found.querySelector(".text").append(frame.text);
      found.dataset.index = String(frame.index + 1);
    } else if (frame.phase === "end") {
      found.querySelector(".meta").textContent = "stopped";
    }
  }
}

function end(sentence) {
  talk.append(element("li", "notice bad", sentence));
  if (form) form.hidden = true;
}

if (form && talk) {
  field.value ||= sessionStorage.getItem(KEPT) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(KEPT, field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    sessionStorage.removeItem(KEPT);
    const one = { clientId: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, text, state: "waiting", row: element("li", "said pending") };
    pending.set(one.clientId, one);
    talk.append(one.row);
    document.getElementById("talk-empty")?.remove();
    if (isLive) send(one);
    else show(one, "waits for the connection");
    scrollTo(0, document.documentElement.scrollHeight);
  });
}

function show(one, text, retry) {
  one.row.replaceChildren(element("span", retry ? "bad" : "meta", text), element("div", "text", one.text));
  if (!retry) return;
  const button = element("button", "", "Send again");
  button.type = "button";
  button.addEventListener("click", () => send(one));
  one.row.append(button);
}

// The same client id makes a repetition the same message.
async function send(one) {
  one.state = "sending";
  show(one, "sending");
  const body = new URLSearchParams(new FormData(form));
  body.set("text", one.text);
  body.set("client_id", one.clientId);
  body.set("script", "yes");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    const content = isJson ? await answer.json() : {};
    if (answer.ok && isJson) {
      one.seq = content.seq;
      if (one.seq === null || one.seq <= after) finish(one);
      return;
    }
    one.state = "refused";
    show(one, content.sentence ?? `not sent: the server answered ${answer.status}`, true);
  } catch {
    one.state = "waiting";
    show(one, "waits for the connection");
  }
}

function finish(one) {
  pending.delete(one.clientId);
  one.row.remove();
}

// Earlier items are put above what is read, which does not move.
document.getElementById("earlier")?.addEventListener("click", async (event) => {
  const link = event.currentTarget;
  event.preventDefault();
  const answer = await fetch(`/console/conversations/${id ?? location.pathname.split("/")[3]}/items?before=${link.dataset.before}`);
  if (!answer.ok) return location.assign(link.href);
  const { items, earlier } = await answer.json();
  const height = document.documentElement.scrollHeight;
  const shown = items.filter((item) => ["message", "joined", "left", "removed", "changed", "gone"].includes(item.kind));
  history.prepend(...shown.map(row));
  scrollBy(0, document.documentElement.scrollHeight - height);
  if (earlier) link.dataset.before = String(earlier);
  else link.parentElement.remove();
});

if (field) addKey("r", "Answer", () => field.focus());
addKey("l", "Log", () => document.getElementById("to-log").click());
addKey("w", "Who saw what", () => document.getElementById("to-saw").click());
if (talk && !location.hash) scrollTo(0, document.documentElement.scrollHeight);
