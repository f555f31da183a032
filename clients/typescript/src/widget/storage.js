/**
 * What survives a reload of the page: the text that is being written, and messages that were not acknowledged. They belong
 * to one user in one chat, and are void for any other.
 *
 * @typedef {object} StoredState
 * @property {string} userId
 * @property {string} chatId
 * @property {string} draft
 * @property {{ id: string, content: string }[]} outbox
 */

const PREFIX = "parlor-chat:";

/** State of one widget in the tab's session storage. Without storage, as in some private windows, nothing is kept. */
export class SessionState {
  #key;
  #storage;

  /**
   * @param {string} key
   * @param {Storage | undefined} storage
   */
  constructor(key, storage) {
    this.#key = PREFIX + key;
    this.#storage = storage;
  }

  /** @returns {StoredState | undefined} */
  load() {
    try {
      const state = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      return state !== null && Array.isArray(state.outbox) && typeof state.draft === "string" ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /** @param {StoredState} state */
  save(state) {
    try {
      if (state.draft === "" && state.outbox.length === 0) this.#storage?.removeItem(this.#key);
      else this.#storage?.setItem(this.#key, JSON.stringify(state));
    } catch {
      // The storage is full or forbidden.
    }
  }
}

/** Returns the tab's storage, if the page may use it. */
export function findSessionStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
