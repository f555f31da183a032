/**
 * Client of Parlor's tenant chats: the HTTP API, and a socket that reconnects and reports every log entry once.
 *
 * @module
 */
export { DEFAULT_BACKOFF } from "./backoff.js";
export * from "./errors.js";
export { Client } from "./http/client.js";
export { ChatSocket } from "./socket/socket.js";

/** @typedef {import("./backoff.js").Backoff} Backoff */
/** @typedef {import("./close.js").CloseReason} CloseReason */
/** @typedef {import("./close.js").ConnectionError} ConnectionError */
/** @typedef {import("./environment.js").Environment} Environment */
/** @typedef {import("./socket/answers.js").Answer} Answer */
/** @typedef {import("./socket/delivery.js").SendReceipt} SendReceipt */
/** @typedef {import("./socket/frame.js").LogEntry} LogEntry */
/** @typedef {import("./socket/event.js").ChatEvent} ChatEvent */
/** @typedef {import("./socket/event.js").SocketOptions} SocketOptions */
/** @typedef {import("./socket/event.js").StreamPosition} StreamPosition */
/** @typedef {import("./types.js").ChatResponse} ChatResponse */
/** @typedef {import("./types.js").CreateMessageRequest} CreateMessageRequest */
/** @typedef {import("./types.js").MessageResponse} MessageResponse */
