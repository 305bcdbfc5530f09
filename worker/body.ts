/** Reads a JSON body without ever holding more of it than a request can need. */
import { parseBody } from "../protocol/parse.ts";

const BODY_MAX_BYTES = 8_192;

/** Undefined for a body that is too large, not JSON, or not of this shape. */
export async function readBody<Message>(
  request: Request,
  schema: Parameters<typeof parseBody<Message>>[0],
): Promise<Message | undefined> {
  const text = await readText(request);
  if (text === undefined) return undefined;
  const parsed = parseBody(schema, text);
  return parsed.ok ? parsed.message : undefined;
}

export async function readText(request: Request): Promise<string | undefined> {
  if (request.body === null) return undefined;
  // Content-Length is a claim; only the bytes themselves are counted.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > BODY_MAX_BYTES) return undefined;
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}
