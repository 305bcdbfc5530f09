/** Which object knows about a tag. Names show in dashboards, so they say nothing of anybody. */
import { fromBase64url } from "../../protocol/base64url.ts";

/** More: reports and look-ups spread further. Fewer: fewer objects for a moderator to ask. */
export const SANCTIONS_SHARDS = 16;

export function sanctionsShardOf(tag: string): string {
  return sanctionsShard((fromBase64url(tag)?.[0] ?? 0) % SANCTIONS_SHARDS);
}

export function sanctionsShard(number: number): string {
  return `s1:${number}`;
}
