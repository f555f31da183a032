/** @import { CloseReason } from "./close.js" */

/**
 * Validation error of one field.
 *
 * @typedef {object} FieldError
 * @property {string[]} loc `body`, `query` or `header`, and the field.
 * @property {string} msg Violated rule.
 * @property {string} type `missing`, `type_error`, `value_error` or `json_invalid`.
 */

/** Error of this library. */
export class ClientError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server answered with an error, over HTTP or on a socket. */
export class ApiError extends ClientError {
  /**
   * @param {object} fields
   * @param {string} fields.code Error code, such as `CHAT_NOT_FOUND`.
   * @param {string} fields.detail Description for people.
   * @param {number} [fields.status] HTTP status; absent on a socket.
   * @param {FieldError[]} [fields.fieldErrors]
   * @param {number} [fields.retryAfter] Seconds of `Retry-After`.
   * @param {string} [fields.requestId] Request id, as found in the server's log.
   */
  constructor({ code, detail, status, fieldErrors = [], retryAfter, requestId }) {
    super(status === undefined ? `${code}: ${detail}` : `${code} (${status}): ${detail}`);
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.fieldErrors = fieldErrors;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

/** The server was not reached, or the connection broke before the response was complete. */
export class TransportError extends ClientError {}

/** The response is not one of this API. */
export class UnexpectedResponseError extends ClientError {
  /** @param {number} status */
  constructor(status) {
    super(`the answer is none of this API's, with status ${status}`);
    this.status = status;
  }
}

/** The request is invalid and was not sent. */
export class InvalidRequestError extends ClientError {}

/** The connection was lost before the reply arrived. Messages never fail this way; they are sent again. */
export class ConnectionLostError extends ClientError {
  constructor() {
    super("the connection was lost before the answer came");
  }
}

/** The socket is closed and does not reconnect. */
export class ClosedError extends ClientError {
  /** @param {CloseReason} reason */
  constructor(reason) {
    super(`the socket has ended: ${describeReason(reason)}`);
    this.reason = reason;
  }
}

/**
 * @param {CloseReason} reason
 * @returns {string}
 */
function describeReason(reason) {
  switch (reason.kind) {
    case "by_client":
      return "it was closed here";
    case "server":
      return `the server ended it with ${reason.errorCode ?? "no error code"} (${reason.code})`;
    case "token_refused":
      return `no token was given, with status ${reason.status}`;
    default:
      return `all attempts failed, the last one with ${reason.error.kind}`;
  }
}
