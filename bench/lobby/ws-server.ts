/** A matcher on plain Node with `ws`: says {url}, ends with its standard input. */
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { Fifo, type Heard } from "./fifo.ts";

const fifo = new Fifo<WebSocket>((socket, message) => socket.send(JSON.stringify(message)));
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => fifo.hear(socket, JSON.parse(data.toString()) as Heard));
  socket.on("close", () => fifo.lose(socket));
});
server.on("listening", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
