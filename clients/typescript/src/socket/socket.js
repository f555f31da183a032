/** @import { CloseReason, ConnectionError } from "../close.js" */
/** @import { MessageResponse } from "../types.js" */
/** @import { SendReceipt } from "./delivery.js" */
/** @import { ChatEvent, SocketOptions, StreamPosition } from "./event.js" */
/** @import { ServerFrame } from "./frame.js" */
import { RetrySchedule } from "../backoff.js";
import { toCloseReason } from "../close.js";
import { completeEnvironment } from "../environment.js";
import { ClosedError, ConnectionLostError } from "../errors.js";
import { buildUrl, parseBaseUrl } from "../http/url.js";
import { AnswerTracker } from "./answers.js";
import { Connection } from "./connection.js";
import { DeliveryTracker } from "./delivery.js";
import { encodeMessage, toWellFormed } from "./message.js";
import { RequestTable } from "./requests.js";
import { provideToken } from "./token.js";

/**
 * How a connection ended.
 *
 * @typedef {{ lost: ConnectionError } | { closed: CloseReason } | { again: true }} ConnectionOutcome
 */

/**
 * Socket of a chat. It reconnects and resumes until it is closed. Every entry of the log is reported once, in order and
 * without gaps; a message is sent again until the server has acknowledged it, and is stored once.
 */
export class ChatSocket {
  #options;
  #environment;
  #base;
  #retrySchedule;
  /** @type {Set<(event: ChatEvent) => void>} */
  #listeners = new Set();
  #delivery = new DeliveryTracker((entry) => this.#report({ type: "entry", entry }));
  #answers = new AnswerTracker((answer) => this.#report({ type: "answer", answer }));
  #requests = new RequestTable();
  /** @type {string | undefined} */
  #epoch;
  /** @type {Connection | undefined} Connection that is established. */
  #connection;
  /** @type {number | undefined} */
  #unsentReadSeq;
  /** @type {CloseReason | undefined} */
  #closeReason;
  /** @type {Promise<void> | undefined} */
  #opened;
  /** @type {((reason?: CloseReason) => void) | undefined} Ends the wait of `connect`. */
  #settleOpened;
  /** @type {((outcome: ConnectionOutcome) => void) | undefined} Ends what the socket is waiting for. */
  #interrupt;
  #isWaitingToRetry = false;

  /** @param {SocketOptions} options */
  constructor(options) {
    this.#options = options;
    this.#environment = completeEnvironment(options.environment);
    this.#base = parseBaseUrl(options.url);
    this.#retrySchedule = new RetrySchedule(options.backoff, this.#environment.random);
  }

  /** Position to resume from; `undefined` before the first connection. */
  get position() {
    return this.#epoch === undefined ? undefined : { seq: this.#delivery.lastSeq, epoch: this.#epoch };
  }

  /** Why the socket is closed; `undefined` while it is not. */
  get closeReason() {
    return this.#closeReason;
  }

