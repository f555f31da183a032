/** @import { Environment } from "../environment.js" */
/** @import { Backoff } from "../backoff.js" */
/** @import { SocketOptions } from "../socket/event.js" */
/** @import { ChatResponse, ChatDetailResponse, ListChatsResponse, ListMessagesResponse, ListLogResponse } from "../types.js" */
/** @import { CreateMessageRequest, LogEntryResponse, MessageResponse, TokenResponse, UpdateChatRequest, UserResponse } from "../types.js" */
import { DEFAULT_BACKOFF } from "../backoff.js";
import { completeEnvironment } from "../environment.js";
import { InvalidRequestError } from "../errors.js";
import { ChatSocket } from "../socket/socket.js";
import { sendRequest } from "./request.js";
import { buildUrl, parseBaseUrl } from "./url.js";

/** Maximum number of repeated attempts of an idempotent request. */
const MAX_RETRIES = 3;
/** Maximum entries of a page of the log. */
const MAX_PAGE_ENTRIES = 100;
/** Lifetime of the token of one connection, in seconds. */
const SOCKET_TOKEN_SECONDS = 60;

/**
 * Page of a list.
 *
 * @typedef {object} PageQuery
 * @property {number} [offset] Number of items to skip.
 * @property {number} [limit] Maximum number of items, up to 100; 50 by default.
 * @property {"asc" | "desc"} [order] By default chats are listed newest first, messages oldest first.
 */

/** HTTP client of one tenant. It holds the tenant's key, so it does not belong into a web page. */
export class Client {
  #base;
  #context;

