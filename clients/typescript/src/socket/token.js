/** @import { ConnectionError } from "../close.js" */
/** @import { Environment } from "../environment.js" */

/** Timeout of a token, in milliseconds. */
const TOKEN_TIMEOUT = 15_000;
/** Statuses of a refusal that may end. */
const TRANSIENT_STATUSES = [408, 425, 429];

/**
 * Gets the token of a connection. A provider that fails counts as an unreachable server, unless its error has the status of
 * a refusal, which would be the same next time.
 *
 * @param {string | (() => string | Promise<string>)} provider
 * @param {Environment} environment
 * @returns {Promise<{ token: string } | { error: ConnectionError }>}
 */
export async function provideToken(provider, environment) {
  if (typeof provider === "string") return { token: provider };
  let timer;
  const late = new Promise((/** @type {(token: undefined) => void} */ resolve) => {
    timer = environment.setTimeout(() => resolve(undefined), TOKEN_TIMEOUT);
  });
  try {
    const token = await Promise.race([provider(), late]);
    return token === undefined ? { error: { kind: "unreachable" } } : { token };
  } catch (error) {
    return { error: classifyError(error) };
  } finally {
    environment.clearTimeout(timer);
  }
}

/**
 * @param {unknown} error
 * @returns {ConnectionError}
 */
function classifyError(error) {
  const { status, code } = /** @type {{ status?: unknown, code?: unknown }} */ (error ?? {});
  if (typeof status !== "number" || status < 400 || status >= 500 || TRANSIENT_STATUSES.includes(status)) {
    return { kind: "unreachable" };
  }
  return typeof code === "string" ? { kind: "token_refused", status, errorCode: code } : { kind: "token_refused", status };
}
