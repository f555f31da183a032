// Joining the pieces of an assistant's answer.
import { AnswerTracker } from "../src/socket/answers.js";

/** Returns `ok` or `failed` lines. */
export function runAnswerTests() {
  const reported = [];
  const tracker = new AnswerTracker(({ state, content, seq }) => reported.push([state, content, seq].join()));
  const started = (content, next_index) => tracker.onStarted({ message_id: "a", content, next_index });
  const token = (token, index) => tracker.onToken({ message_id: "a", token, index });
  started("Hel", 1);
  token("Hel", 0);
  token("lo", 1);
  token("lost", 3);
  started(undefined, undefined);
  token("Bye", 0);
  tracker.onConnectionLost();
  token("!", 1);
  started("Bye!", 2);
  tracker.onEnded({ message_id: "a", content: "Bye!!", finish_reason: "stop", seq: 9 });
  tracker.onConnectionLost();
  const expected = [
    "streaming,Hel,",
    "streaming,Hello,",
    "streaming,,",
    "streaming,Bye,",
    "interrupted,Bye,",
    "streaming,Bye!,",
    "ended,Bye!!,9",
  ];
  const isEqual = JSON.stringify(reported) === JSON.stringify(expected);
  return [isEqual ? "ok answers are joined" : `failed answers are joined: ${JSON.stringify(reported)}`];
}