  /**
   * @param {string | URL} url Server, such as `http://127.0.0.1:8080`.
   * @param {string} apiKey
   * @param {{ environment?: Partial<Environment>, backoff?: Partial<Backoff> }} [options]
   */
  constructor(url, apiKey, { environment, backoff } = {}) {
    if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new InvalidRequestError("this is no key");
    this.#base = parseBaseUrl(url);
    this.#context = {
      environment: completeEnvironment(environment),
      apiKey,
      backoff: { ...DEFAULT_BACKOFF, cap: 2_000, maxAttempts: MAX_RETRIES, ...backoff },
    };
  }

  /**
   * Creates a chat. An unknown user is created. Within a day, requests with the same idempotency key create one chat; by
   * default a key is generated for each call, which covers the client's own retries.
   *
   * @param {{ userId: string, title?: string, metadata?: Record<string, unknown>, idempotencyKey?: string }} chat
   * @returns {Promise<ChatResponse>}
   */
  async createChat({ userId, title, metadata, idempotencyKey }) {
    const key = idempotencyKey ?? this.#context.environment.randomId();
    const body = { user_id: userId, title, metadata };
    return (await this.#send("POST", ["chats"], { body, idempotencyKey: key })).body;
  }

  /**
   * Returns a chat with its status and message count.
   *
   * @param {string} id
   * @returns {Promise<ChatDetailResponse>}
   */
  async getChat(id) {
    return (await this.#send("GET", ["chats", id])).body;
  }

  /**
   * Lists the chats of a user; empty for an unknown user.
   *
   * @param {string} userId
   * @param {PageQuery} [page]
   * @returns {Promise<ListChatsResponse>}
   */
  async listChats(userId, page) {
    return (await this.#send("GET", ["chats", "user", userId], { query: page })).body;
  }

  /**
   * Updates a chat; fields that are left out keep their value.
   *
   * @param {string} id
   * @param {UpdateChatRequest} change
   * @returns {Promise<ChatResponse>}
   */
  async updateChat(id, change) {
    return (await this.#send("PATCH", ["chats", id], { body: change })).body;
  }

  /**
   * Deletes a chat and its messages. Fails while sockets are open, unless `force` closes them.
   *
   * @param {string} id
   * @param {{ force?: boolean }} [options]
   */
  async deleteChat(id, { force = false } = {}) {
    await this.#send("DELETE", ["chats", id], { query: { force: force ? "true" : undefined } });
  }

  /**
   * Sends a message. It is stored once, however often the request is retried.
   *
   * @param {string} chat
   * @param {string | CreateMessageRequest} message
   * @returns {Promise<{ message: MessageResponse, isDuplicate: boolean }>}
   */
  async sendMessage(chat, message) {
    const given = typeof message === "string" ? { content: message } : message;
    const body = { client_message_id: this.#context.environment.randomId(), ...given };
    const response = await this.#send("POST", ["chats", chat, "messages"], { body });
    return { message: response.body, isDuplicate: response.isReplayed };
  }

  /**
   * Lists a page of a chat's messages.
   *
   * @param {string} chat
   * @param {PageQuery & { after_seq?: number, before_seq?: number }} [query]
   * @returns {Promise<ListMessagesResponse>}
   */
  async listMessages(chat, query) {
    return (await this.#send("GET", ["chats", chat, "messages"], { query })).body;
  }

  /**
   * Returns up to 100 entries of a chat's log after a seq.
   *
   * @param {string} chat
   * @param {{ after_seq?: number, limit?: number }} [query]
   * @returns {Promise<ListLogResponse>}
   */
  async readLog(chat, query) {
    return (await this.#send("GET", ["chats", chat, "log"], { query })).body;
  }

  /**
   * Returns all entries of a chat's log after a seq, page by page.
   *
   * @param {string} chat
   * @param {number} [afterSeq]
   * @returns {AsyncGenerator<LogEntryResponse, void, void>}
   */
  async *readLogToEnd(chat, afterSeq = 0) {
    let lastSeq = afterSeq;
    for (;;) {
      const page = await this.readLog(chat, { after_seq: lastSeq, limit: MAX_PAGE_ENTRIES });
      yield* page.entries;
      const last = page.entries.at(-1);
      if (!page.has_more || last === undefined) return;
      lastSeq = last.seq;
    }
  }

  /**
   * Creates a token for a user's sockets in a chat, valid for a minute up to a day. It is what a web page gets.
   *
   * @param {string} chat
   * @param {string} userId
   * @param {{ ttlSeconds?: number }} [options]
   * @returns {Promise<TokenResponse>}
   */
  async createToken(chat, userId, { ttlSeconds } = {}) {
    const body = { user_id: userId, ttl_seconds: ttlSeconds };
    return (await this.#send("POST", ["chats", chat, "tokens"], { body })).body;
  }

  /**
   * Returns a user with its activity.
   *
   * @param {string} id
   * @returns {Promise<UserResponse>}
   */
  async getUser(id) {
    return (await this.#send("GET", ["users", id])).body;
  }

  /**
   * Deletes a user and the user's own chats.
   *
   * @param {string} id
   */
  async deleteUser(id) {
    await this.#send("DELETE", ["users", id]);
  }

  /**
   * Prepares a socket of a user in a chat. Each connection gets a token of its own, so the key is in no URL.
   *
   * @param {string} chat
   * @param {string} userId
   * @param {Omit<SocketOptions, "url" | "token">} [options]
   * @returns {ChatSocket}
   */
  socket(chat, userId, options) {
    const createToken = () => this.createToken(chat, userId, { ttlSeconds: SOCKET_TOKEN_SECONDS });
    return new ChatSocket({
      environment: this.#context.environment,
      ...options,
      url: this.#base,
      token: async () => (await createToken()).token,
    });
  }

  /**
   * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
   * @param {readonly string[]} segments Below `/api/v1`.
   * @param {{ query?: object, body?: unknown, idempotencyKey?: string }} [parts]
   */
  async #send(method, segments, { query, body, idempotencyKey } = {}) {
    const url = buildUrl(this.#base, ["api", "v1", ...segments], /** @type {Record<string, string>} */ (query));
    return sendRequest(this.#context, { method, url, body, idempotencyKey });
  }
}
