// One WebSocket per tab. Modules register what they follow; after every reconnection it is asked for again, from the
// position that is reached by then.

/** @type {Map<string, (frame: object) => void>} Handlers by kind of frame. */
const handlers = new Map();
/** @type {Set<() => object | null>} Frames to send after each connection. */
const openings = new Set();
/** @type {Set<(state: string) => void>} */
const observers = new Set();

const MIN_DELAY = 500;
const MAX_DELAY = 15_000;
const QUIET_LIMIT = 45_000;
const HIDDEN_LIMIT = 300_000;
const SIGNED_OUT = 4401;

let socket = null;
let state = "";
let failures = 0;
let retryTimer = 0;
let quietTimer = 0;
let hiddenTimer = 0;
let ended = false;

function setState(next) {
  if (state === next) return;
  state = next;
  for (const observer of observers) observer(state);
}

/** Calls back with every state of the connection: connecting, live, catching-up, offline, ended. */
export function onState(observer) {
  observers.add(observer);
  if (state) observer(state);
}

/** Handles frames of a kind. */
export function onFrame(kind, handler) {
  handlers.set(kind, handler);
}

/** Sends a frame now and after every reconnection. `build` may return null to send nothing. */
export function follow(build) {
  openings.add(build);
  if (!socket) connect();
  else if (socket.readyState === WebSocket.OPEN) sendOpening(build);
}

/** Sends a frame; false if there is no connection. */
export function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Says that something is being caught up, or no more. */
export function setCatchingUp(on) {
  if (socket?.readyState === WebSocket.OPEN) setState(on ? "catching-up" : "live");
}

function sendOpening(build) {
  const frame = build();
  if (frame) send(frame);
}

function connect() {
  clearTimeout(retryTimer);
  if (ended || socket) return;
  setState(failures ? "offline" : "connecting");
  const address = new URL("/console/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(address);
  socket = opened;
  opened.onopen = () => {
    failures = 0;
    setState("live");
    watchQuiet();
    for (const build of openings) sendOpening(build);
  };
  opened.onmessage = (event) => {
    watchQuiet();
    const frame = JSON.parse(event.data);
    handlers.get(frame.kind)?.(frame);
  };
  opened.onclose = (event) => {
    if (socket !== opened) return;
    socket = null;
    clearTimeout(quietTimer);
    if (event.code === SIGNED_OUT) {
      ended = true;
      setState("ended");
      return;
    }
    retry();
  };
}

// Full jitter: after a restart, tabs do not come back at the same moment.
function retry() {
  failures += 1;
  setState("offline");
  const limit = Math.min(MAX_DELAY, MIN_DELAY * 2 ** failures);
  retryTimer = setTimeout(connect, MIN_DELAY / 5 + Math.random() * limit);
}

// A connection that says nothing for too long is a broken one, whatever the system thinks.
function watchQuiet() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => {
    if (send({ do: "ping" })) quietTimer = setTimeout(drop, 5_000);
  }, QUIET_LIMIT);
}

function drop() {
  const old = socket;
  socket = null;
  old?.close();
  if (!ended) retry();
}

addEventListener("online", () => {
  failures = 0;
  connect();
});
addEventListener("offline", () => {
  if (socket) drop();
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(() => {
      const old = socket;
      socket = null;
      old?.close();
      setState("offline");
    }, HIDDEN_LIMIT);
  } else if (!socket && openings.size) {
    connect();
  }
});
