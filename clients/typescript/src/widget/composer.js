/** @import { Texts } from "./texts.js" */
import { MAX_MESSAGE_CHARS } from "../socket/message.js";
import { createButton, createElement } from "./dom.js";

/** Interval at which typing is reported, in milliseconds. */
const TYPING_INTERVAL = 5_000;

/**
 * @typedef {object} ComposerHandlers
 * @property {(text: string) => void} onSend
 * @property {(text: string) => void} onDraft
 * @property {(isTyping: boolean) => void} onTyping
 * @property {() => void} onStop
 */

/** Field in which a message is written. Enter sends it, Shift and Enter begin a line. */
export class Composer {
  #handlers;
  #lastTyping = -Infinity;

  /**
   * @param {Texts} texts
   * @param {ComposerHandlers} handlers
   */
  constructor(texts, handlers) {
    this.#handlers = handlers;
    this.input = createElement("textarea", {
      ...{ rows: "1", part: "input", enterkeyhint: "send", maxlength: String(MAX_MESSAGE_CHARS) },
      ...{ placeholder: texts.placeholder, "aria-label": texts.placeholder, dir: "auto" },
    });
    this.button = createElement("button", { type: "submit", part: "send" }, texts.send);
    this.stop = createButton("stop", texts.stop, handlers.onStop);
    this.stop.hidden = true;
    this.element = createElement("form", { part: "composer" }, this.input, this.stop, this.button);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.input.addEventListener("keydown", (event) => {
      // While a word is composed, as in Japanese, Enter ends the word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.input.addEventListener("input", () => this.#onInput());
  }

  /** @param {string} text */
  setText(text) {
    this.input.value = text;
  }

  /** @param {boolean} isEnabled */
  setEnabled(isEnabled) {
    this.input.disabled = !isEnabled;
    this.button.disabled = !isEnabled;
  }

  #onInput() {
    this.#handlers.onDraft(this.input.value);
    const now = performance.now();
    if (this.input.value === "" || now - this.#lastTyping < TYPING_INTERVAL) return;
    this.#lastTyping = now;
    this.#handlers.onTyping(true);
  }

  #submit() {
    const text = this.input.value;
    if (text.trim() === "" || this.input.disabled) return;
    this.input.value = "";
    if (this.#lastTyping > -Infinity) this.#handlers.onTyping(false);
    this.#lastTyping = -Infinity;
    this.#handlers.onDraft("");
    this.#handlers.onSend(text);
    this.input.focus();
  }
}
