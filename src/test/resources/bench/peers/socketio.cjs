// One Socket.IO server: node socketio.cjs PORT REDIS_PORT. Its modules come from NODE_PATH.
"use strict";
const { createServer } = require("node:http");
const { Server } = require("socket.io");
const { createAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");

const [port, redisPort] = process.argv.slice(2).map(Number);
// Without a time limit for a command: it would cost a timer per message, and a late answer would end the process.
const publisher = createClient({ url: `redis://127.0.0.1:${redisPort}`, commandOptions: { timeout: undefined } });
const subscriber = publisher.duplicate();

async function main() {
  for (const client of [publisher, subscriber]) {
    client.on("error", (error) => {
      console.error(error);
      process.exit(1);
    });
    await client.connect();
  }
  const http = createServer();
  const io = new Server(http, { transports: ["websocket"], adapter: createAdapter(publisher, subscriber) });
  io.on("connection", (socket) => {
    socket.on("join", async (room, done) => {
      await socket.join(room);
      done();
    });
    socket.on("send", (room, text) => io.to(room).emit("message", text));
  });
  http.listen({ port, host: "127.0.0.1", backlog: 4096 });
}

main();
