/** @import { ConnectionError } from "./close.js" */
import { reconnectPolicy } from "./close.js";

/**
 * Exponential backoff with full jitter: the delay is random between zero and a bound that doubles with each attempt, so
 * that the clients of a restarted server do not reconnect all at once. Times are in milliseconds.
 *
 * @typedef {object} Backoff
 * @property {number} base First bound.
 * @property {number} cap Largest bound.
 * @property {number} maxAttempts Maximum number of consecutive failed attempts.
 * @property {number} shutdown Minimum bound after a server shutdown.
 * @property {number} tooManyConnections Minimum delay after the user had too many sockets.
 * @property {number} serverError Minimum delay after an internal server error.
 */

/** @type {Readonly<Backoff>} */
export const DEFAULT_BACKOFF = Object.freeze({
  base: 250,
  cap: 30_000,
  maxAttempts: Infinity,
  shutdown: 5_000,
  tooManyConnections: 30_000,
  serverError: 1_000,
});

/** Attempt counter of one client. */
export class RetrySchedule {
  #backoff;
  #random;
  #attempts = 0;

  /**
   * @param {Partial<Backoff> | undefined} backoff
   * @param {() => number} random
   */
  constructor(backoff, random) {
    this.#backoff = { ...DEFAULT_BACKOFF, ...backoff };
    this.#random = random;
  }

  /**
   * Records how long a connection was open. An uptime above the current bound resets the counter.
   *
   * @param {number} millis
   */
  recordUptime(millis) {
    if (millis > this.#bound()) this.#attempts = 0;
  }

  /**
   * Returns the delay before the next attempt in milliseconds; `undefined` if there must be none.
   *
   * @param {ConnectionError} error
   * @returns {number | undefined}
   */
  nextDelay(error) {
    if (this.#attempts >= this.#backoff.maxAttempts) return undefined;
    const bound = this.#bound();
    this.#attempts += 1;
    const jitter = (/** @type {number} */ limit) => Math.floor(this.#random() * limit);
    switch (reconnectPolicy(error)) {
      case "never":
        return undefined;
      case "server_shutdown":
        return jitter(Math.max(this.#backoff.shutdown, bound));
      case "too_many_connections":
        return this.#backoff.tooManyConnections + jitter(bound);
      case "server_error":
        return this.#backoff.serverError + jitter(bound);
      default:
        return jitter(bound);
    }
  }

  #bound() {
    return Math.min(this.#backoff.base * 2 ** this.#attempts, this.#backoff.cap);
  }
}
