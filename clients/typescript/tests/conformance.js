// Runs the scenarios that all clients share; see ../../conformance/README.md.
import { ApiError, ChatSocket, ClosedError, ConnectionLostError } from "../src/index.js";
import { ManualClock, createMemoryServer } from "./memory-server.js";

/** Runs scenarios; returns a line for each: `ok NAME`, or `failed NAME: CAUSE`. */
export async function runScenarios(scenarios) {
  const lines = [];
  for (const scenario of scenarios) {
    const run = new ScenarioRun(scenario);
    try {
      await run.execute();
      lines.push(`ok ${scenario.name}`);
    } catch (error) {
      lines.push(`failed ${scenario.name}: ${error.message}`);
    }
  }
  return lines;
}

const SERVER_STEPS = {
  establish: (run, { seq, resumed = false, epoch = "e1", ping_interval_ms = 25_000 }) =>
    run.connection.send({
      event_type: "connection_established",
      ...{ timestamp: "t", user_id: "ada", chat_id: "chat", tenant_id: "t", connection_id: "n", protocol: 2 },
      ...{ seq, epoch, resumed, replayed: 0, ping_interval_ms },
    }),
  server_entry: (run, seq) => run.connection.send(messageEntry(seq)),
  server_ack: (run, { seq, of, duplicate = false }) =>
    run.connection.send({
      ...{ event_type: "message_received", timestamp: "t", message_id: `m${seq}`, chat_id: "chat", user_id: "ada" },
      ...{ seq, client_message_id: run.frameOf(of)?.client_message_id ?? "another", duplicate },
    }),
  server_reject: (run, { of, code }) => {
    const { ref, client_message_id } = run.frameOf(of);
    run.connection.send({ event_type: "error", error_code: code, message: "no", fatal: false, ref, client_message_id });
  },
  server_reply: (run, reply) => {
    const [[name, fields]] = Object.entries(reply);
    run.connection.send({ event_type: name, timestamp: "t", ref: run.frameOf(name).ref, ...fields });
  },
  server_frame: (run, frame) => run.connection.send(frame),
  server_text: (run, text) => run.connection.send(text),
  server_close: (run, { code, error_code }) => {
    run.connection.send({ event_type: "error", error_code, message: "", fatal: true });
    run.connection.end(code);
  },
  server_error_then_drop: (run, error_code) => {
    run.connection.send({ event_type: "error", error_code, message: "", fatal: true });
    run.connection.end(1006);
  },
  server_drop: (run) => run.connection.end(1006),
};

const CLIENT_STEPS = {
  client_send: (run, text) => run.keepResult(text, run.socket.send(text)),
  client_history: (run, { before_seq, limit }) =>
    run.keepResult("history", run.socket.listHistory({ beforeSeq: before_seq, limit })),
  client_ping: (run) => run.keepResult("ping", run.socket.ping()),
  client_read: (run, seq) => run.socket.markRead(seq),
  client_typing: (run, isTyping) => run.socket.setTyping(isTyping),
  client_close: (run) => run.socket.close(),
};

const EXPECTATIONS = {
  accept: async (run, query) => {
    run.connection = await run.waitFor("a connection", () => run.server.connections[run.accepted]);
    run.accepted += 1;
    compare(run.connection.query, `v=2&token=token${query}`);
    run.connection.open();
  },
  receives: async (run, fields) => {
    const isHeartbeat = (frame) => frame.action === "ping" && frame.ref === undefined;
    const frame = await run.waitFor("a frame", () => {
      while (run.connection.received.length > 0) {
        const next = run.connection.received.shift();
        if (!isHeartbeat(next)) return next;
      }
    });
    run.frames.set(frame.content ?? frame.action, frame);
    compareFields(frame, fields);
  },
  leaves: (run) => run.waitFor("the end of the connection", () => run.connection.hasLeft || undefined),
  event: async (run, fields) => {
    const event = await run.waitFor("an event", () => run.events.shift());
    compareFields(describeEvent(event), fields);
  },
  result: async (run, { of, ...fields }) => {
    const result = await run.waitFor("a result", () => run.results.get(of));
    run.results.delete(of);
    compareFields(result, fields);
  },
  position: (run, position) => compareFields(run.socket.position, position),
};

class ScenarioRun {
  clock = new ManualClock();
  server = createMemoryServer();
  accepted = 0;
  connection;
  events = [];
  results = new Map();
  frames = new Map();
  #steps;

  constructor({ steps, resume_from, replay_all }) {
    this.#steps = steps;
    this.socket = new ChatSocket({
      url: "http://server",
      token: "token",
      resumeFrom: resume_from,
      replayAll: replay_all,
      environment: { ...this.clock.environment(), WebSocket: this.server.WebSocket, random: () => 0.5 },
    });
    this.socket.subscribe((event) => this.events.push(event));
    this.socket.connect().catch(() => {});
  }

  async execute() {
    for (const [index, step] of this.#steps.entries()) {
      const [[name, value]] = Object.entries(step);
      const action = SERVER_STEPS[name] ?? CLIENT_STEPS[name] ?? EXPECTATIONS[name];
      if (action === undefined) throw new Error(`step ${index}: there is no step ${name}`);
      try {
        await action(this, value);
      } catch (error) {
        throw new Error(`step ${index}, ${JSON.stringify(step)}: ${error.message}`);
      }
    }
    this.socket.close();
  }

  /** Waits for a value; moves the clock only when nothing else happens. */
  async waitFor(what, find) {
    for (let moves = 0; moves < 100; moves += 1) {
      await new Promise((resolve) => setTimeout(resolve));
      const found = find();
      if (found !== undefined) return found;
      this.clock.advance();
    }
    throw new Error(`${what} did not come`);
  }

  frameOf(name) {
    return this.frames.get(name);
  }

  keepResult(name, promise) {
    promise.then(
      (value) => this.results.set(name, { seq: value?.seq, duplicate: value?.isDuplicate, has_more: value?.hasMore }),
      (error) => this.results.set(name, describeError(error)),
    );
  }
}

function messageEntry(seq) {
  const message = {
    ...{ id: `m${seq}`, content: `words ${seq}`, sender_role: "user", media_type: null, media_url: null },
    ...{ created_at: "t", metadata: {}, seq, sender_id: "bob", client_message_id: null, status: "complete" },
    what_is_new: [1],
  };
  return { event_type: "message_created", timestamp: "t", seq, message_id: message.id, message };
}

function describeEvent(event) {
  switch (event.type) {
    case "connected":
      return { type: event.type, resume: event.resume, after_seq: event.afterSeq };
    case "entry":
      return { type: event.type, seq: event.entry.seq, content: event.entry.message?.content };
    case "disconnected":
      return { type: event.type, error: event.error.kind, code: event.error.code };
    case "closed":
      return { type: event.type, code: event.reason.code, by_client: event.reason.kind === "by_client" };
    case "unknown":
      return { type: event.type, event_type: event.eventType };
    default:
      return { ...event, user_id: event.userId, is_typing: event.isTyping };
  }
}

function describeError(error) {
  if (error instanceof ApiError) return { error: error.code };
  if (error instanceof ConnectionLostError) return { connection_lost: true };
  if (!(error instanceof ClosedError)) return { error: String(error) };
  return { closed: error.reason.code, closed_by_client: error.reason.kind === "by_client" };
}

function compareFields(actual, expected) {
  for (const [name, value] of Object.entries(expected)) compare(actual[name], value, name);
}

function compare(actual, expected, name = "value") {
  if (actual !== expected) throw new Error(`${name} is ${JSON.stringify(actual)}`);
}
