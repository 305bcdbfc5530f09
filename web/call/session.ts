/**
 * The page's session with the edge: a ticket and TURN credentials, renewed before they end.
 * Both live in this object only; nothing of them is stored.
 */
import type { SessionResponse, TurnResponse } from "../../protocol/http.ts";
import { EdgeError, requestSession, requestTurn } from "./edge-client.ts";

export interface EdgeSession {
  /** A ticket that is good for at least a minute. Throws EdgeError. */
  ticket(): Promise<string>;
  /** Servers whose credentials are good for at least a few minutes. Throws EdgeError. */
  iceServers(): Promise<RTCIceServer[]>;
  /** The edge refused the ticket: the next one is asked for anew. */
  forget(): void;
}

const TICKET_MARGIN_MS = 60_000;
const TURN_MARGIN_MS = 5 * 60_000;

/** The pass of a proof of age, for whoever has one; "banned" for whoever is kept out. */
export type AgePassSource = () => Promise<{ readonly pass: string } | "banned" | undefined>;

export function createEdgeSession(
  now: () => number = Date.now,
  agePass: AgePassSource = async () => undefined,
): EdgeSession {
  let session: Promise<SessionResponse> | undefined;
  let turn: Promise<TurnResponse> | undefined;

  async function begin(): Promise<SessionResponse> {
    const age = await agePass();
    if (age === "banned") throw new EdgeError("banned", false);
    return requestSession(undefined, age?.pass);
  }

  async function current(): Promise<SessionResponse> {
    const known = await session?.catch(() => undefined);
    if (known !== undefined && known.expiresAt - now() > TICKET_MARGIN_MS) return known;
    const renewed = known === undefined ? begin() : requestSession(known.ticket);
    session = renewed.catch((cause: unknown) => {
      // A ticket too old to renew: begin a new session.
      if (cause instanceof EdgeError && cause.code === "bad-ticket") return begin();
      throw cause;
    });
    return session;
  }

  return {
    ticket: async () => (await current()).ticket,
    async iceServers() {
      const known = await turn?.catch(() => undefined);
      if (known !== undefined && known.expiresAt - now() > TURN_MARGIN_MS)
        return [...known.iceServers];
      turn = current().then(({ ticket }) => requestTurn(ticket));
      return [...(await turn).iceServers];
    },
    forget() {
      session = undefined;
      turn = undefined;
    },
  };
}
