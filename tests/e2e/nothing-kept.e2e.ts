/** After real calls nothing of them is on the server's disk or terminal, nor in its Durable Objects. */
import { DatabaseSync } from "node:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventually, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import {
  ended,
  findSomeone,
  inEncryptedCall,
  numbersOf,
  reads,
  say,
} from "../support/stack/visit.ts";

const scene = useScene();
const WORDS = "meet me by the old lighthouse";

/** Of lobbies, directories, gates and sanctions: region, tier or number, and nothing of anybody. */
const OBJECT_NAME = /^(l1:[a-z]+:[a-z0-9-]+:\d+|d1:[a-z]+:[a-z0-9-]+|g1:\d+|s1:\d+)$/;

/** Everything that would tell something about this person's visit. */
async function tracesOf(person: Person): Promise<string[]> {
  const traces = await person.evaluate(() => {
    const { wire, connections } = window.observed;
    const secrets: string[] = [];
    for (const text of wire) {
      const frame: Record<string, unknown> = text.startsWith("{") ? JSON.parse(text) : {};
      for (const name of ["ticket", "sealKey", "match", "body", "username", "credential"]) {
        if (typeof frame[name] === "string") secrets.push(frame[name]);
      }
      for (const found of text.matchAll(/"(?:username|credential|recent|block)":"([^"]+)"/g)) {
        secrets.push(found[1]!);
      }
    }
    for (const connection of connections) {
      const sdp = `${connection.localDescription?.sdp}\n${connection.remoteDescription?.sdp}`;
      for (const found of sdp.matchAll(
        /a=(?:ice-ufrag|ice-pwd|fingerprint:sha-256|candidate):?(.+)/g,
      )) {
        secrets.push(found[1]!.trim());
      }
      secrets.push("a=ice-pwd", "typ relay");
    }
    return secrets;
  });
  // Long values are enough to recognise by their beginning, wherever a writer might cut them.
  return [...new Set(traces.filter(({ length }) => length >= 4).map((text) => text.slice(0, 40)))];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it("storage, files and output hold no trace of what was said, shown or negotiated", async () => {
  const ada = await scene.invite("chromium", "Ada");
  const ben = await scene.invite("firefox", "Ben");
  const cleo = await scene.invite("chromium", "Cleo");
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  const [code] = await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await say(ada, WORDS);
  await reads(ben, WORDS);
  await eventually("the call runs", async () => (await numbersOf(ben)).framesDecoded > 40);
  const traces = [WORDS, `"${code}"`, ...(await tracesOf(ada)), ...(await tracesOf(ben))];
  // A skip, a partner who is told, and one who leaves from the queue belong to a visit as well.
  await ada.click("next");
  await ended(ben);
  await findSomeone(cleo, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(cleo)]);
  traces.push(...(await tracesOf(ada)), ...(await tracesOf(cleo)));
  await cleo.closeTab();
  expect(traces.length).toBeGreaterThan(40);
  const duringTheCall = scene.stack.output();
  await scene.crowd.leave();
  // Storage is written to its file at the latest when the server ends.
  await scene.stack.stopServer();

  const output = duringTheCall + scene.stack.output();
  const told = (heap: string): string[] => traces.filter((trace) => heap.includes(trace));
  expect(told(output), "output").toEqual([]);

  const files = [...filesBelow(scene.stack.persistDir), ...filesBelow(scene.stack.stateDir)];
  for (const file of files) expect(told(readFileSync(file, "latin1")), file).toEqual([]);

  // Of our own objects; the runtime's rate limiter keeps its buckets elsewhere.
  const objects = filesBelow(join(scene.stack.persistDir, "v3/do"));
  const databases = objects.filter((file) => file.endsWith(".sqlite"));
  for (const file of databases) {
    const database = new DatabaseSync(file, { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables) {
      const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all();
      // The development runtime notes which object a file belongs to: an opaque name.
      const ours = rows.filter((row) => !OBJECT_NAME.test(String(row["name"])));
      expect(ours, `rows in ${file} ${String(name)}`).toEqual([]);
    }
    database.close();
  }
});
