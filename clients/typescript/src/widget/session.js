/** @import { ChatEvent, SocketOptions } from "../socket/event.js" */
/** @import { ShownMessage } from "./messages.js" */
/** @import { SessionState } from "./storage.js" */
import { completeEnvironment } from "../environment.js";
import { ApiError, ClosedError, InvalidRequestError } from "../errors.js";
import { ChatSocket } from "../socket/socket.js";
import { MessageList } from "./messages.js";

/** Messages of a page of history. */
const PAGE_SIZE = 50;

/**
 * What a session reports to the widget.
 *
 * @typedef {object} SessionHandlers
 * @property {(message: ShownMessage | undefined, key: string) => void} onMessage
 * @property {(event: ChatEvent) => void} onEvent
 * @property {(hasEarlier: boolean, isEmpty: boolean) => void} onHistory
 * @property {(draft: string) => void} onDraft
 * @property {(isAnswering: boolean) => void} onAnswering
 */

/** One chat of one user: its socket, its messages, and what is kept across reloads. */
export class ChatSession {
  #socket;
  #state;
  #handlers;
  #messages;
  #createId;
  #draft = "";
  #isRestored = false;
  #isLoading = false;
  #hasHistory = false;
  #hasEarlier = false;
  /** @type {{ userId: string, chatId: string } | undefined} */
  #owner;

  /**
   * @param {SocketOptions} options
   * @param {SessionState} state
   * @param {SessionHandlers} handlers
   */
  constructor(options, state, handlers) {
    this.#createId = completeEnvironment(options.environment).randomId;
    this.#socket = new ChatSocket(options);
    this.#state = state;
    this.#handlers = handlers;
    this.#messages = new MessageList(handlers.onMessage);
    this.#socket.subscribe((event) => this.#onEvent(event));
  }

  start() {
    // The end is reported as an event.
    this.#socket.connect().catch(() => {});
  }

  stop() {
    this.#socket.close();
  }

  retryNow() {
    this.#socket.retryNow();
  }

  /** @param {boolean} isTyping */
  setTyping(isTyping) {
    this.#socket.setTyping(isTyping);
  }

  cancelAnswer() {
    this.#socket.cancelAnswer();
  }

  /** Marks everything as read. */
  markRead() {
    const seq = this.#socket.position?.seq ?? 0;
    if (seq > 0) this.#socket.markRead(seq);
  }

  /** @param {string} draft */
  setDraft(draft) {
    this.#draft = draft;
    this.#save();
  }

  /**
   * Sends a message, which is shown at once.
   *
   * @param {string} content
   * @param {string} [id] Id of an earlier attempt.
   */
  async send(content, id = this.#createId()) {
    this.#messages.addSending(id, content);
    this.#save();
    try {
      await this.#socket.send(content, { clientMessageId: id });
    } catch (error) {
      // Whether it was stored is unknown when the socket has ended, so it is kept under the same id.
      if (!(error instanceof ClosedError && error.reason.kind === "by_client")) {
        this.#messages.markFailed(id, describeError(error), !(error instanceof ClosedError));
      }
    }
    this.#save();
  }

  /** Reads the messages before the first one that is shown. */
  async loadEarlier() {
    const { firstSeq } = this.#messages;
    await this.#loadHistory(Number.isFinite(firstSeq) ? { beforeSeq: firstSeq } : {});
  }

  /** @param {ChatEvent} event */
  #onEvent(event) {
    if (event.type === "connected") this.#onConnected(event);
    if (event.type === "entry") {
      this.#messages.onEntry(event.entry);
      if (this.#hasHistory) this.#reportHistory();
      this.#save();
    }
    if (event.type === "answer") {
      this.#messages.onAnswer(event.answer);
      this.#handlers.onAnswering(event.answer.state === "streaming");
    }
    this.#handlers.onEvent(event);
  }

  /** @param {Extract<ChatEvent, { type: "connected" }>} event */
  #onConnected({ resume, userId, chatId }) {
    this.#owner = { userId, chatId };
    this.#messages.setUser(userId);
    this.#restore();
    if (resume === "reset") this.#messages.clearStored();
    if (resume === "reset" || !this.#hasHistory) void this.#loadHistory({});
  }

  /** @param {{ beforeSeq?: number }} range */
  async #loadHistory(range) {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const page = await this.#socket.listHistory({ ...range, limit: PAGE_SIZE });
      this.#hasHistory = true;
      this.#hasEarlier = page.hasMore;
      for (const message of page.messages) this.#messages.addHistory(message);
      this.#reportHistory();
    } catch {
      // The connection was lost; it is read with the next one, or when asked for again.
    } finally {
      this.#isLoading = false;
    }
  }

  #reportHistory() {
    this.#handlers.onHistory(this.#hasEarlier, this.#messages.size === 0);
  }

  /** Restores what an earlier page of the same user and chat has kept. */
  #restore() {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const state = this.#state.load();
    if (state?.userId !== this.#owner?.userId || state?.chatId !== this.#owner?.chatId) return this.#save();
    for (const { id, content } of state?.outbox ?? []) void this.send(content, id);
    if (this.#draft === "" && state !== undefined && state.draft !== "") {
      this.#draft = state.draft;
      this.#handlers.onDraft(state.draft);
    }
  }

  #save() {
    if (this.#owner === undefined || !this.#isRestored) return;
    this.#state.save({ ...this.#owner, draft: this.#draft, outbox: this.#messages.unsent() });
  }
}

/** @param {unknown} error */
function describeError(error) {
  if (error instanceof ApiError) return error.detail;
  return error instanceof InvalidRequestError || error instanceof ClosedError ? error.message : String(error);
}
