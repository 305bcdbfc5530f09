/** Opens what a page brought back: a place in the queue or a seat in a call, of this very session. */
import { fromBase64url } from "../protocol/base64url.ts";
import {
  RESUME_LABEL,
  readShardName,
  type Resume,
  type SealedResume,
} from "../durable-objects/index.ts";
import { deriveAesKey } from "./keys.ts";
import type { Claims } from "./ticket.ts";

const NONCE_BYTES = 12;

/** Undefined for anything that is not authentic, not this session's, or too old: then nothing is resumed. */
export async function openResume(
  secret: BufferSource,
  token: string,
  { sid, tier }: Pick<Claims, "sid" | "tier">,
  now: number,
): Promise<Resume | undefined> {
  const bytes = fromBase64url(token);
  if (bytes === undefined || bytes.length <= NONCE_BYTES) return undefined;
  const key = await deriveAesKey(secret, RESUME_LABEL);
  let opened: SealedResume;
  try {
    const iv = bytes.subarray(0, NONCE_BYTES);
    const sealed = bytes.subarray(NONCE_BYTES);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
    // Authentic, so a lobby of ours wrote it; an older one may have meant something else by it.
    opened = JSON.parse(new TextDecoder().decode(plain)) as SealedResume;
  } catch {
    return undefined;
  }
  const { until, resume } = opened;
  if (!(now < until) || resume.sid !== sid) return undefined;
  if (resume.kind === "call" && readShardName(resume.home)?.tier !== tier) return undefined;
  return resume;
}
