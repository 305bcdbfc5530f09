/**
 * Put into a page before its own scripts: keeps hold of the connections, workers and sockets it
 * makes, and of what it says to the edge. It changes nothing that the page does.
 */

export interface Observed {
  readonly connections: RTCPeerConnection[];
  readonly workers: Worker[];
  readonly sockets: WebSocket[];
  /** Texts that crossed between page and edge, both ways. */
  readonly wire: string[];
  readonly tracks: MediaStreamTrack[];
}

declare global {
  interface Window {
    observed: Observed;
  }
}

function observe(): void {
  const observed: Observed = { connections: [], workers: [], sockets: [], wire: [], tracks: [] };
  window.observed = observed;
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      observed.connections.push(connection);
      return connection;
    },
  });
  window.Worker = new Proxy(window.Worker, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget) as Worker;
      observed.workers.push(worker);
      return worker;
    },
  });

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string") observed.wire.push(data);
    return send.call(this, data);
  };
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args, newTarget) {
      const socket = Reflect.construct(target, args, newTarget) as WebSocket;
      observed.sockets.push(socket);
      observed.wire.push(String(args[1]));
      socket.addEventListener("message", ({ data }) => observed.wire.push(String(data)));
      return socket;
    },
  });
  const ask = window.fetch;
  window.fetch = async (input, init) => {
    if (typeof init?.body === "string") observed.wire.push(init.body);
    const response = await ask(input, init);
    if (response.headers.get("content-type")?.includes("json")) {
      observed.wire.push(await response.clone().text());
    }
    return response;
  };
  // Absent on the blank page that every tab begins with.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return;
  const media = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await media(constraints);
    observed.tracks.push(...stream.getTracks());
    return stream;
  };
}

export const OBSERVER = `(${observe.toString()})();`;
