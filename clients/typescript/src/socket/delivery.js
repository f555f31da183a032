/** @import { Error as ErrorFrame, MessageReceived } from "../generated/asyncapi.js" */
/** @import { LogEntry } from "./frame.js" */
import { ApiError } from "../errors.js";
import { entryFromAck } from "./frame.js";

/**
 * Acknowledgement of a stored message.
 *
 * @typedef {object} SendReceipt
 * @property {string} messageId UUID of the message.
 * @property {number} seq Seq in the chat's log.
 * @property {string} timestamp Time of storage: RFC 3339, in UTC.
 * @property {string} clientMessageId Message id under which it was sent.
 * @property {boolean} isDuplicate Whether it was stored by an earlier attempt.
 */

/**
 * Unacknowledged message.
 *
 * @typedef {object} PendingMessage
 * @property {string} id
 * @property {string} content
 * @property {Record<string, unknown> | undefined} metadata
 * @property {string} frame
 * @property {(receipt: SendReceipt) => void} resolve
 * @property {(error: Error) => void} reject
 */

/** Delivery state of a socket across its connections: the next expected log entry and unacknowledged messages. */
export class DeliveryTracker {
  #lastSeq = 0;
  /**
   * Own messages acknowledged ahead of the replay, by seq. The server does not send their log entries again, so they are
   * inserted when the replay reaches that seq.
   *
   * @type {Map<number, LogEntry>}
   */
  #ackedAhead = new Map();
  /** @type {PendingMessage[]} */
  #pending = [];
  #deliver;

  /** @param {(entry: LogEntry) => void} deliver Called with each entry once, in order. */
  constructor(deliver) {
    this.#deliver = deliver;
  }

  /** Every entry up to this seq was delivered. */
  get lastSeq() {
    return this.#lastSeq;
  }

  /** Whether acknowledged messages wait for earlier entries. */
  get hasAckedAhead() {
    return this.#ackedAhead.size > 0;
  }

  /** Unacknowledged messages, in the order of sending. */
  get pending() {
    return /** @type {readonly PendingMessage[]} */ (this.#pending);
  }

  /**
   * Restarts at a seq.
   *
   * @param {number} seq
   */
  reset(seq) {
    this.#lastSeq = seq;
    this.#ackedAhead.clear();
  }

  /** Prepares for a new connection, which replays everything after `lastSeq`, including messages acknowledged ahead. */
  resume() {
    this.#ackedAhead.clear();
  }

  /** @param {PendingMessage} message */
  enqueue(message) {
    this.#pending.push(message);
  }

  /** Removes and returns all unacknowledged messages. */
  takePending() {
    return this.#pending.splice(0);
  }

  /**
   * Delivers an entry and the acknowledged messages that follow it; skips one that was delivered before.
   *
   * @param {LogEntry} entry
   * @returns {boolean} Whether no entry before it is missing.
   */
  onEntry(entry) {
    if (entry.seq <= this.#lastSeq) return true;
    if (entry.seq !== this.#lastSeq + 1) return false;
    this.#advance(entry);
    for (;;) {
      const next = this.#ackedAhead.get(this.#lastSeq + 1);
      if (next === undefined) return true;
      this.#ackedAhead.delete(next.seq);
      this.#advance(next);
    }
  }

  /**
   * Resolves an acknowledged message and delivers it at its seq.
   *
   * @param {MessageReceived} frame
   * @returns {boolean} Whether it acknowledges no unknown message after the last seq.
   */
  onAck(frame) {
    const message = this.#takePendingById(frame.client_message_id);
    // Acknowledgements of other senders' messages have no place in the log of this one.
    if (message === undefined) return frame.seq <= this.#lastSeq;
    message.resolve({
      messageId: frame.message_id,
      seq: frame.seq,
      timestamp: frame.timestamp,
      clientMessageId: message.id,
      isDuplicate: frame.duplicate === true,
    });
    const entry = entryFromAck(frame, message.id, message.content, message.metadata);
    if (frame.seq > this.#lastSeq + 1) {
      this.#ackedAhead.set(frame.seq, entry);
      return true;
    }
    return this.onEntry(entry);
  }

  /**
   * Fails a rejected message.
   *
   * @param {ErrorFrame} frame
   * @returns {boolean} Whether the error is about a message.
   */
  onError(frame) {
    const message = this.#takePendingById(frame.client_message_id);
    message?.reject(toApiError(frame));
    return message !== undefined;
  }

  /** @param {LogEntry} entry */
  #advance(entry) {
    this.#lastSeq = entry.seq;
    this.#deliver(entry);
  }

  /** @param {string | null | undefined} id */
  #takePendingById(id) {
    const index = this.#pending.findIndex((message) => message.id === id);
    return index < 0 ? undefined : this.#pending.splice(index, 1)[0];
  }
}

/**
 * Returns the error of an error frame.
 *
 * @param {ErrorFrame} frame
 */
export function toApiError(frame) {
  return new ApiError({ code: frame.error_code ?? "", detail: frame.message ?? "" });
}
