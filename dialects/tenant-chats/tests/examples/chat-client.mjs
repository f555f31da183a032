// A class for one chat's socket, as the vendor's pages describe what is said on it.
export class ChatClient {
  #WebSocket;
  #address;
  #handlers = new Map();
  #answer = "";
  #attempt = 0;
  #isOver = false;
  #socket;

  constructor({ url, apiKey, userId, chatId, WebSocket = globalThis.WebSocket }) {
    const query = new URLSearchParams({ api_key: apiKey, user_id: userId, chat_id: chatId });
    this.#address = `${url.replace(/^http/, "ws")}/ws/chat?${query}`;
    this.#WebSocket = WebSocket;
  }

  // `connected`, `message`, `token`, `answer`, `error`, `closed`.
  on(name, handler) {
    this.#handlers.set(name, handler);
    return this;
  }

  connect() {
    this.#socket = new this.#WebSocket(this.#address);
    this.#socket.onmessage = ({ data }) => this.#read(JSON.parse(data));
    this.#socket.onclose = ({ code }) => this.#closed(code);
    // What went wrong is said by the close.
    this.#socket.onerror = () => {};
  }

  send(content, metadata) {
    this.#socket.send(JSON.stringify({ content, metadata }));
  }

  close() {
    this.#isOver = true;
    this.#socket.close(1000);
  }

  #read(event) {
    switch (event.event_type) {
      case "connection_established":
        this.#attempt = 0;
        return this.#tell("connected", event);
      case "message_received":
        return this.#tell("message", { id: event.message_id, userId: event.user_id, text: event.content });
      case "message_stream_started":
        this.#answer = "";
        return undefined;
      case "message_stream_token":
        this.#answer += event.token;
        return this.#tell("token", event.token);
      case "message_stream_ended":
        return this.#tell("answer", { id: event.message_id, text: event.content, streamed: this.#answer });
      case "error":
        return this.#tell("error", { code: event.error_code, text: event.error_message, fix: event.details.fix });
      default:
        // Whatever the pages do not name.
        return undefined;
    }
  }

  // A server that stops or that one was too slow for is worth another try, later each time; a refusal is not.
  #closed(code) {
    const comesBack = !this.#isOver && (code === 1001 || code === 1006 || code === 4408 || code === 4500);
    if (comesBack) {
      const wait = Math.min(30_000, 500 * 2 ** this.#attempt);
      this.#attempt += 1;
      setTimeout(() => this.#isOver || this.connect(), wait);
    }
    this.#tell("closed", { code, comesBack });
  }

  #tell(name, value) {
    this.#handlers.get(name)?.(value);
  }
}
