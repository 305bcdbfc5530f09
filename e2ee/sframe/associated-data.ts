/** What a frame authenticates besides its plaintext (RFC 9605, 4.4.3): header, then metadata. */
import type { Bytes } from "./bytes.ts";
import { concat } from "./bytes.ts";
import { HEADER_BYTES_MAX, writeHeader } from "./header.ts";
import type { UInt64 } from "./uint64.ts";

/**
 * One buffer for the headers of all frames, and a view of it for each length: a frame costs no
 * allocation here. A cipher has read what it is given before it returns (suites.ts), so the next
 * frame may write over it.
 */
const header = new Uint8Array(HEADER_BYTES_MAX);
const views = Array.from({ length: HEADER_BYTES_MAX + 1 }, (_, end) => header.subarray(0, end));

/** To be used before anything is awaited. */
export function associatedData(kid: UInt64, counter: UInt64, metadata: Uint8Array): Bytes {
  const written = views[writeHeader(header, 0, kid, counter)] ?? header;
  return metadata.length === 0 ? written : concat(written, metadata);
}
