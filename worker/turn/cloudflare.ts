/**
 * Cloudflare Realtime TURN (developers.cloudflare.com/realtime/turn/generate-credentials).
 * Never sends `customIdentifier`: that would be an identity in somebody's analytics.
 */
import { isUsableUrl, type IceServers, type TurnProvider } from "./turn.ts";

const API = "https://rtc.live.cloudflare.com/v1/turn/keys";
const PATIENCE_MS = 4_000;

export function cloudflareTurn(
  keyId: string,
  token: string,
  request: (url: string, init: RequestInit) => Promise<Response> = (url, init) => fetch(url, init),
): TurnProvider {
  return {
    async mint(lifetimeS) {
      try {
        const response = await request(
          `${API}/${encodeURIComponent(keyId)}/credentials/generate-ice-servers`,
          {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body: JSON.stringify({ ttl: lifetimeS }),
            signal: AbortSignal.timeout(PATIENCE_MS),
          },
        );
        return response.ok ? readIceServers(await response.json()) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Entries without credentials are STUN; what is left of the others must be worth sending. */
function readIceServers(answer: unknown): IceServers | undefined {
  const listed = (answer as { iceServers?: unknown } | null)?.iceServers;
  const entries: unknown[] = Array.isArray(listed) ? listed : [listed];
  const servers: IceServers = [];
  for (const entry of entries) {
    if (typeof entry !== "object" || entry === null) continue;
    const { urls, username, credential } = entry as Record<string, unknown>;
    if (typeof username !== "string" || typeof credential !== "string") continue;
    const usable = (Array.isArray(urls) ? urls : [urls])
      .filter((url): url is string => typeof url === "string" && isUsableUrl(url))
      .slice(0, 8);
    if (usable.length > 0) servers.push({ urls: usable, username, credential });
  }
  return servers.length > 0 ? servers.slice(0, 4) : undefined;
}
