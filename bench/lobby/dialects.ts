/** How each server is spoken to: ours with a ticket, plain frames, or socket.io's envelope. */
import WebSocket from "ws";
import { PONG } from "../../protocol/limits.ts";
import { networkNumber } from "../../tests/support/workerd/guest.ts";
import type { Dialect, Heard } from "./visitor.ts";

const PLAIN = { perMessageDeflate: false } as const;

export function ours(ticket: () => Promise<string>): Dialect {
  return {
    async connect(url, index) {
      const offered = ["winkr.1", `ticket.${await ticket()}`];
      const headers = { "cf-connecting-ip": networkNumber(index) };
      return opened(
        new WebSocket(`${url.replace("http", "ws")}/api/lobby`, offered, {
          ...PLAIN,
          origin: url,
          headers,
        }),
      );
    },
    encode: (message) => JSON.stringify(message),
    decode: (frame) => (frame === PONG ? undefined : (JSON.parse(frame) as Heard)),
  };
}

export const plain: Dialect = {
  connect: (url) => opened(new WebSocket(url.replace("http", "ws"), PLAIN)),
  encode: (message) => JSON.stringify(message),
  decode: (frame) => JSON.parse(frame) as Heard,
};

/** Engine.IO 4 and Socket.IO 5: "0" opens, "40" joins, "2" is a ping, "42" an event. */
export const socketIo: Dialect = {
  async connect(url) {
    const path = "/socket.io/?EIO=4&transport=websocket";
    const socket = await opened(new WebSocket(`${url.replace("http", "ws")}${path}`, PLAIN));
    const joined = new Promise<void>((resolve) => {
      socket.on("message", function joining(data: Buffer) {
        if (!data.toString().startsWith("40")) return;
        socket.off("message", joining);
        resolve();
      });
    });
    socket.send("40");
    await joined;
    return socket;
  },
  encode: (message) => `42${JSON.stringify(["m", message])}`,
  decode(frame, socket) {
    if (frame === "2") socket.send("3");
    return frame.startsWith("42") ? (JSON.parse(frame.slice(2)) as [string, Heard])[1] : undefined;
  },
};

function opened(socket: WebSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}
