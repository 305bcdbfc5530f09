/** Setting the table for tests with more than one shard, through the doors that the edge has for itself. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { directoryName, shardName, type Region } from "../../../durable-objects/index.ts";
import { createResumeSealer } from "../../../durable-objects/lobby/resume-tokens.ts";
import { forgetViews } from "../../../worker/placement.ts";
import { Person, newSession } from "./person.ts";

const IDLE = { waiting: 0, inboundPerSecond: 0, overloaded: false };

export function directory(region: Region = "weur") {
  return env.DIRECTORY.get(env.DIRECTORY.idFromName(directoryName({ region, tier: "open" })));
}

export function lobby(number: number, region: Region = "weur") {
  return env.LOBBY.get(env.LOBBY.idFromName(shardName({ region, tier: "open", number })));
}

/** So many shards from now on, as after a restart with that written down. */
export async function setShards(shards: number, region: Region = "weur"): Promise<void> {
  const stub = directory(region);
  await runInDurableObject(stub, (_, { storage }) => storage.put("shape", { shards, open: true }));
  await evictDurableObject(stub);
  forgetViews();
}

/** The next person is sent to this of two shards: the other one is said to be full. */
export async function steerTo(number: 0 | 1): Promise<void> {
  for (const each of [0, 1]) {
    await directory().report({
      shard: shardName({ region: "weur", tier: "open", number: each }),
      own: { number: each, load: { ...IDLE, sockets: each === number ? 0 : 1_000 } },
      people: 0,
    });
  }
  forgetViews();
}

/** Somebody who comes to this shard with a place that has waited so long. */
export async function arriveAt(number: 0 | 1, waitedMs: number): Promise<Person> {
  await steerTo(number);
  const { ticket, sid } = await sessionWithSid();
  return Person.greeted(ticket, placeToken(sid, waitedMs));
}

/** As the edge would have sealed it some time ago. */
export function placeToken(sid: string, waitedMs: number): string {
  const since = Date.now() - waitedMs;
  const seal = createResumeSealer(env.EDGE_SECRET);
  return seal({ kind: "place", sid, place: since, since }, Date.now());
}

async function sessionWithSid(): Promise<{ ticket: string; sid: string }> {
  const { ticket } = await newSession();
  const { openTicket } = await import("../../../worker/ticket.ts");
  const { readSecret } = await import("../../../worker/keys.ts");
  const claims = await openTicket(readSecret(env)!, ticket, Date.now());
  return { ticket, sid: claims!.sid };
}
