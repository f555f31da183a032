/** @import { CloseReason } from "../close.js" */
/** @import { Texts } from "./texts.js" */

/**
 * Returns the text for a socket that is closed.
 *
 * @param {CloseReason} reason
 * @param {Texts} texts
 */
export function describeClose(reason, texts) {
  if (reason.kind === "token_refused") return texts.unauthorized;
  if (reason.kind !== "server") return texts.unavailable;
  if (reason.errorCode === "CHAT_CLOSED") return texts.chatClosed;
  if (reason.code === 4410 || reason.code === 4404) return texts.chatDeleted;
  return reason.code === 4401 || reason.code === 4403 ? texts.unauthorized : texts.unavailable;
}
