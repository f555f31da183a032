// Keeps the list of conversations current. Rows never move under the pointer or the focus: new ones wait in a bar.
import { addKey } from "./keys.js";
import { follow, onFrame } from "./live.js";

const list = document.getElementById("inbox");
const bar = document.getElementById("newer");
let waiting = null;
let reading = false;
let again = false;

follow(() => ({ do: "activity" }));
onFrame("activity", read);

async function read() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(`/console/inbox/rows?${list.dataset.query}`);
    if (answer.ok && !answer.redirected) offer(await answer.json());
  } catch {
    // The connection says that it is gone; the next activity reads again.
  } finally {
    reading = false;
    if (again) {
      again = false;
      read();
    }
  }
}

function offer(rows) {
  const shown = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const fresh = rows.filter((row) => !shown.has(row.id) || Number(shown.get(row.id).dataset.seq) < row.seq);
  for (const row of rows) {
    const element = shown.get(row.id);
    if (element) fill(element, row);
  }
  const isUsed = list.matches(":hover") || list.contains(document.activeElement);
  if (!isUsed || list.children.length === 0) return apply(rows);
  waiting = rows;
  if (fresh.length) {
    bar.hidden = false;
    bar.textContent = `${fresh.length} new, press n`;
  }
}

function apply(rows) {
  waiting = null;
  bar.hidden = true;
  const shown = new Map([...list.children].map((row) => [row.dataset.id, row]));
  list.replaceChildren(
    ...rows.map((row) => {
      const element = shown.get(row.id) ?? document.createElement("li");
      fill(element, row);
      return element;
    }),
  );
  if (rows.length) document.getElementById("inbox-empty")?.remove();
}

function fill(element, row) {
  const isNew = element.dataset.seq !== undefined && Number(element.dataset.seq) < row.seq;
  if (isNew || !element.dataset.seq) element.classList.add("new");
  if (element.dataset.seq === String(row.seq)) return;
  element.dataset.id = row.id;
  element.dataset.seq = String(row.seq);
  let link = element.querySelector("a");
  if (!link) {
    link = document.createElement("a");
    link.href = `/console/conversations/${row.id}`;
    element.append(link);
  }
  const people = row.people > 2 ? `, ${row.people} people` : "";
  const time = document.createElement("time");
  time.dateTime = row.at.iso;
  time.textContent = row.at.short;
  const parts = [part("title", row.title, true), part("kind", row.kind + people), time, part("last", row.last, true)];
  if (row.unread) parts.push(part("unread", `${row.unread} unread`));
  if (row.state) parts.push(part("state", row.state));
  link.replaceChildren(...parts.flatMap((one) => [one, " "]));
}

function part(className, text, isForeign) {
  const element = document.createElement("span");
  element.className = className;
  const inner = isForeign ? element.appendChild(document.createElement("bdi")) : element;
  inner.textContent = text;
  return element;
}

function move(step) {
  const links = [...list.querySelectorAll("a")];
  const now = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, now + step))]?.focus();
}

bar.addEventListener("click", () => waiting && apply(waiting));
addKey("n", "Show what is new", () => waiting && apply(waiting));
addKey("j", "Next conversation", () => move(1));
addKey("k", "Previous conversation", () => move(-1));
