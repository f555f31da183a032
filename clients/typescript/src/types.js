/**
 * Types of the HTTP API, generated from the server's documents.
 *
 * @import { components } from "./generated/openapi.js"
 */

/** @typedef {components["schemas"]["Chat"]} ChatResponse */
/** @typedef {components["schemas"]["ChatDetail"]} ChatDetailResponse */
/** @typedef {components["schemas"]["Chats"]} ListChatsResponse */
/** @typedef {components["schemas"]["Change"]} UpdateChatRequest */
/** @typedef {components["schemas"]["Said"]} CreateMessageRequest */
/** @typedef {components["schemas"]["ChatMessage"]} MessageResponse */
/** @typedef {components["schemas"]["Messages"]} ListMessagesResponse */
/** @typedef {components["schemas"]["Frame"]} LogEntryResponse */
/** @typedef {components["schemas"]["Log"]} ListLogResponse */
/** @typedef {components["schemas"]["ChatToken"]} TokenResponse */
/** @typedef {components["schemas"]["User"]} UserResponse */

export {};
