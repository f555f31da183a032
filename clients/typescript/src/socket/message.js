import { InvalidRequestError } from "../errors.js";

/** Maximum characters of a message. */
export const MAX_MESSAGE_CHARS = 32_768;
const MAX_ID_CHARS = 255;
/** Maximum bytes of a frame. A longer one would close the socket, and would be sent again after reconnecting. */
const MAX_FRAME_BYTES = 1024 * 1024;

/**
 * Checks a message and returns its frame.
 *
 * @param {string} content
 * @param {string} clientMessageId
 * @param {Record<string, unknown> | undefined} metadata
 * @returns {string}
 */
export function encodeMessage(content, clientMessageId, metadata) {
  if (content.trim() === "") throw new InvalidRequestError("a message is not blank");
  if (countChars(content) > MAX_MESSAGE_CHARS) {
    throw new InvalidRequestError("a message is at most 32,768 characters");
  }
  if (clientMessageId.trim() === "" || countChars(clientMessageId) > MAX_ID_CHARS) {
    throw new InvalidRequestError("an id of a message is 1 to 255 characters");
  }
  const frame = JSON.stringify({ content, metadata, client_message_id: clientMessageId });
  if (new TextEncoder().encode(frame).length > MAX_FRAME_BYTES) {
    throw new InvalidRequestError("a message with its metadata is at most 1 MiB");
  }
  return frame;
}

/** @param {string} text */
function countChars(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * Replaces lone surrogates, which are no text: they would be sent as escapes that the server refuses.
 *
 * @param {string} text
 */
export function toWellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
