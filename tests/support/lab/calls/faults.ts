/**
 * Faults of one side's encryption, many calls at a time: what its partner got, and what its own page
 * says. Counts are the media workers' own, in memory that outlives them.
 */
import { pairUp, pause, until, type Pair } from "./pairs.ts";
import type { Scenery } from "./picture.ts";
import type { SideOptions, SideStatus } from "./side.ts";
import { PLAIN_PLAN } from "./watch.types.ts";

/**
 * none             a control: the calls of the series are real ones
 * withheld         the worker never takes a transform
 * unconnected      a transform that is set and comes to nothing
 * late             attached a task later
 * killed           the worker dies in the middle of the call
 * wrong-key        the worker is given another key for sealing than was agreed
 * wrong-secret     the handshake's key pair opens to another secret than the partner enclosed
 * throwing         the transform's constructor throws
 */
export const FAULTS = [
  "none",
  "withheld",
  "unconnected",
  "late",
  "killed",
  "wrong-key",
  "wrong-secret",
  "throwing",
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Outcome {
  readonly faultyInitiates: boolean;
  readonly faulty: SideStatus;
  readonly partner: SideStatus;
  /** What the faulty side had sealed, and the partner decoded, when the fault came. */
  readonly sealedBefore: number;
}

/** After the fault, or once both are in the call: what was on its way arrives, and leaks would. */
const QUIET_MS = 1_500;
const CONNECT_MS = 30_000;
/** The page needs two seconds to find that its worker is gone; a busy machine more. */
const NOTICE_MS = 20_000;

export async function runFault(
  fault: Fault,
  calls: number,
  servers: readonly RTCIceServer[][],
  scenery: Scenery,
): Promise<Outcome[]> {
  return Promise.all(
    Array.from({ length: calls }, (_, call) => oneCall(fault, call, servers, scenery)),
  );
}

async function oneCall(
  fault: Fault,
  call: number,
  servers: readonly RTCIceServer[][],
  scenery: Scenery,
): Promise<Outcome> {
  const faultyInitiates = call % 2 === 0;
  const sound: SideOptions = { iceServers: servers[2 * call]! };
  const faulty: SideOptions = { ...options(fault), iceServers: servers[2 * call + 1]! };
  const pair = await pairUp(faultyInitiates ? [faulty, sound] : [sound, faulty], scenery);
  const [a, b]: Pair = faultyInitiates ? pair : [pair[1], pair[0]];
  if (fault === "wrong-key") giveWrongKeys(a.watched.worker);

  const isOver = (): boolean => [a, b].some((side) => side.status().stage === "ended");
  const isOn = (): boolean => [a, b].every((side) => side.status().stage === "encrypted");
  await until(() => isOver() || isOn(), CONNECT_MS);
  let sealedBefore = 0;
  if (fault === "killed") {
    await until(() => isOver() || b.status().openedPictures >= 20, CONNECT_MS);
    a.watched.worker.terminate();
    sealedBefore = a.status().sealed;
    await until(() => a.status().stage === "ended", NOTICE_MS);
  }
  // The watchdog counts what the browser says it sent against what the worker handled.
  if (fault === "unconnected" || fault === "withheld") await until(isOver, NOTICE_MS);
  await pause(QUIET_MS);
  const outcome = { faultyInitiates, faulty: a.status(), partner: b.status(), sealedBefore };
  for (const side of pair) side.end();
  return outcome;
}

function options(fault: Fault): Omit<SideOptions, "iceServers"> {
  switch (fault) {
    case "withheld":
      return { plan: { ...PLAIN_PLAN, mischief: "withheld" } };
    case "unconnected":
    case "late":
    case "throwing":
      return { attachment: fault };
    case "wrong-secret":
      return { secret: "wrong" };
    case "none":
    case "killed":
    case "wrong-key":
      return {};
  }
}

function giveWrongKeys(worker: Worker): void {
  const post = worker.postMessage.bind(worker);
  const turned = (message: unknown, transfer: Transferable[] = []): void => {
    const { direction, audio, video } = message as Record<string, Uint8Array> & {
      direction?: string;
    };
    if (direction === "seal") {
      audio![0]! ^= 1;
      video![0]! ^= 1;
    }
    post(message, transfer);
  };
  worker.postMessage = turned as Worker["postMessage"];
}
