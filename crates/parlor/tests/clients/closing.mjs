// Opens sockets with Node's `ws`, closes them or waits for the server to do it, and prints how they ended: one JSON
// object a line. Standard input has a JSON list of {url, close}; without `close` the server closes.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import process from "node:process";

const require = createRequire(`${process.env.PARLOR_NODE_MODULES}/`);
const WebSocket = require("ws");

function ended({ url, close }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on("error", reject);
    socket.on("open", () => close && socket.close(close.code, close.reason));
    // The library reports 1006 without a close frame.
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString(), clean: code !== 1006 }));
  });
}

for (const visit of JSON.parse(await text(process.stdin))) console.log(JSON.stringify(await ended(visit)));
