// Shows calls as they arrive.
import { follow, onFrame } from "./live.js";

const list = document.getElementById("calls");
const empty = document.getElementById("calls-empty");
const MAX_CALLS = 20;

function lastNumber() {
  return Math.max(0, ...[...list.children].map((row) => Number(row.dataset.number)));
}

function add(parent, tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  parent.append(element, " ");
  return element;
}

follow(() => ({ do: "calls", after: lastNumber() }));
onFrame("call", (call) => {
  if (call.number <= lastNumber()) return;
  const row = document.createElement("li");
  row.dataset.number = String(call.number);
  row.classList.add("new");
  row.classList.toggle("refused", call.status >= 400);
  add(row, "time", call.at).dateTime = call.at;
  add(row, "span", call.dialect, "dialect");
  add(row, "code", `${call.method} ${call.route}`);
  add(row, "span", String(call.status), "status");
  row.append(`in ${call.millis} ms `);
  if (call.reason) add(row, "span", call.reason, "reason");
  if (call.made) {
    row.append("you made ");
    add(row, "q", call.made.title);
  }
  list.prepend(row);
  while (list.children.length > MAX_CALLS) list.lastElementChild.remove();
  empty.hidden = true;
});
