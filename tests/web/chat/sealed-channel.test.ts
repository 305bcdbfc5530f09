import { describe, expect, test, vi } from "vitest";
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import type { PeerMessage } from "../../../web/chat/messages.ts";
import { createSealedChannel } from "../../../web/chat/sealed-channel.ts";

/** What of an RTCDataChannel a sealed channel touches. Two of them are connected by `link`. */
class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = "open";
  bufferedAmount = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly wire: Uint8Array[] = [];
  link: FakeChannel | undefined;

  send(data: Uint8Array): void {
    this.wire.push(data.slice());
    this.link?.onmessage?.({ data: data.slice().buffer });
  }

  open(): void {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }
}

async function pair(options: { state?: RTCDataChannelState } = {}) {
  const [left, right] = [new FakeChannel(), new FakeChannel()];
  left.readyState = options.state ?? "open";
  left.link = right;
  right.link = left;
  const heard: PeerMessage[] = [];
  const relayed: Uint8Array<ArrayBuffer>[] = [];
  const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const make = async (channel: FakeChannel, sealKey: Uint8Array, openKey: Uint8Array) => {
    const now = () => 0;
    const [sending, receiving] = [createSendingKeys({ now }), createReceivingKeys({ now })];
    await Promise.all([sending.use(0, sealKey), receiving.expect(0, openKey)]);
    return createSealedChannel({
      channel: channel as unknown as RTCDataChannel,
      sending,
      receiving,
      relay: (sealed) => relayed.push(sealed),
      onMessage: (message) => heard.push(message),
    });
  };
  const sender = await make(left, a, b);
  const receiver = await make(right, b, a);
  return { left, right, sender, receiver, heard, relayed };
}

const hello: PeerMessage = { type: "chat", text: "hello there, stranger" };

describe("a sealed channel", () => {
  test("carries messages in order and counts them", async () => {
    const { sender, receiver, heard } = await pair();
    const texts = ["one", "two", "three"];
    await Promise.all(texts.map((text) => sender.send({ type: "chat", text })));
    await vi.waitFor(() => expect(heard.map((m) => m.type === "chat" && m.text)).toEqual(texts));
    expect(sender.counts().sealed).toBe(3);
    expect(receiver.counts()).toMatchObject({ opened: 3, rejected: 0 });
  });

  test("shows nothing of the text, and not its length", async () => {
    const { left, sender } = await pair();
    await sender.send(hello);
    await sender.send({ type: "chat", text: "hi" });
    expect(left.wire[0]!.length).toBe(left.wire[1]!.length);
    expect(new TextDecoder("latin1").decode(left.wire[0])).not.toContain("stranger");
  });

  test("what is said before the channel is open waits for it", async () => {
    const { left, sender, heard } = await pair({ state: "connecting" });
    const sent = sender.send(hello);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(left.wire).toHaveLength(0);
    left.open();
    expect(await sent).toBe(true);
    await vi.waitFor(() => expect(heard).toEqual([hello]));
  });

  test("on a closed or clogged channel nothing is sent, and that is said", async () => {
    const { left, sender } = await pair();
    left.bufferedAmount = 10_000_000;
    expect(await sender.send(hello)).toBe(false);
    left.bufferedAmount = 0;
    left.readyState = "closed";
    expect(await sender.send(hello)).toBe(false);
    expect(left.wire).toHaveLength(0);
  });

  test.each([
    ["text instead of bytes", "hello"],
    ["nothing", new ArrayBuffer(0)],
    ["junk", new Uint8Array(100).fill(7).buffer],
    ["far too much", new ArrayBuffer(1_000_000)],
  ])("%s is dropped and counted, and the next message still arrives", async (_, data) => {
    const { right, sender, receiver, heard } = await pair();
    right.onmessage?.({ data });
    await sender.send(hello);
    await vi.waitFor(() => expect(heard).toEqual([hello]));
    expect(receiver.counts().rejected).toBe(1);
  });

  test("what repairs the connection goes both ways and is heard once", async () => {
    const { left, sender, receiver, heard, relayed } = await pair();
    await sender.sendBothWays({ type: "restart" });
    expect(relayed).toEqual(left.wire);
    receiver.receiveRelayed(relayed[0]!);
    await vi.waitFor(() => expect(heard).toEqual([{ type: "restart" }]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toHaveLength(1);
    expect(receiver.counts()).toMatchObject({ opened: 1, rejected: 0 });
  });

  test("over the lobby alone while the channel is down; what the lobby makes up is dropped", async () => {
    const { left, sender, receiver, heard, relayed } = await pair();
    left.readyState = "closed";
    await sender.sendBothWays({ type: "restart" });
    receiver.receiveRelayed(new Uint8Array(100).fill(7));
    receiver.receiveRelayed(relayed[0]!);
    await vi.waitFor(() => expect(heard).toEqual([{ type: "restart" }]));
    expect(receiver.counts()).toMatchObject({ opened: 1, rejected: 1 });
  });

  test("a message that comes twice, or comes back, is heard once", async () => {
    const { left, right, sender, heard } = await pair();
    await sender.send(hello);
    right.onmessage?.({ data: left.wire[0]!.slice().buffer });
    left.onmessage?.({ data: left.wire[0]!.slice().buffer });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([hello]);
  });

  test("a lobby that pours junk in does not silence the partner", async () => {
    const { sender, receiver, heard } = await pair();
    for (let i = 0; i < 500; i++) receiver.receiveRelayed(new Uint8Array(80).fill(i));
    await sender.send(hello);
    await vi.waitFor(() => expect(heard).toEqual([hello]));
  });

  test("a flood of good messages is dropped beyond what a person can cause", async () => {
    const { sender, receiver, heard } = await pair();
    await Promise.all(Array.from({ length: 200 }, () => sender.send(hello)));
    await vi.waitFor(() => expect(receiver.counts().rejected).toBeGreaterThanOrEqual(100));
    // Two seconds may have begun while they arrived.
    expect(heard.length).toBeLessThanOrEqual(90);
    expect(heard.length).toBeGreaterThanOrEqual(30);
  });
});
