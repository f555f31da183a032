/** @import { Environment } from "../environment.js" */
/** @import { Backoff } from "../backoff.js" */
import { RetrySchedule } from "../backoff.js";
import { ApiError, TransportError, UnexpectedResponseError } from "../errors.js";

/** Timeout of a request including its response, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;
/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES = [429, 502, 503, 504];

/**
 * Server, credential and limits of requests.
 *
 * @typedef {object} RequestContext
 * @property {Environment} environment
 * @property {string} apiKey
 * @property {Backoff} backoff
 */

/**
 * Request to send.
 *
 * @typedef {object} ApiRequest
 * @property {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @property {URL} url
 * @property {unknown} [body]
 * @property {string} [idempotencyKey] Key by which the server executes the request once.
 */

/**
 * Sends a request, again where that is safe, and returns the body of the response.
 *
 * @param {RequestContext} context
 * @param {ApiRequest} request
 * @returns {Promise<{ body: any, isReplayed: boolean }>}
 */
export async function sendRequest(context, request) {
  const { environment, backoff } = context;
  const schedule = new RetrySchedule(backoff, environment.random);
  for (;;) {
    try {
      return await sendOnce(context, request);
    } catch (error) {
      // A request that may have been executed is not repeated if repeating it would fail.
      const mayRepeat = request.method !== "DELETE" && isRetryable(error);
      const delay = mayRepeat ? schedule.nextDelay({ kind: "interrupted" }) : undefined;
      if (delay === undefined) throw error;
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1_000 : 0;
      const millis = Math.max(delay, Math.min(asked, backoff.cap));
      await new Promise((resolve) => environment.setTimeout(() => resolve(undefined), millis));
    }
  }
}

/**
 * @param {RequestContext} context
 * @param {ApiRequest} request
 */
async function sendOnce({ environment, apiKey }, { method, url, body, idempotencyKey }) {
  /** @type {Record<string, string>} */
  const headers = { "x-api-key": apiKey };
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  if (body !== undefined) headers["content-type"] = "application/json";
  const abort = new AbortController();
  const timer = environment.setTimeout(() => abort.abort(), REQUEST_TIMEOUT);
  let response;
  let text;
  try {
    const init = { method, headers, redirect: /** @type {const} */ ("error"), signal: abort.signal };
    response = await environment.fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    text = await response.text();
  } catch (cause) {
    throw new TransportError("the server was not reached", { cause });
  } finally {
    environment.clearTimeout(timer);
  }
  const parsed = parseJson(text);
  if (parsed === undefined) throw new UnexpectedResponseError(response.status);
  if (!response.ok) throw toApiError(response, parsed);
  return { body: parsed, isReplayed: response.headers.get("idempotent-replayed") === "true" };
}

/** @param {string} text */
function parseJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Response} response
 * @param {any} body
 */
function toApiError(response, body) {
  if (typeof body.error_code !== "string") return new UnexpectedResponseError(response.status);
  const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return new ApiError({
    status: response.status,
    code: body.error_code,
    detail: String(body.detail ?? ""),
    fieldErrors: body.errors ?? [],
    retryAfter: Number.isNaN(seconds) ? undefined : seconds,
    requestId: response.headers.get("x-request-id") ?? undefined,
  });
}

/** @param {unknown} error */
function isRetryable(error) {
  if (error instanceof TransportError) return true;
  const hasStatus = error instanceof ApiError || error instanceof UnexpectedResponseError;
  return hasStatus && error.status !== undefined && RETRYABLE_STATUSES.includes(error.status);
}
