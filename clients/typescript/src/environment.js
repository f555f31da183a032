/**
 * What the client takes from its surroundings. All of it can be replaced, for tests and for other platforms.
 *
 * @typedef {object} Environment
 * @property {typeof globalThis.fetch} fetch
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {(callback: () => void, millis: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now Milliseconds of a clock that never goes back.
 * @property {() => number} random A number from 0 up to, but not including, 1.
 * @property {() => string} randomId An id that no other call returns.
 */

/**
 * Returns 128 random bits as hexadecimal text. `crypto.randomUUID` exists in secure contexts only.
 *
 * @returns {string}
 */
function randomHex() {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Completes an environment with what the platform has.
 *
 * @param {Partial<Environment>} [given]
 * @returns {Environment}
 */
export function completeEnvironment(given = {}) {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    WebSocket: globalThis.WebSocket,
    setTimeout: (callback, millis) => globalThis.setTimeout(callback, millis),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    now: () => globalThis.performance.now(),
    random: Math.random,
    randomId: randomHex,
    ...given,
  };
}