  /**
   * Calls a listener with each event; returns a function that ends that. Subscribe before `connect`, to miss nothing.
   *
   * @param {(event: ChatEvent) => void} listener
   * @returns {() => void}
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Connects, and waits until the server accepts or finally rejects the socket. Fails with `ClosedError`.
   *
   * @returns {Promise<void>}
   */
  connect() {
    this.#opened ??= new Promise((resolve, reject) => {
      this.#settleOpened = (reason) => (reason === undefined ? resolve() : reject(new ClosedError(reason)));
      if (this.#closeReason !== undefined) this.#settleOpened(this.#closeReason);
      else void this.#run();
    });
    return this.#opened;
  }

  /**
   * Sends a message and waits until the server has stored it. After a lost connection it is sent again with the same id;
   * messages are stored in the order of sending. With an id kept by the application, sending can be repeated even after
   * the page was closed.
   *
   * @param {string} content
   * @param {{ clientMessageId?: string, metadata?: Record<string, unknown> }} [options]
   * @returns {Promise<SendReceipt>}
   */
  async send(content, { clientMessageId, metadata } = {}) {
    const id = clientMessageId ?? this.#environment.randomId();
    const text = toWellFormed(content);
    const frame = encodeMessage(text, id, metadata);
    this.#throwIfClosed();
    return new Promise((resolve, reject) => {
      this.#delivery.enqueue({ id, content: text, metadata, frame, resolve, reject });
      this.#connection?.send(frame);
    });
  }

  /**
   * Reports that the user started or stopped typing; dropped without a connection.
   *
   * @param {boolean} isTyping
   */
  setTyping(isTyping) {
    this.#connection?.send({ action: "typing", state: isTyping ? "start" : "stop" });
  }

  /**
   * Marks the chat as read up to a seq; sent when there is a connection.
   *
   * @param {number} seq
   */
  markRead(seq) {
    if (this.#connection !== undefined) this.#connection.send({ action: "read", seq });
    else this.#unsentReadSeq = Math.max(seq, this.#unsentReadSeq ?? seq);
  }

  /**
   * Cancels the answer that an assistant writes; what was said so far is stored.
   *
   * @param {string} [messageId]
   */
  cancelAnswer(messageId) {
    this.#connection?.send({ action: "cancel", message_id: messageId });
  }

  /**
   * Returns up to 100 messages before a seq, or the newest, oldest first.
   *
   * @param {{ beforeSeq?: number, limit?: number }} [range]
   * @returns {Promise<{ messages: MessageResponse[], hasMore: boolean }>}
   */
  async listHistory({ beforeSeq, limit = 50 } = {}) {
    const reply = await this.#request({ action: "history", before_seq: beforeSeq, limit });
    return { messages: reply.messages, hasMore: reply.has_more };
  }

  /** Pings the server and waits for the reply. */
  async ping() {
    await this.#request({ action: "ping" });
  }

  /** Makes the next attempt at once, for example because the network is back. */
  retryNow() {
    if (this.#isWaitingToRetry) this.#interrupt?.({ again: true });
  }

  /** Closes the socket. Unacknowledged messages fail although they may have been stored; wait for them if that matters. */
  close() {
    if (this.#closeReason !== undefined) return;
    if (this.#interrupt === undefined) this.#finish({ kind: "by_client" });
    else this.#interrupt({ closed: { kind: "by_client" } });
  }

  async #run() {
    for (;;) {
      const outcome = await this.#runConnection();
      this.#connection = undefined;
      this.#requests.failAll(() => new ConnectionLostError());
      this.#answers.onConnectionLost();
      if ("closed" in outcome) return this.#finish(outcome.closed);
      if ("again" in outcome) continue;
      const reason = await this.#waitBeforeRetry(outcome.lost);
      if (reason !== undefined) return this.#finish(reason);
    }
  }

  /**
   * Runs one connection to its end.
   *
   * @returns {Promise<ConnectionOutcome>}
   */
  async #runConnection() {
    const token = await this.#waitFor(provideToken(this.#options.token, this.#environment));
    if (!("token" in token)) return "error" in token ? { lost: token.error } : token;
    let openedAt = /** @type {number | undefined} */ (undefined);
    /** @type {Connection | undefined} */
    let connection;
    const outcome = await this.#waitFor(
      new Promise((/** @type {(outcome: ConnectionOutcome) => void} */ resolve) => {
        const position = this.#resumePosition();
        connection = new Connection(this.#environment, this.#socketUrl(token.token, position), {
          onFrame: (frame) => {
            if (connection === undefined) return;
            if (openedAt !== undefined) return this.#onFrame(connection, frame);
            if (frame.kind !== "established") return;
            openedAt = this.#environment.now();
            if (this.#onEstablished(connection, frame.frame, position !== undefined)) resolve({ again: true });
          },
          onEnd: (error) => resolve({ lost: error }),
          stalledSeq: () => (this.#delivery.hasAckedAhead ? this.#delivery.lastSeq : undefined),
        });
      }),
    );
    connection?.close();
    if (openedAt !== undefined) this.#retrySchedule.recordUptime(this.#environment.now() - openedAt);
    return outcome;
  }

  /**
   * Resumes the log where the server does.
   *
   * @param {Connection} connection
   * @param {Extract<ServerFrame, { kind: "established" }>["frame"]} frame
   * @param {boolean} isResuming
   * @returns {boolean} Whether to connect again at once.
   */
  #onEstablished(connection, frame, isResuming) {
    const isFirst = this.#epoch === undefined;
    this.#epoch = frame.epoch;
    if (isFirst && this.#options.replayAll && this.#options.resumeFrom === undefined) {
      // Only the server knows the epoch, which a position needs.
      this.#delivery.reset(0);
      return true;
    }
    if (frame.resumed !== true) this.#delivery.reset(frame.seq);
    else if (isFirst) this.#delivery.reset(this.#options.resumeFrom?.seq ?? frame.seq);
    else this.#delivery.resume();
    this.#connection = connection;
    connection.startHeartbeat(frame.ping_interval_ms);
    for (const message of this.#delivery.pending) connection.send(message.frame);
    if (this.#unsentReadSeq !== undefined) connection.send({ action: "read", seq: this.#unsentReadSeq });
    this.#unsentReadSeq = undefined;
    this.#report({
      type: "connected",
      resume: frame.resumed === true ? "resumed" : isResuming ? "reset" : "from_now",
      afterSeq: this.#delivery.lastSeq,
      headSeq: frame.seq,
      epoch: frame.epoch,
      connectionId: frame.connection_id ?? "",
      userId: frame.user_id,
      chatId: frame.chat_id,
    });
    this.#settleOpened?.();
    return false;
  }

  /**
   * @param {Connection} connection
   * @param {ServerFrame} frame
   */
  #onFrame(connection, frame) {
    switch (frame.kind) {
      case "entry":
        if (!this.#delivery.onEntry(frame.entry)) connection.fail({ kind: "sequence_gap" });
        break;
      case "received":
        if (!this.#delivery.onAck(frame.frame)) connection.fail({ kind: "sequence_gap" });
        break;
      case "error":
        if (!this.#delivery.onError(frame.frame)) this.#requests.onError(frame.frame);
        break;
      case "history":
        this.#requests.resolve(frame.frame.ref, frame.frame);
        break;
      case "pong":
        this.#requests.resolve(frame.ref, undefined);
        break;
      case "stream_started":
        this.#answers.onStarted(frame.frame);
        break;
      case "stream_token":
        this.#answers.onToken(frame.frame);
        break;
      case "stream_ended":
        this.#answers.onEnded(frame.frame);
        break;
      case "ephemeral":
        this.#report(frame.event);
    }
  }

  /**
   * Waits before the next attempt.
   *
   * @param {ConnectionError} error
   * @returns {Promise<CloseReason | undefined>}
   */
  async #waitBeforeRetry(error) {
    const delay = this.#retrySchedule.nextDelay(error);
    if (delay === undefined) return toCloseReason(error);
    this.#report({ type: "disconnected", error, retryIn: delay });
    let timer;
    this.#isWaitingToRetry = true;
    const outcome = await this.#waitFor(
      new Promise((/** @type {(outcome: ConnectionOutcome) => void} */ resolve) => {
        timer = this.#environment.setTimeout(() => resolve({ again: true }), delay);
      }),
    );
    this.#isWaitingToRetry = false;
    this.#environment.clearTimeout(timer);
    return "closed" in outcome ? outcome.closed : undefined;
  }

  /**
   * Waits for a promise, unless the socket is closed or told to go on.
   *
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T | ConnectionOutcome>}
   */
  async #waitFor(promise) {
    const interrupted = new Promise((/** @type {(outcome: ConnectionOutcome) => void} */ resolve) => {
      this.#interrupt = resolve;
    });
    return Promise.race([promise, interrupted]);
  }

  #resumePosition() {
    return this.position ?? this.#options.resumeFrom;
  }

  /**
   * @param {string} token
   * @param {StreamPosition | undefined} position
   */
  #socketUrl(token, position) {
    const url = buildUrl(this.#base, ["ws", "chat"], { v: 2, token, last_seq: position?.seq, epoch: position?.epoch });
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url;
  }

  /**
   * @param {object} action
   * @returns {Promise<any>}
   */
  async #request(action) {
    this.#throwIfClosed();
    const connection = this.#connection;
    if (connection === undefined) throw new ConnectionLostError();
    return new Promise((resolve, reject) => {
      const ref = this.#requests.add({ resolve, reject });
      connection.send({ ...action, ref });
    });
  }

  #throwIfClosed() {
    if (this.#closeReason !== undefined) throw new ClosedError(this.#closeReason);
  }

  /** @param {CloseReason} reason */
  #finish(reason) {
    this.#closeReason = reason;
    for (const message of this.#delivery.takePending()) message.reject(new ClosedError(reason));
    this.#settleOpened?.(reason);
    this.#report({ type: "closed", reason });
  }

  /**
   * Reports an event. A listener that throws stops neither the others nor the socket.
   *
   * @param {ChatEvent} event
   */
  #report(event) {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
