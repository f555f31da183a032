/** @import { Answer } from "../socket/answers.js" */
/** @import { LogEntry } from "../socket/frame.js" */
/** @import { MessageResponse } from "../types.js" */

/**
 * Message as the widget shows it.
 *
 * @typedef {object} ShownMessage
 * @property {string} key The client's id of an own message, the message id of any other.
 * @property {number} seq Position; infinite until the message is stored.
 * @property {boolean} isHistory Whether it was there before the widget was opened.
 * @property {boolean} isOwn
 * @property {string} role `user` or `assistant`.
 * @property {string} content
 * @property {string | undefined} createdAt
 * @property {string | undefined} mediaUrl
 * @property {"stored" | "sending" | "failed" | "streaming" | "deleted"} state
 * @property {string} [cause] Why it was not sent.
 * @property {boolean} [isRejected] Whether the server would refuse it again.
 */

/** The messages of a chat, in the order of the log; those that are not stored yet are last. */
export class MessageList {
  /** @type {Map<string, ShownMessage>} */
  #messages = new Map();
  /** @type {Map<string, string>} Key by message id. */
  #keys = new Map();
  #userId = "";
  #onChange;

  /** @param {(message: ShownMessage | undefined, key: string) => void} onChange Called without a message that is gone. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Smallest seq of the stored messages. */
  get firstSeq() {
    return Math.min(...[...this.#messages.values()].map(({ seq }) => seq));
  }

  get size() {
    return this.#messages.size;
  }

  /** @param {string} userId */
  setUser(userId) {
    this.#userId = userId;
  }

  /** Removes all messages that are stored, to read them again. */
  clearStored() {
    for (const message of [...this.#messages.values()]) {
      if (Number.isFinite(message.seq)) this.#remove(message.key);
    }
  }

  /** @param {MessageResponse} message */
  addHistory(message) {
    if (!this.#keys.has(message.id)) this.#putStored(message, true);
  }

  /** @param {LogEntry} entry */
  onEntry({ type, messageId, message }) {
    const known = messageId === undefined ? undefined : this.#messages.get(this.#keys.get(messageId) ?? messageId);
    if (type === "message_created" && message !== undefined) this.#putStored(message, known?.isHistory ?? false);
    if (known === undefined) return;
    if (type === "message_updated" && message !== undefined) this.#putStored(message, known.isHistory);
    if (type === "message_deleted") this.#put({ ...known, state: "deleted", content: "", mediaUrl: undefined });
  }

  /** @param {Answer} answer */
  onAnswer({ messageId, content, state, seq }) {
    const known = this.#messages.get(messageId);
    if (known !== undefined && known.state !== "streaming") return;
    // What is stored comes as an entry, and what is written still, with the next connection.
    if (state === "interrupted" || (state === "ended" && seq === undefined)) return this.#remove(messageId);
    this.#put({
      ...{ key: messageId, seq: Infinity, isHistory: false, isOwn: false, role: "assistant", content },
      ...{ createdAt: undefined, mediaUrl: undefined, state: "streaming" },
    });
  }

  /**
   * Shows an own message that is on its way.
   *
   * @param {string} id
   * @param {string} content
   */
  addSending(id, content) {
    this.#put({
      ...{ key: id, seq: Infinity, isHistory: false, isOwn: true, role: "user", content },
      ...{ createdAt: undefined, mediaUrl: undefined, state: "sending" },
    });
  }

  /**
   * @param {string} id
   * @param {string} cause
   * @param {boolean} isRejected
   */
  markFailed(id, cause, isRejected) {
    const message = this.#messages.get(id);
    if (message?.state === "sending") this.#put({ ...message, state: "failed", cause, isRejected });
  }

  /** Own messages that may still be stored, in the order of sending. */
  unsent() {
    const isUnsent = (/** @type {ShownMessage} */ { state, isRejected }) =>
      state === "sending" || (state === "failed" && !isRejected);
    return [...this.#messages.values()].filter(isUnsent).map(({ key, content }) => ({ id: key, content }));
  }

  /**
   * @param {MessageResponse} message
   * @param {boolean} isHistory
   */
  #putStored(message, isHistory) {
    const isOwn = message.sender_role === "user" && message.sender_id === this.#userId;
    const key = (isOwn && message.client_message_id) || message.id;
    this.#keys.set(message.id, key);
    const content = message.content ?? "";
    const mediaUrl = message.media_url ?? undefined;
    // A message that only calls tools has nothing to show.
    if (content === "" && mediaUrl === undefined) return this.#remove(key);
    const { seq, sender_role: role, created_at: createdAt } = message;
    this.#put({ key, seq, isHistory, isOwn, role, content, createdAt, mediaUrl, state: "stored" });
  }

  /** @param {ShownMessage} message */
  #put(message) {
    this.#messages.set(message.key, message);
    this.#onChange(message, message.key);
  }

  /** @param {string} key */
  #remove(key) {
    if (this.#messages.delete(key)) this.#onChange(undefined, key);
  }
}
