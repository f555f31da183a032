// What every page has: keys, copy buttons and the connection.
import "./copy.js";
import "./keys.js";
import { onState } from "./live.js";

const shown = document.getElementById("connection");
if (shown) {
  onState((state) => {
    const texts = {
      connecting: "connecting",
      live: "live",
      "catching-up": "catching up",
      offline: "offline, trying again",
      ended: "signed out",
    };
    shown.hidden = false;
    shown.dataset.state = state;
    shown.textContent = texts[state] ?? state;
  });
}
