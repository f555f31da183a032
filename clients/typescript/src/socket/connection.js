/** @import { ConnectionError } from "../close.js" */
/** @import { Environment } from "../environment.js" */
/** @import { ServerFrame } from "./frame.js" */
import { closeError } from "../close.js";
import { decodeFrame } from "./frame.js";

/** Timeout of the connection and its first frame, in milliseconds. */
export const CONNECT_TIMEOUT = 15_000;
/** Ping interval of servers that name none. */
const DEFAULT_PING_INTERVAL = 25_000;
/** Intervals without input after which a connection is idle. */
const MAX_MISSED_PINGS = 3;
/** Lower bound of the idle timeout, for servers with a very short ping interval. */
const MIN_IDLE_TIMEOUT = 1_000;
/** Time for the server to replay the entries before an acknowledged message. */
const REPLAY_TIMEOUT = 15_000;

/**
 * Events of one connection.
 *
 * @typedef {object} ConnectionHandlers
 * @property {(frame: ServerFrame) => void} onFrame
 * @property {(error: ConnectionError) => void} onEnd Called once, as the last one.
 * @property {() => number | undefined} stalledSeq Seq after which acknowledged messages wait for entries.
 */

/**
 * One WebSocket connection. A browser shows no pings of the server, so the connection sends its own when nothing was
 * received for an interval.
 */
export class Connection {
  #environment;
  #handlers;
  #socket;
  #isOver = false;
  /** @type {string | undefined} */
  #fatalCode;
  #lastActivity;
  /** @type {{ seq: number, since: number } | undefined} */
  #stall;
  #timer;

  /**
   * @param {Environment} environment
   * @param {URL} url
   * @param {ConnectionHandlers} handlers
   */
  constructor(environment, url, handlers) {
    this.#environment = environment;
    this.#handlers = handlers;
    this.#lastActivity = environment.now();
    this.#socket = new environment.WebSocket(url.href);
    this.#timer = environment.setTimeout(() => this.fail({ kind: "unreachable" }), CONNECT_TIMEOUT);
    let isOpen = false;
    this.#socket.onopen = () => {
      isOpen = true;
    };
    this.#socket.onmessage = ({ data }) => this.#onMessage(data);
    // An error is always followed by a close.
    this.#socket.onerror = () => {};
    this.#socket.onclose = ({ code }) => this.#end(isOpen ? closeError(code, this.#fatalCode) : { kind: "unreachable" });
  }

  /**
   * Starts the heartbeat after the first frame.
   *
   * @param {number | undefined} pingInterval
   */
  startHeartbeat(pingInterval) {
    const interval = Math.max(pingInterval ?? DEFAULT_PING_INTERVAL, MIN_IDLE_TIMEOUT / MAX_MISSED_PINGS);
    const beat = () => {
      const error = this.#checkDeadlines(interval * MAX_MISSED_PINGS);
      if (error !== undefined) return this.fail(error);
      if (this.#environment.now() - this.#lastActivity >= interval) this.send({ action: "ping" });
      this.#timer = this.#environment.setTimeout(beat, interval);
    };
    this.#environment.clearTimeout(this.#timer);
    this.#timer = this.#environment.setTimeout(beat, interval);
  }

  /** @param {object | string} frame Object, or its JSON. */
  send(frame) {
    if (this.#isOver) return;
    try {
      this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    } catch {
      // A socket that is closing; its end is reported by `onclose`.
    }
  }

  /**
   * Ends the connection with an error of this side.
   *
   * @param {ConnectionError} error
   */
  fail(error) {
    this.#end(error);
  }

  /** Ends the connection without a report. */
  close() {
    this.#finish();
  }

  /** @param {unknown} data */
  #onMessage(data) {
    if (this.#isOver) return;
    this.#lastActivity = this.#environment.now();
    const frame = typeof data === "string" ? decodeFrame(data) : undefined;
    if (frame?.kind === "fatal_error") this.#fatalCode = frame.code;
    else if (frame !== undefined) this.#handlers.onFrame(frame);
  }

  /**
   * @param {number} idleTimeout
   * @returns {ConnectionError | undefined}
   */
  #checkDeadlines(idleTimeout) {
    const now = this.#environment.now();
    const seq = this.#handlers.stalledSeq();
    if (seq === undefined) this.#stall = undefined;
    else if (this.#stall?.seq !== seq) this.#stall = { seq, since: now };
    else if (now - this.#stall.since >= REPLAY_TIMEOUT) return { kind: "sequence_gap" };
    return now - this.#lastActivity >= idleTimeout ? { kind: "idle_timeout" } : undefined;
  }

  /** @param {ConnectionError} error */
  #end(error) {
    if (this.#isOver) return;
    this.#finish();
    this.#handlers.onEnd(error);
  }

  #finish() {
    this.#isOver = true;
    this.#environment.clearTimeout(this.#timer);
    try {
      this.#socket.close();
    } catch {
      // Closed already.
    }
  }
}
