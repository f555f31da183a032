// A React hook for one chat. A page holds a token that its own server asked for, never the tenant's key.
import { useCallback, useEffect, useReducer, useRef } from "react";

const START = { status: "connecting", messages: [], error: null };

// What each event of the socket does to what is shown.
function reduce(state, event) {
  const said = (message) => [...state.messages.filter(({ id }) => id !== message.id), message];
  switch (event.event_type) {
    case "connection_established":
      return { ...state, status: "connected", error: null };
    case "message_received": {
      const { message_id: id, user_id: from, content: text } = event;
      return { ...state, messages: said({ id, from, text }), error: null };
    }
    case "message_stream_started":
      return { ...state, messages: said({ id: "answer", from: "assistant", text: "" }) };
    case "message_stream_token": {
      const grow = (message) => (message.id === "answer" ? { ...message, text: message.text + event.token } : message);
      return { ...state, messages: state.messages.map(grow) };
    }
    case "message_stream_ended": {
      const { message_id: id, content: text } = event;
      const messages = state.messages.filter((message) => message.id !== "answer" && message.id !== id);
      return { ...state, messages: [...messages, { id, from: "assistant", text }] };
    }
    case "error":
      return { ...state, error: { code: event.error_code, text: event.error_message, fix: event.details.fix } };
    case "closed":
      return { ...state, status: event.comesBack ? "connecting" : "closed" };
    default:
      return state;
  }
}

export function useChat({ url, token, WebSocket = globalThis.WebSocket }) {
  const [state, dispatch] = useReducer(reduce, START);
  const socket = useRef(null);

  useEffect(() => {
    let isOver = false;
    let attempt = 0;
    let timer;
    const connect = () => {
      const own = new WebSocket(`${url.replace(/^http/, "ws")}/ws/chat?${new URLSearchParams({ token })}`);
      socket.current = own;
      own.onmessage = ({ data }) => {
        const event = JSON.parse(data);
        if (event.event_type === "connection_established") attempt = 0;
        dispatch(event);
      };
      own.onerror = () => {};
      own.onclose = ({ code }) => {
        if (isOver) return;
        const comesBack = [1001, 1006, 4408, 4500].includes(code);
        dispatch({ event_type: "closed", comesBack });
        if (!comesBack) return;
        timer = setTimeout(connect, Math.min(30_000, 500 * 2 ** attempt));
        attempt += 1;
      };
    };
    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket.current.close(1000);
    };
  }, [url, token, WebSocket]);

  const send = useCallback((content) => socket.current.send(JSON.stringify({ content })), []);
  return { ...state, send };
}
