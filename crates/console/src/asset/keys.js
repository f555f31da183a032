// Keys, in one table. Single keys do nothing while something is typed, and nothing at all when they are switched off.

/** @type {Map<string, {text: string, run: () => void}>} */
const table = new Map();
const OFF = "parlor-keys-off";
let pending = "";

/** Adds a key: one letter, or two after each other such as `g i`. */
export function addKey(keys, text, run) {
  table.set(keys, { text, run });
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

const sheet = document.getElementById("keys");
const off = document.getElementById("keys-off");
const opener = document.getElementById("keys-open");

if (sheet instanceof HTMLDialogElement) {
  for (const link of document.querySelectorAll("nav.pages a[data-letter]")) {
    const { letter } = link.dataset;
    const keys = letter === "/" ? letter : `g ${letter}`;
    addKey(keys, link.textContent, () => location.assign(link.href));
  }
  addKey("?", "This sheet", openSheet);
  off.checked = localStorage.getItem(OFF) === "yes";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "yes" : "no"));
  opener.hidden = false;
  opener.addEventListener("click", openSheet);
  document.addEventListener("keydown", onKey);
}

function openSheet() {
  const list = document.getElementById("keys-list");
  list.replaceChildren();
  for (const [keys, { text }] of table) {
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) {
      const mark = document.createElement("kbd");
      mark.textContent = key;
      term.append(mark, " ");
    }
    const description = document.createElement("dd");
    description.textContent = text;
    list.append(term, description);
  }
  sheet.showModal();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || off.checked || sheet.open) {
    pending = "";
    return;
  }
  const keys = pending ? `${pending} ${event.key}` : event.key;
  pending = "";
  const found = table.get(keys);
  if (found) {
    event.preventDefault();
    found.run();
  } else if ([...table.keys()].some((known) => known.startsWith(`${event.key} `))) {
    pending = event.key;
  }
}
