// Opens sockets with Node's `ws`, closes them or lets the server do it, and says how they ended: one JSON object a line.
// Standard input has a JSON list of {url, close}; without `close` the server is waited for.
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
    // 1006 is what it says where no close frame came.
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString(), clean: code !== 1006 }));
  });
}

for (const visit of JSON.parse(await text(process.stdin))) console.log(JSON.stringify(await ended(visit)));
