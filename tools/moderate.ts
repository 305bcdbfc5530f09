/**
 * npm run moderate -- <what> [--url https://winkr.example] [--dir .moderator]
 *
 *   keygen                     makes the keys and prints MODERATOR_KEY for the edge
 *   list                       what waits: reports, sanctions, appeals, by tag
 *   open <tag>                 reads what was sealed to you about one of them
 *   sanction <tag> <reason>    the next step of the ladder, or confirms an interim one
 *   dismiss <tag>              the reports were nothing
 *   lift <tag>                 the sanction ends and its step does not count
 *   uphold <tag>               it stands: the appeal is answered
 */
import * as v from "valibot";
import { SanctionReason } from "../protocol/age.ts";
import type { Case } from "../protocol/reports.ts";
import { flags, giveUp, say } from "./lib/cli.ts";
import {
  MODERATOR_DIR,
  ModerateError,
  drawKeys,
  listCases,
  opened,
  publicWord,
  readKeys,
  send,
  writeKeys,
} from "./moderate/moderator.ts";

const USAGE =
  "usage: npm run moderate -- keygen | list | open <tag> | sanction <tag> <reason> | dismiss|lift|uphold <tag>";

const { values, positionals } = flags(
  {
    dir: { type: "string", default: MODERATOR_DIR },
    url: { type: "string", default: "http://localhost:8787" },
  },
  USAGE,
);
const [what = "", tag = "", reason = ""] = positionals;
const { dir, url } = values;

try {
  await run();
} catch (error) {
  if (!(error instanceof ModerateError)) throw error;
  giveUp(error.message);
}

async function run(): Promise<void> {
  if (what === "keygen") {
    writeKeys(dir, drawKeys());
    say(`MODERATOR_KEY=${await publicWord(readKeys(dir))}`);
    return;
  }
  const keys = readKeys(dir);
  if (what === "list") {
    const cases = await listCases(keys, url);
    for (const one of cases) say(line(one));
    if (cases.length === 0) say("Nothing waits.");
    return;
  }
  if (tag === "") giveUp(USAGE);
  if (what === "open") {
    const one = (await listCases(keys, url)).find((known) => known.tag === tag);
    if (one === undefined) throw new ModerateError(`${tag} is not on the list`);
    say(line(one));
    for (const { reason: named, at, sealed } of one.reports) {
      const text = sealed === null ? "(nothing was shown)" : await opened(keys, sealed);
      say(`\n${time(at)}  ${named}\n${text ?? "(sealed to another key)"}`);
    }
    if (one.appeal !== null) {
      say(`\n${time(one.appeal.at)}  appeal\n${(await opened(keys, one.appeal.sealed)) ?? "?"}`);
    }
    return;
  }
  const head = { version: 1, at: Date.now(), tag } as const;
  if (what === "sanction") {
    const parsed = v.safeParse(SanctionReason, reason);
    if (!parsed.success) giveUp(`reasons: ${SanctionReason.options.join(", ")}`);
    await send(keys, url, { ...head, action: "sanction", reason: parsed.output });
  } else if (what === "dismiss" || what === "lift" || what === "uphold") {
    await send(keys, url, { ...head, action: what });
  } else giveUp(USAGE);
  say("Done.");
}

function line({ tag: name, reports, sanction, appeal }: Case): string {
  const parts = [
    reports.length > 0
      ? `${reports.length} reports: ${reports.map((r) => r.reason).join(", ")}`
      : "",
    sanction === null
      ? ""
      : `${sanction.reason}, step ${sanction.step}, ${
          sanction.until === null ? "until lifted" : `until ${time(sanction.until)}`
        }, ${sanction.reviewers === 0 ? "nobody has looked" : `${sanction.reviewers} looked`}`,
    appeal === null ? "" : "appeal",
  ];
  return `${name}  ${parts.filter((part) => part !== "").join("; ")}`;
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
