/** @import { Backoff } from "../backoff.js" */
/** @import { CloseReason, ConnectionError } from "../close.js" */
/** @import { Environment } from "../environment.js" */
/** @import { Answer } from "./answers.js" */
/** @import { EphemeralEvent, LogEntry } from "./frame.js" */

/**
 * Position of a reader, to be stored for the next start.
 *
 * @typedef {object} StreamPosition
 * @property {number} seq Last received seq.
 * @property {string} epoch Epoch of the log.
 */

/**
 * Event of a socket.
 *
 * - `connected`: for the first time or again. `resume` says where the log goes on: `from_now`, `resumed` without gaps,
 *   or `reset`: the position is void, because the log was restored from a backup or is another one. Read it again then.
 * - `entry`: the next entry of the chat's log.
 * - `answer`: a new state of an answer that an assistant writes.
 * - `disconnected`: the connection was lost; the next attempt is in `retryIn` milliseconds.
 * - `closed`: the last event.
 *
 * @typedef {{ type: "connected", resume: "from_now" | "resumed" | "reset", afterSeq: number, headSeq: number,
 *       epoch: string, connectionId: string, userId: string, chatId: string }
 *   | { type: "entry", entry: LogEntry }
 *   | { type: "answer", answer: Answer }
 *   | { type: "disconnected", error: ConnectionError, retryIn: number }
 *   | { type: "closed", reason: CloseReason }
 *   | EphemeralEvent} ChatEvent
 */

/**
 * @typedef {object} SocketOptions
 * @property {string | URL} url Server.
 * @property {string | (() => string | Promise<string>)} token Token, or a function that gets a new one for each
 * connection, so that the socket outlives any of them.
 * @property {StreamPosition} [resumeFrom] Position of an earlier socket: later entries are replayed first.
 * @property {boolean} [replayAll] Whether to replay the log from its first entry.
 * @property {Partial<Backoff>} [backoff]
 * @property {Partial<Environment>} [environment]
 */

export {};
