/** @import { ChatEvent } from "../socket/event.js" */
/** @import { Texts } from "./texts.js" */
import { Composer } from "./composer.js";
import { createButton, createElement } from "./dom.js";
import { LogView } from "./log-view.js";
import { ChatSession } from "./session.js";
import { describeClose } from "./status.js";
import { SessionState, findSessionStorage } from "./storage.js";
import { widgetStyle } from "./style.js";
import { DEFAULT_TEXTS, fillText } from "./texts.js";
import { createTokenProvider } from "./token-source.js";

/** Attributes that make another chat. */
const SESSION_ATTRIBUTES = ["server", "token", "token-url"];
/** Time for which somebody counts as typing, in milliseconds. */
const TYPING_TIMEOUT = 8_000;

/**
 * `<parlor-chat>`: a chat in a page. The token comes from the attribute `token`, from the address in `token-url`, or from
 * the function in the property `tokenProvider`.
 *
 * Events: `parlor-connected`, `parlor-message` (each stored message, in `detail`) and `parlor-closed` (with the reason).
 */
export class ParlorChatElement extends HTMLElement {
  static observedAttributes = [...SESSION_ATTRIBUTES, "launcher"];

  /** Server that is used without the attribute `server`. */
  static defaultServer = /** @type {string | undefined} */ (undefined);

