/** A matcher on socket.io, as clones of this kind have it: says {url}, ends with its standard input. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { Fifo, type Heard } from "./fifo.ts";

const http = createServer();
const server = new Server(http, { transports: ["websocket"], serveClient: false });
const fifo = new Fifo<Socket>((socket, message) => socket.emit("m", message));
server.on("connection", (socket) => {
  socket.on("m", (heard: Heard) => fifo.hear(socket, heard));
  socket.on("disconnect", () => fifo.lose(socket));
});
http.listen(0, "127.0.0.1", () => {
  const { port } = http.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
