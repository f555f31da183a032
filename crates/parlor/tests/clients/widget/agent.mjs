// A thread with an agent: its answer arrives as server-sent events, and the thread read afterwards replaces it.
import { read, readText } from "./api.mjs";
import { chunks } from "./conversation.mjs";

export class AgentThread {
  messages = [];
  isWriting = false;
  thread = null;

  constructor(api, space, { workspace, onChange }) {
    this.api = api;
    this.space = space;
    this.path = `/workspaces/${workspace}/agent/threads`;
    this.onChange = onChange;
  }

  // Opens the newest thread, if there is one.
  async open() {
    const [newest] = read(await this.api.get(this.path), "items");
    this.thread = newest ? readText(newest, "id") : null;
    if (this.thread) await this.#reload();
    this.onChange();
  }

  async ask(text) {
    if (!this.thread) {
      const created = await this.api.post(this.path, { spaceId: this.space });
      this.thread = readText(created, "id");
    }
    const answer = { type: "AI", text: "", thumbs: [] };
    this.messages.push({ type: "USER", text, thumbs: [] }, answer);
    this.isWriting = true;
    this.onChange();
    const response = await this.api.send("POST", `${this.path}/${this.thread}/chat`, { message: text, languageId: "en" });
    let failure = null;
    for await (const { name, data } of events(response)) {
      if (name === "content_delta") answer.text += readText(data, "delta");
      if (name === "message_end") this.isWriting = false;
      if (name === "error") failure = readText(data, "error");
      this.onChange();
      if (name === "done") break;
    }
    this.isWriting = false;
    if (failure) {
      answer.text = `Error: ${failure}`;
      return this.onChange();
    }
    await this.#reload();
    // After the first question and answer a title is requested.
    readText(await this.api.json("PUT", `${this.path}/${this.thread}`, {}), "title");
    this.onChange();
  }

  async #reload() {
    const whole = await this.api.get(`${this.path}/${this.thread}`);
    this.messages = read(whole, "messages").map((message) => ({
      id: readText(message, "id"),
      type: readText(message, "role") === "assistant" ? "AI" : "USER",
      text: read(message, "content") ?? "",
      thumbs: [],
    }));
  }

  drawn = () => this.messages;
  poll = () => Promise.resolve();
}

// The events of a stream: pairs of `event` and `data`, each ended by a blank line.
async function* events(response) {
  let waiting = "";
  for await (const chunk of chunks(response)) {
    waiting += chunk;
    const frames = waiting.split("\n\n");
    waiting = frames.pop();
    for (const frame of frames) {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? [];
      if (!name) throw new Error(`no event: ${frame}`);
      yield { name, data: JSON.parse(data) };
    }
  }
}
