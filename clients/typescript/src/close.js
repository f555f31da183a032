/**
 * Why a connection ended.
 *
 * - `server`: the server closed it.
 * - `token_refused`: no token was given for it, and asking again would give none.
 * - `unreachable`: no connection was made, or no token was provided.
 * - `interrupted`: it broke.
 * - `idle_timeout`: nothing was received in time, not even the answer to a ping.
 * - `sequence_gap`: a seq was skipped. The missing entries are replayed from the log.
 *
 * @typedef {{ kind: "server", code: number, errorCode?: string }
 *   | { kind: "token_refused", status: number, errorCode?: string }
 *   | { kind: "unreachable" | "interrupted" | "idle_timeout" | "sequence_gap" }} ConnectionError
 */

/**
 * Why a socket does not reconnect.
 *
 * @typedef {{ kind: "by_client" }
 *   | { kind: "server", code: number, errorCode?: string }
 *   | { kind: "token_refused", status: number, errorCode?: string }
 *   | { kind: "retries_exhausted", error: ConnectionError }} CloseReason
 */

/** @typedef {"never" | "backoff" | "server_shutdown" | "too_many_connections" | "server_error"} ReconnectPolicy */

/** Close codes after which the server would refuse again. */
const FINAL_CODES = [1000, 1002, 1007, 1009, 4400, 4401, 4403, 4404, 4410];

/**
 * Close code by error code, for a connection that broke between error and close frame.
 *
 * @type {Readonly<Record<string, number>>}
 */
const CODES_BY_ERROR = {
  SERVER_SHUTDOWN: 1001,
  PROTOCOL_ERROR: 1002,
  INVALID_UTF8: 1007,
  FRAME_TOO_LARGE: 1009,
  INVALID_PARAMETERS: 4400,
  INVALID_REQUEST: 4400,
  AUTH_ERROR: 4401,
  INVALID_TOKEN: 4401,
  FORBIDDEN: 4403,
  CHAT_CLOSED: 4403,
  CHAT_NOT_FOUND: 4404,
  NO_PONG: 4408,
  SLOW_CONSUMER: 4408,
  CHAT_DELETED: 4410,
  RATE_LIMITED: 4429,
  INTERNAL_ERROR: 4500,
};

/**
 * Returns whether and how soon to reconnect, as the server documents it.
 *
 * @param {ConnectionError} error
 * @returns {ReconnectPolicy}
 */
export function reconnectPolicy(error) {
  if (error.kind === "token_refused") return "never";
  if (error.kind !== "server") return "backoff";
  if (FINAL_CODES.includes(error.code)) return "never";
  if (error.code === 1001) return "server_shutdown";
  if (error.code === 4429) return "too_many_connections";
  return error.code === 4500 ? "server_error" : "backoff";
}

/**
 * Returns the reason after the last attempt.
 *
 * @param {ConnectionError} error
 * @returns {CloseReason}
 */
export function toCloseReason(error) {
  const isFinal = error.kind === "token_refused" || (error.kind === "server" && reconnectPolicy(error) === "never");
  return isFinal ? error : { kind: "retries_exhausted", error };
}

/**
 * Returns how a connection ended: by its close code, or else by the error frame before it.
 *
 * @param {number | undefined} code
 * @param {string | undefined} errorCode
 * @returns {ConnectionError}
 */
export function closeError(code, errorCode) {
  // Browsers report a missing close code as 1005, a broken connection as 1006.
  const sent = code === 1005 || code === 1006 ? undefined : code;
  const known = sent ?? (errorCode === undefined ? undefined : CODES_BY_ERROR[errorCode]);
  if (known === undefined) return { kind: "interrupted" };
  return errorCode === undefined ? { kind: "server", code: known } : { kind: "server", code: known, errorCode };
}
