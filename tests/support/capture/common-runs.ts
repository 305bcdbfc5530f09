/** Whether two heaps of bytes have any run of eight in common. */

const RUN = 8;
/** log2 of the size of the first, coarse filter, in bits: 32 MB. */
const FILTER_BITS = 28;

export interface CommonRun {
  readonly hex: string;
  readonly piece: number;
  readonly offset: number;
}

/**
 * Runs of `needles` that occur in `hay`. Runs with fewer than four different bytes are left out:
 * zeros and short patterns stand in every header and say nothing about anybody.
 */
export function commonRuns(
  needles: readonly Uint8Array[],
  hay: readonly Uint8Array[],
  limit = 10,
): CommonRun[] {
  const filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  const runs = collect(needles);
  for (const run of runs) {
    const hash = hashOf(Number(run & 0xffffffffn), Number(run >> 32n));
    filter[hash >>> 3]! |= 1 << (hash & 7);
  }
  const found: CommonRun[] = [];
  for (const [piece, bytes] of hay.entries()) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset + RUN <= bytes.length; offset++) {
      const hash = hashOf(view.getUint32(offset, true), view.getUint32(offset + 4, true));
      if (!(filter[hash >>> 3]! & (1 << (hash & 7)))) continue;
      if (!has(runs, view.getBigUint64(offset, true))) continue;
      const hex = Buffer.from(bytes.subarray(offset, offset + RUN)).toString("hex");
      found.push({ hex, piece, offset });
      if (found.length >= limit) return found;
    }
  }
  return found;
}

/** Every telling run, sorted. */
function collect(pieces: readonly Uint8Array[]): BigUint64Array {
  const most = pieces.reduce((total, { length }) => total + Math.max(0, length - RUN + 1), 0);
  const all = new BigUint64Array(most);
  let count = 0;
  for (const bytes of pieces) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset + RUN <= bytes.length; offset++) {
      if (!isTelling(bytes, offset)) continue;
      all[count++] = view.getBigUint64(offset, true);
    }
  }
  return all.subarray(0, count).sort();
}

function isTelling(bytes: Uint8Array, offset: number): boolean {
  let different = 0;
  for (let a = 0; a < RUN; a++) {
    let isNew = true;
    for (let b = 0; b < a; b++) if (bytes[offset + a] === bytes[offset + b]) isNew = false;
    if (isNew && ++different >= 4) return true;
  }
  return false;
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> (32 - FILTER_BITS);
}

function has(sorted: BigUint64Array, wanted: bigint): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const value = sorted[middle]!;
    if (value === wanted) return true;
    if (value < wanted) from = middle + 1;
    else to = middle;
  }
  return false;
}
