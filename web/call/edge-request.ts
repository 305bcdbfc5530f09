/** One request to the page's own edge. What it answers is not trusted: whoever asks parses it. */

const PATIENCE_MS = 10_000;

/** GET without a body, POST with one. undefined when there was no answer, or none in JSON. */
export async function askEdge(
  path: string,
  body: unknown,
): Promise<{ readonly response: Response; readonly value: unknown } | undefined> {
  try {
    const response = await fetch(path, {
      ...(body !== undefined && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { response, value: await response.json() };
  } catch {
    return undefined;
  }
}