  /** @type {ChatSession | undefined} */
  #session;
  /** @type {(() => string | Promise<string>) | undefined} */
  #tokenProvider;
  /** @type {Texts} */
  #texts = { ...DEFAULT_TEXTS };
  #root = this.attachShadow({ mode: "open" });
  /** @type {LogView | undefined} */
  #log;
  /** @type {Composer | undefined} */
  #composer;
  #status = createElement("p", { role: "status", part: "status" });
  #retry = createButton("retry", "", () => this.#onRetry());
  #typing = createElement("p", { part: "typing" });
  #panel = createElement("section", { class: "panel", part: "panel" });
  #launcher = createButton("launcher", "", () => this.toggle());
  #unread = 0;
  #isUpdatePending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [widgetStyle()];
    this.#launcher.setAttribute("aria-haspopup", "dialog");
    this.#root.append(this.#panel, this.#launcher);
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#isLauncher && !this.#panel.hidden) this.close();
    });
  }

  /** Texts of the widget, to translate or change some or all of them. */
  get texts() {
    return this.#texts;
  }

  /** @param {Partial<Texts>} texts */
  set texts(texts) {
    this.#texts = { ...DEFAULT_TEXTS, ...texts };
    this.#scheduleUpdate();
  }

  /** Function that gets a token for each connection. */
  get tokenProvider() {
    return this.#tokenProvider;
  }

  set tokenProvider(provider) {
    this.#tokenProvider = provider;
    this.#scheduleUpdate();
  }

  connectedCallback() {
    this.#adoptProperty("texts");
    this.#adoptProperty("tokenProvider");
    globalThis.addEventListener("online", this.#onOnline);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#panel.hidden = this.#isLauncher;
    this.#scheduleUpdate();
  }

  disconnectedCallback() {
    globalThis.removeEventListener("online", this.#onOnline);
    document.removeEventListener("visibilitychange", this.#onVisible);
    this.#session?.stop();
    this.#session = undefined;
  }

  attributeChangedCallback() {
    this.#scheduleUpdate();
  }

  /** Opens the panel of a launcher. */
  open() {
    this.#setOpen(true);
    this.#composer?.input.focus();
  }

  /** Closes the panel of a launcher. */
  close() {
    this.#setOpen(false);
    this.#launcher.focus();
  }

  toggle() {
    return this.#panel.hidden ? this.open() : this.close();
  }

  get #isLauncher() {
    return this.hasAttribute("launcher");
  }

  /** Several changes at once, as those of a parsed tag, make one session. */
  #scheduleUpdate() {
    if (this.#isUpdatePending) return;
    this.#isUpdatePending = true;
    queueMicrotask(() => {
      this.#isUpdatePending = false;
      if (this.isConnected) this.#start();
    });
  }

  /**
   * Takes a property that the page has set before the element was defined, which hides the accessor of its name.
   *
   * @param {"texts" | "tokenProvider"} name
   */
  #adoptProperty(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = /** @type {any} */ (this)[name];
    delete (/** @type {any} */ (this)[name]);
    /** @type {any} */ (this)[name] = value;
  }

  #start() {
    this.#session?.stop();
    this.#session = undefined;
    this.#render();
    const server = this.getAttribute("server") ?? ParlorChatElement.defaultServer;
    const token = this.#tokenProvider ?? createTokenProvider(this);
    if (server === undefined || token === undefined) {
      this.#composer?.setEnabled(false);
      return this.#showStatus(this.#texts.unavailable);
    }
    const state = new SessionState(`${server} ${this.getAttribute("token-url") ?? ""}`, findSessionStorage());
    const log = this.#log;
    const composer = this.#composer;
    this.#session = new ChatSession({ url: server, token }, state, {
      onMessage: (message, key) => log?.update(message, key),
      onEvent: (event) => this.#onEvent(event),
      onHistory: (hasEarlier, isEmpty) => {
        if (log === undefined) return;
        log.earlier.hidden = !hasEarlier;
        log.empty.hidden = !isEmpty;
      },
      onDraft: (draft) => composer?.setText(draft),
      onAnswering: (isAnswering) => {
        if (composer !== undefined) composer.stop.hidden = !isAnswering;
      },
    });
    this.#showStatus(this.#texts.connecting);
    this.#session.start();
  }

  #render() {
    const texts = this.#texts;
    const log = new LogView(texts, {
      onEarlier: () => void this.#session?.loadEarlier(),
      onRetry: (id, content) => void this.#session?.send(content, id),
    });
    const composer = new Composer(texts, {
      onSend: (text) => {
        void this.#session?.send(text);
        log.scrollToEnd();
      },
      onDraft: (text) => this.#session?.setDraft(text),
      onTyping: (isTyping) => this.#session?.setTyping(isTyping),
      onStop: () => this.#session?.cancelAnswer(),
    });
    [this.#log, this.#composer] = [log, composer];
    const close = createButton("close", texts.close, () => this.close());
    close.hidden = !this.#isLauncher;
    this.#retry.textContent = texts.retry;
    this.#panel.setAttribute("aria-label", texts.title);
    this.#panel.setAttribute("role", this.#isLauncher ? "dialog" : "region");
    this.#panel.replaceChildren(
      createElement("header", {}, createElement("h2", { part: "title" }, texts.title), close),
      log.element,
      createElement("div", { class: "status" }, this.#status, this.#typing, this.#retry),
      composer.element,
    );
    if (!this.#isLauncher) this.#panel.hidden = false;
    this.#showLauncher();
  }

  /** @param {ChatEvent} event */
  #onEvent(event) {
    switch (event.type) {
      case "connected":
        this.#showStatus("");
        this.#dispatch("parlor-connected", { chatId: event.chatId, userId: event.userId });
        this.#markRead();
        break;
      case "entry":
        if (event.entry.type !== "message_created") break;
        this.#showTyping(false);
        if (this.#panel.hidden) this.#unread += 1;
        this.#showLauncher();
        this.#markRead();
        this.#dispatch("parlor-message", event.entry.message);
        break;
      case "typing":
        this.#showTyping(event.isTyping);
        break;
      case "disconnected":
        this.#showStatus(this.#texts.disconnected, true);
        break;
      case "closed":
        if (event.reason.kind === "by_client") break;
        this.#showStatus(describeClose(event.reason, this.#texts), event.reason.kind !== "server");
        this.#composer?.setEnabled(false);
        this.#dispatch("parlor-closed", event.reason);
    }
  }

  /**
   * @param {string} text
   * @param {boolean} [canRetry]
   */
  #showStatus(text, canRetry = false) {
    this.#status.textContent = text;
    this.#retry.hidden = !canRetry;
  }

  /** @param {boolean} isTyping */
  #showTyping(isTyping) {
    clearTimeout(this.#typingTimer);
    this.#typing.textContent = isTyping ? this.#texts.typing : "";
    if (isTyping) this.#typingTimer = setTimeout(() => this.#showTyping(false), TYPING_TIMEOUT);
  }

  #showLauncher() {
    const text = this.#panel.hidden ? this.#texts.open : this.#texts.close;
    const unread = this.#unread > 0 ? ` (${fillText(this.#texts.unread, "count", this.#unread)})` : "";
    this.#launcher.textContent = text + unread;
    this.#launcher.setAttribute("aria-expanded", String(!this.#panel.hidden));
    this.#launcher.hidden = !this.#isLauncher;
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    this.#panel.hidden = !isOpen;
    if (isOpen) {
      this.#unread = 0;
      this.#log?.scrollToEnd();
      this.#markRead();
    }
    this.#showLauncher();
  }

  #markRead() {
    if (!this.#panel.hidden && document.visibilityState === "visible") this.#session?.markRead();
  }

  #onRetry() {
    if (this.#composer?.input.disabled) this.#start();
    else this.#session?.retryNow();
  }

  #onOnline = () => this.#session?.retryNow();

  #onVisible = () => this.#markRead();

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
