import { describe, expect, it } from "vitest";
import { Person, introduce, newTurn } from "../support/edge/person.ts";

describe("a meeting through the real edge", () => {
  it("session, ticket, socket, seek, match, seal, up, next", async () => {
    const ann = await Person.greeted();
    const bob = await Person.greeted();
    const { first, second } = await introduce(ann, bob);
    expect(first.role).toBe("initiator");
    expect(second).toMatchObject({ match: first.match, role: "responder", policy: "relay" });
    expect(first.partner.sealKey).toBe(bob.sealKey);
    expect(second.partner.sealKey).toBe(ann.sealKey);

    ann.say({ type: "seal", match: first.match, epoch: 0, body: "offer" });
    expect(await bob.hears("seal")).toMatchObject({ match: first.match, epoch: 0, body: "offer" });
    bob.say({ type: "seal", match: first.match, epoch: 0, body: "answer" });
    expect(await ann.hears("seal")).toMatchObject({ body: "answer" });
    ann.say({ type: "up", match: first.match });
    bob.say({ type: "up", match: first.match });

    ann.next(first.match, { recents: [first.capsules.recent] });
    expect(await bob.hears("gone")).toMatchObject({ match: first.match, reason: "next" });
    await ann.hears("waiting");
    bob.seek({ recents: [second.capsules.recent] });
    await bob.hears("waiting");
    expect(await ann.heardSoFar()).toEqual([]);

    const { iceServers } = await newTurn(ann.ticket);
    expect(iceServers[0]?.urls).toHaveLength(2);
  });
});
