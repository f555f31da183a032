// Socket.io server with one room: every message is sent to all members.
const [port, folder] = process.argv.slice(2);
const { createRequire } = require("node:module");
const { Server } = createRequire(folder + "/")("socket.io");
const http = require("node:http").createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.join("room");
  socket.on("said", (text) => io.to("room").emit("said", text));
});
http.listen(Number(port), "127.0.0.1");
