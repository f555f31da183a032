/** Texts of the widget. `texts` of the element replaces some or all of them. */
export const DEFAULT_TEXTS = Object.freeze({
  title: "Chat",
  open: "Open chat",
  close: "Close chat",
  unread: "{count} new",
  placeholder: "Write a message",
  send: "Send",
  stop: "Stop the answer",
  earlier: "Show earlier messages",
  history: "Earlier messages",
  log: "Messages",
  empty: "No messages yet",
  you: "You",
  assistant: "Assistant",
  participant: "Participant",
  attachment: "Attachment",
  deleted: "Deleted message",
  writing: "Writing",
  typing: "Somebody is typing",
  sending: "Sending",
  failed: "Not sent: {cause}",
  retryMessage: "Send again",
  answerFailed: "The answer could not be completed",
  connecting: "Connecting",
  disconnected: "Connection lost. Trying again.",
  retry: "Try again now",
  unauthorized: "You may not use this chat. Sign in again.",
  chatClosed: "This chat is closed.",
  chatDeleted: "This chat was deleted.",
  unavailable: "The chat is not available.",
});

/** @typedef {Record<keyof typeof DEFAULT_TEXTS, string>} Texts */

/**
 * Fills a text's `{name}` with a value.
 *
 * @param {string} text
 * @param {string} name
 * @param {string | number} value
 */
export function fillText(text, name, value) {
  return text.replace(`{${name}}`, () => String(value));
}
