/**
 * What rides on each socket while the object sleeps: at most 16,384 bytes (structured clone).
 * The worst case (three languages, five interests, 8 recents, 100 blocks) takes about 5,000.
 */
import type { Person } from "./people.ts";

export interface Attachment {
  /** Distinguishes this socket from an older or newer one of the same session. */
  readonly connection: string;
  /** Said `hello`. */
  readonly greeted: boolean;
  readonly invalidFrames: number;
  /** Wall time in milliseconds at which a frame was last heard, when this was written. */
  readonly heardAt: number;
  readonly network: string | undefined;
  readonly person: Person;
}

/** Undefined for a socket that was closed by the lobby and is only still winding down. */
export function readAttachment(socket: WebSocket): Attachment | undefined {
  const value: Attachment | null | undefined = socket.deserializeAttachment();
  return value ?? undefined;
}

export function writeAttachment(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment);
}

/** From here on a rebuilt lobby does not count this socket. */
export function clearAttachment(socket: WebSocket): void {
  socket.serializeAttachment(null);
}
