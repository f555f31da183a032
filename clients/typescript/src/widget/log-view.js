/** @import { ShownMessage } from "./messages.js" */
/** @import { Texts } from "./texts.js" */
import { createButton, createElement, httpUrl } from "./dom.js";
import { fillText } from "./texts.js";

/** Distance from the end, in pixels, up to which the reader counts as being there. */
const END_DISTANCE = 40;

/**
 * Scrolled list of messages. A screen reader announces the log, to which only new messages are added; earlier ones are
 * in a list of their own, so that it does not read them all out.
 */
export class LogView {
  /** @type {Map<string, { row: HTMLElement, seq: number }>} */
  #rows = new Map();
  #texts;
  #onRetry;

  /**
   * @param {Texts} texts
   * @param {{ onEarlier: () => void, onRetry: (id: string, content: string) => void }} handlers
   */
  constructor(texts, { onEarlier, onRetry }) {
    this.#texts = texts;
    this.#onRetry = onRetry;
    this.earlier = createButton("earlier", texts.earlier, onEarlier);
    this.earlier.hidden = true;
    this.empty = createElement("p", { part: "empty" }, texts.empty);
    this.empty.hidden = true;
    this.history = createElement("div", { role: "group", "aria-label": texts.history, part: "history" });
    this.log = createElement("div", { role: "log", "aria-label": texts.log, "aria-live": "polite", part: "log" });
    // It scrolls, so it can be reached by keyboard.
    this.element = createElement("div", { class: "scroll", part: "messages", tabindex: "0", role: "region" });
    this.element.setAttribute("aria-label", texts.title);
    this.element.append(this.earlier, this.empty, this.history, this.log);
  }

  /**
   * Shows the current state of a message.
   *
   * @param {ShownMessage | undefined} message
   * @param {string} key
   */
  update(message, key) {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < END_DISTANCE;
    const old = this.#rows.get(key);
    if (message === undefined) {
      old?.row.remove();
      this.#rows.delete(key);
      return;
    }
    const row = old?.row ?? createElement("div", {});
    this.#render(row, message);
    if (old === undefined || old.seq !== message.seq) this.#place(row, message);
    this.#rows.set(key, { row, seq: message.seq });
    // The reader stays where it reads: at the end, or at the same lines when earlier ones are added above.
    if (isAtEnd && !message.isHistory) this.scrollToEnd();
    else if (message.isHistory && old === undefined) {
      this.element.scrollTop = scrollTop + this.element.scrollHeight - scrollHeight;
    }
  }

  scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  /**
   * Puts a row behind those with a smaller seq.
   *
   * @param {HTMLElement} row
   * @param {ShownMessage} message
   */
  #place(row, { isHistory, seq }) {
    const parent = isHistory ? this.history : this.log;
    const others = [...parent.children].filter((child) => child !== row);
    const before = others.find((child) => Number(/** @type {HTMLElement} */ (child).dataset.seq) > seq);
    row.dataset.seq = String(seq);
    if (row.parentNode !== parent || row.nextElementSibling !== (before ?? null)) parent.insertBefore(row, before ?? null);
  }

  /**
   * @param {HTMLElement} row
   * @param {ShownMessage} message
   */
  #render(row, message) {
    const { isOwn, role, state } = message;
    row.className = `message ${isOwn ? "own" : role === "assistant" ? "assistant" : "other"} ${state}`;
    row.setAttribute("part", `message ${isOwn ? "message-own" : `message-${role}`}`);
    // An answer is announced when it is whole.
    row.setAttribute("aria-busy", String(state === "streaming"));
    const text = state === "deleted" ? this.#texts.deleted : message.content;
    const shown = row.querySelector(".content");
    if (state === "streaming" && shown !== null) {
      shown.textContent = text;
      return;
    }
    const sender = isOwn ? this.#texts.you : role === "assistant" ? this.#texts.assistant : this.#texts.participant;
    row.replaceChildren(
      createElement("span", { class: "sender", part: "sender" }, sender),
      createElement("div", { class: "content", part: "content", dir: "auto" }, text),
      ...this.#footer(message),
    );
  }

  /** @param {ShownMessage} message */
  #footer({ key, content, mediaUrl, state, cause }) {
    const url = mediaUrl === undefined ? undefined : httpUrl(mediaUrl);
    const footer = [];
    if (url !== undefined) {
      const target = { href: url, target: "_blank", rel: "noopener noreferrer", part: "attachment" };
      footer.push(createElement("a", target, this.#texts.attachment));
    }
    const note = (/** @type {string} */ text) => footer.push(createElement("span", { class: "note", part: "note" }, text));
    if (state === "sending") note(this.#texts.sending);
    if (state === "streaming") note(this.#texts.writing);
    if (state === "failed") {
      note(fillText(this.#texts.failed, "cause", cause ?? ""));
      footer.push(createButton("retry-message", this.#texts.retryMessage, () => this.#onRetry(key, content)));
    }
    return footer;
  }
}
