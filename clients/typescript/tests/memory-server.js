// A server in memory, with a clock of its own: what a scenario needs of a network and of time.

/** Clock that moves only when told to. */
export class ManualClock {
  #now = 0;
  #nextId = 1;
  #timers = new Map();

  /** Times of a client's environment. */
  environment() {
    return {
      now: () => this.#now,
      setTimeout: (callback, millis) => {
        const id = this.#nextId++;
        this.#timers.set(id, { at: this.#now + millis, callback });
        return id;
      },
      clearTimeout: (id) => this.#timers.delete(id),
    };
  }

  /** Moves to the next timer and runs it; returns whether there was one. */
  advance() {
    const [next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
    if (next === undefined) return false;
    const [id, { at, callback }] = next;
    this.#timers.delete(id);
    this.#now = Math.max(this.#now, at);
    callback();
    return true;
  }
}

/** Server side of one connection. */
class ServerConnection {
  query;
  received = [];
  hasLeft = false;
  #client;

  constructor(url, client) {
    this.query = new URL(url).search.slice(1);
    this.#client = client;
  }

  open() {
    this.#client.onopen?.({});
  }

  send(frame) {
    if (!this.hasLeft) this.#client.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  end(code) {
    if (!this.hasLeft) this.#client.onclose?.({ code });
  }
}

/** Returns connections in the order in which a client made them, and the `WebSocket` that it makes them with. */
export function createMemoryServer() {
  const connections = [];
  class MemoryWebSocket {
    #connection;

    constructor(url) {
      this.#connection = new ServerConnection(url, this);
      connections.push(this.#connection);
    }

    send(text) {
      this.#connection.received.push(JSON.parse(text));
    }

    close() {
      this.#connection.hasLeft = true;
    }
  }
  return { connections, WebSocket: MemoryWebSocket };
}
