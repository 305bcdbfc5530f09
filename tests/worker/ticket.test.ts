import { describe, expect, it } from "vitest";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { TICKET_MAX_CHARS } from "../../protocol/limits.ts";
import { openTicket, sealTicket, type Claims } from "../../worker/ticket.ts";

const SECRET = new Uint8Array(32).fill(3);
const NOW = 1_700_000_000_000;
const claims: Claims = {
  sid: "A".repeat(22),
  handle: "B".repeat(22),
  tier: "open",
  region: "weur",
  relay: "relay",
  expiresAt: NOW + 1_000,
};

describe("P-4, P-5: tickets", () => {
  it("say what was sealed, to the edge only", async () => {
    const ticket = await sealTicket(SECRET, claims);
    expect(ticket.length).toBeLessThan(TICKET_MAX_CHARS / 2);
    expect(Buffer.from(ticket, "base64url").includes(claims.sid)).toBe(false);
    expect(await openTicket(SECRET, ticket, NOW)).toEqual(claims);
    expect(await openTicket(new Uint8Array(32), ticket, NOW)).toBeUndefined();
  });

  it.each([
    [999, 0, true],
    [1_000, 0, false],
    [1_999, 1_000, true],
    [2_000, 1_000, false],
  ])("%i ms later, with %i ms of grace, it opens: %s", async (later, grace, opens) => {
    const ticket = await sealTicket(SECRET, claims);
    expect((await openTicket(SECRET, ticket, NOW + later, grace)) !== undefined).toBe(opens);
  });

  it("no changed byte opens", async () => {
    const bytes = fromBase64url(await sealTicket(SECRET, claims))!;
    for (let index = 0; index < bytes.length; index += 7) {
      const changed = bytes.slice();
      changed[index]! ^= 1;
      expect(await openTicket(SECRET, toBase64url(changed), NOW)).toBeUndefined();
    }
  });

  it.each(["", "A", "AAAA", "A".repeat(40), "not base64url!"])(
    "%j opens nothing",
    async (ticket) => {
      expect(await openTicket(SECRET, ticket, NOW)).toBeUndefined();
    },
  );

  it("claims of another time are refused although they are authentic", async () => {
    const ticket = await sealTicket(SECRET, { ...claims, region: "moon" } as unknown as Claims);
    expect(await openTicket(SECRET, ticket, NOW)).toBeUndefined();
  });
});
