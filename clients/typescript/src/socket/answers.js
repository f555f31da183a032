/** @import { MessageStreamEnded, MessageStreamStarted, MessageStreamToken } from "../generated/asyncapi.js" */

/**
 * Answer of an assistant while it is written. It is stored as a message of the same id, unless it ends without a seq.
 *
 * - `streaming`: `content` is the text so far.
 * - `ended`: `content` is all of it. Without a `seq` nothing was stored.
 * - `interrupted`: the connection was lost. What was stored, or is still written, comes with the next connection.
 *
 * @typedef {object} Answer
 * @property {string} messageId
 * @property {string | undefined} replyTo Id of the message that is answered.
 * @property {string} content
 * @property {"streaming" | "ended" | "interrupted"} state
 * @property {number} [seq]
 * @property {string} [finishReason] `stop`, `length`, `tool_calls`, `cancelled` or `error`.
 */

/** Joins the pieces of answers. Pieces are not replayed, so a missing one ends the joining until the answer is whole. */
export class AnswerTracker {
  /** @type {Map<string, { answer: Answer, nextIndex: number }>} */
  #answers = new Map();
  #report;

  /** @param {(answer: Answer) => void} report Called with each new state of an answer. */
  constructor(report) {
    this.#report = report;
  }

  /**
   * Begins an answer, or begins it again: then its text so far is void.
   *
   * @param {MessageStreamStarted} frame
   */
  onStarted(frame) {
    /** @type {Answer} */
    const answer = {
      messageId: frame.message_id,
      replyTo: frame.reply_to,
      content: frame.content ?? "",
      state: "streaming",
    };
    this.#answers.set(frame.message_id, { answer, nextIndex: frame.next_index ?? 0 });
    this.#report({ ...answer });
  }

  /** @param {MessageStreamToken} frame */
  onToken(frame) {
    const stream = this.#answers.get(frame.message_id);
    if (stream === undefined || frame.index !== stream.nextIndex) return;
    stream.nextIndex += 1;
    stream.answer.content += frame.token;
    this.#report({ ...stream.answer });
  }

  /** @param {MessageStreamEnded} frame */
  onEnded(frame) {
    const replyTo = this.#answers.get(frame.message_id)?.answer.replyTo;
    this.#answers.delete(frame.message_id);
    this.#report({
      messageId: frame.message_id,
      replyTo,
      content: frame.content,
      state: "ended",
      finishReason: frame.finish_reason,
      ...(frame.seq === undefined ? {} : { seq: frame.seq }),
    });
  }

  /** Interrupts all answers that are written. */
  onConnectionLost() {
    const streams = [...this.#answers.values()];
    this.#answers.clear();
    for (const { answer } of streams) this.#report({ ...answer, state: "interrupted" });
  }
}
