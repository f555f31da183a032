// The groups of a space: greeting, questions, streamed or polled answers, thumbs, deletion.
import { read, readText } from "./api.mjs";

const LANGUAGE = "languageId=en";

export class Conversations {
  groups = [];
  // The open group; null before the first message.
  group = null;
  greeting = null;
  // Oldest first.
  messages = [];
  isWriting = false;
  polls = 0;

  constructor(api, space, { isVisitor, onChange }) {
    this.api = api;
    this.path = `/spaces/${space}`;
    this.spacePath = isVisitor ? `/public-spaces/${space}` : this.path;
    this.onChange = onChange;
  }

  // Opens the newest group, or greets if there is none.
  async open() {
    const space = await this.api.get(this.spacePath);
    readText(space, "id");
    readText(space, "name");
    this.groups = read(space, "spaceGroupConversation").map((group) => {
      if (readText(group, "lastMessageAt").startsWith("1970")) throw new Error("a group without a time");
      if (typeof read(group, "hasMoreThanOneMessage") !== "boolean") throw new Error("no boolean");
      return { id: readText(group, "id"), name: readText(group, "name"), type: readText(group, "type") };
    });
    const first = this.groups.find(({ type }) => type === "SPACE");
    return first ? this.select(first.id) : this.startNew();
  }

  async select(id) {
    [this.group, this.messages, this.greeting] = [id, [], null];
    await this.poll();
    this.onChange();
  }

  async startNew() {
    [this.group, this.messages] = [null, []];
    this.greeting = this.#readGreeting(await this.api.get(`${this.path}/greeting?${LANGUAGE}`));
    this.onChange();
  }

  #readGreeting({ greeting }) {
    const questions = read(greeting, "questions").map((item) => [readText(item, "id"), readText(item, "content")]);
    return { content: readText(greeting, "content"), questions: questions.map(([, content]) => content), group: read(greeting, "group") };
  }

  // Reloads the group by two rules of the widget: a result with fewer than three messages is discarded while fewer than
  // three are held, and held messages are updated but none are added.
  async poll() {
    if (!this.group || this.isWriting) return;
    const group = this.group;
    let answer;
    try {
      answer = await this.api.get(`${this.path}/messages?groupId=${group}&${LANGUAGE}`);
    } catch (error) {
      // A group deleted or left meanwhile cannot be polled.
      if (group !== this.group) return;
      throw error;
    }
    const polled = read(answer, "messages").map(readMessage).reverse();
    this.polls += 1;
    this.onChange();
    if (group !== this.group || (polled.length < 3 && this.messages.length < 3)) return;
    const known = new Map(polled.map((message) => [message.id, message]));
    const isFirst = this.messages.length === 0;
    this.messages = isFirst ? polled : this.messages.map((message) => known.get(message.id) ?? message);
    this.onChange();
  }

  // The messages to draw: all but the oldest one if it is an answer.
  drawn() {
    return this.messages.filter(({ type }, place) => place > 0 || type !== "AI");
  }

  async ask(text) {
    if (!this.group) {
      const greeted = await this.api.get(`${this.path}/greeting?${LANGUAGE}&saveMessage=true`);
      const { content, group } = this.#readGreeting(greeted);
      this.group = readText(group, "id");
      this.messages = [{ id: "greeting", type: "AI", text: content, thumbs: [] }];
      this.groups = [{ id: this.group, name: text, type: "SPACE" }, ...this.groups];
    }
    this.greeting = null;
    this.messages.push({ id: crypto.randomUUID(), type: "USER", text, thumbs: [] });
    this.isWriting = true;
    this.onChange();
    const body = { newMessage: text, groupId: this.group };
    const response = await this.api.send("POST", `${this.path}/messages?${LANGUAGE}`, body);
    await this.#stream(response);
    this.isWriting = false;
    const named = await this.api.json("PUT", `${this.path}/groups/${this.group}`, { groupId: this.group });
    this.groups.find(({ id }) => id === this.group).name = readText(named, "groupName");
    this.onChange();
  }

  // Shows an answer while it arrives. A chunk that begins with the id of the stored answer is dropped whole.
  async #stream(response) {
    const answer = { id: null, type: "AI", text: "", thumbs: [] };
    for await (const chunk of chunks(response)) {
      const stored = /^\[\{"id":"([^"]+)"\}\]/.exec(chunk);
      if (stored) {
        answer.id = stored[1];
        continue;
      }
      if (!answer.text) this.messages.push(answer);
      answer.text += chunk;
      this.onChange();
    }
  }

  async rate(message, thumbType) {
    const body = { spaceConversationId: message.id, thumbType, groupId: this.group };
    message.thumbs = readThumbs(await this.api.post(`${this.path}/thumb-signal`, body));
    this.onChange();
  }

  // Sends the reason to the last of the message's signals.
  async explain(message, feedback) {
    const signal = message.thumbs.at(-1).id;
    const body = { feedback, spaceConversationId: message.id, groupId: this.group };
    message.thumbs = readThumbs(await this.api.post(`${this.path}/thumb-signal/${signal}/feedback`, body));
    this.onChange();
  }

  // Deletes a group and opens the first of the remaining ones.
  async delete(id) {
    if (id === this.group) this.group = null;
    await this.api.send("DELETE", `${this.path}/groups/${id}`);
    await this.open();
  }

  event(type, metadata) {
    return this.api.post(`${this.path}/event`, { type, metadata });
  }
}

export async function* chunks(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function readThumbs(value) {
  return read(value, "thumbSignals").map((signal) => {
    if (readText(signal, "temporalUserId") !== readText(signal, "user.id")) throw new Error("two authors of a signal");
    return { id: readText(signal, "id"), type: readText(signal, "thumbType"), feedback: read(signal, "feedback") };
  });
}

function readMessage(message) {
  for (const source of read(message, "sourcesMetadata") ?? []) readText(source, "metadata.title");
  if (read(message, "user")) for (const name of ["id", "name", "photo"]) read(message, `user.${name}`);
  return {
    id: readText(message, "id"),
    type: readText(message, "type"),
    text: readText(message, "message"),
    thumbs: readThumbs(message),
  };
}
