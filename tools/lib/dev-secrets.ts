/**
 * Secrets for development: made once on this machine, kept in an ignored folder, never printed.
 * Production secrets are given to the edge by its operator and never pass through here.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface DevSecrets {
  /** Seals tickets and capsules. */
  readonly edge: string;
  /** Shared by the edge, which mints TURN credentials, and the relay, which checks them. */
  readonly turn: string;
}

/** base64url of 32 bytes has 43 characters. */
function isSecret(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{43,}$/.test(value);
}

function stored(file: string): Partial<Record<keyof DevSecrets, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Absent or damaged: either way the cure is a new one.
    return {};
  }
}

export function devSecrets(directory: string): DevSecrets {
  const file = join(directory, "secrets.json");
  const old = stored(file);
  if (isSecret(old.edge) && isSecret(old.turn)) return { edge: old.edge, turn: old.turn };

  const fresh: DevSecrets = {
    edge: randomBytes(32).toString("base64url"),
    turn: randomBytes(32).toString("base64url"),
  };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    // "wx": when two commands start at the same moment, one writes and both read the same.
    writeFileSync(file, JSON.stringify(fresh), {
      mode: 0o600,
      flag: Object.keys(old).length ? "w" : "wx",
    });
    return fresh;
  } catch {
    const others = stored(file);
    if (isSecret(others.edge) && isSecret(others.turn)) {
      return { edge: others.edge, turn: others.turn };
    }
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
    return fresh;
  }
}
