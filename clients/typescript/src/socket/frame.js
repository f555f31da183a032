/** @import { ConnectionEstablished, Error as ErrorFrame, History, MessageReceived } from "../generated/asyncapi.js" */
/** @import { MessageStreamEnded, MessageStreamStarted, MessageStreamToken } from "../generated/asyncapi.js" */
/** @import { MessageResponse } from "../types.js" */

/**
 * Entry of a chat's log. An event type that this version does not know keeps its seq, and has no other fields.
 *
 * @typedef {object} LogEntry
 * @property {number} seq Position in the log, from 1, without gaps.
 * @property {string} timestamp RFC 3339, in UTC.
 * @property {string} type `message_created`, `message_updated`, `message_deleted`, `chat_created`, `chat_updated`,
 * `participant_joined`, `participant_left`, `empty`, or another one.
 * @property {string} [messageId] Of entries about a message.
 * @property {MessageResponse} [message] Message as it reads now; absent if it was deleted since.
 * @property {{ id: string, title?: string, status?: string }} [chat] Changed fields of the chat.
 * @property {string[]} [userIds] Who joined or left.
 */

/**
 * Event that is not in the log.
 *
 * @typedef {{ type: "typing", userId: string, isTyping: boolean }
 *   | { type: "read", userId: string, seq: number }
 *   | { type: "lagged", from: number, to: number }
 *   | { type: "unknown", eventType: string, frame: Record<string, unknown> }} EphemeralEvent
 */

/**
 * Decoded frame of the server. A `fatal_error` precedes the close of the connection.
 *
 * @typedef {{ kind: "established", frame: ConnectionEstablished & { seq: number, epoch: string } }
 *   | { kind: "received", frame: MessageReceived }
 *   | { kind: "entry", entry: LogEntry }
 *   | { kind: "history", frame: History }
 *   | { kind: "pong", ref: string | undefined }
 *   | { kind: "error", frame: ErrorFrame }
 *   | { kind: "fatal_error", code: string }
 *   | { kind: "stream_started", frame: MessageStreamStarted }
 *   | { kind: "stream_token", frame: MessageStreamToken }
 *   | { kind: "stream_ended", frame: MessageStreamEnded }
 *   | { kind: "ephemeral", event: EphemeralEvent }} ServerFrame
 */

/**
 * Decodes a frame; `undefined` if it is not one of this API.
 *
 * @param {string} text
 * @returns {ServerFrame | undefined}
 */
export function decodeFrame(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof frame !== "object" || frame === null || typeof frame.event_type !== "string") return undefined;
  switch (frame.event_type) {
    case "connection_established":
      return isSeq(frame.seq) && typeof frame.epoch === "string" ? { kind: "established", frame } : undefined;
    case "message_received":
      return isSeq(frame.seq) && typeof frame.message_id === "string" ? { kind: "received", frame } : undefined;
    case "history":
      return Array.isArray(frame.messages) ? { kind: "history", frame } : undefined;
    case "pong":
      return { kind: "pong", ref: frame.ref };
    case "error":
      return frame.fatal === true
        ? { kind: "fatal_error", code: String(frame.error_code ?? "") }
        : { kind: "error", frame };
    case "message_stream_started":
      return { kind: "stream_started", frame };
    case "message_stream_token":
      return { kind: "stream_token", frame };
    case "message_stream_ended":
      return { kind: "stream_ended", frame };
    case "typing":
      return ephemeral({ type: "typing", userId: frame.user_id, isTyping: frame.state === "start" });
    case "read":
      return ephemeral({ type: "read", userId: frame.user_id, seq: frame.seq });
    case "lagged":
      return ephemeral({ type: "lagged", from: frame.from, to: frame.to });
    default:
      // Any other frame with a seq is an entry, whether its type is known or not.
      return isSeq(frame.seq)
        ? { kind: "entry", entry: toEntry(frame) }
        : ephemeral({ type: "unknown", eventType: frame.event_type, frame });
  }
}

/**
 * Returns the log entry of an acknowledged message, given its text and metadata as sent. The server does not send it
 * again.
 *
 * @param {MessageReceived} frame
 * @param {string} clientMessageId
 * @param {string} content
 * @param {Record<string, unknown> | undefined} metadata
 * @returns {LogEntry}
 */
export function entryFromAck(frame, clientMessageId, content, metadata) {
  return {
    seq: frame.seq,
    timestamp: frame.timestamp,
    type: "message_created",
    messageId: frame.message_id,
    message: {
      id: frame.message_id,
      content,
      sender_role: "user",
      media_type: null,
      media_url: null,
      created_at: frame.timestamp,
      metadata: metadata ?? {},
      seq: frame.seq,
      sender_id: frame.user_id,
      client_message_id: clientMessageId,
      status: "complete",
    },
  };
}

/**
 * @param {any} frame
 * @returns {LogEntry}
 */
function toEntry(frame) {
  /** @type {LogEntry} */
  const entry = { seq: frame.seq, timestamp: String(frame.timestamp ?? ""), type: frame.event_type };
  if (frame.message) entry.message = frame.message;
  const messageId = frame.message_id ?? frame.message?.id;
  if (messageId) entry.messageId = messageId;
  if (frame.chat) entry.chat = frame.chat;
  if (frame.user_ids) entry.userIds = frame.user_ids;
  return entry;
}

/**
 * @param {EphemeralEvent} event
 * @returns {ServerFrame}
 */
function ephemeral(event) {
  return { kind: "ephemeral", event };
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isSeq(value) {
  return Number.isSafeInteger(value);
}
