/** The points under a signature, P1, Q_1, H_1 … H_L, with their tables. */
import { concat, type Bytes } from "../bytes.ts";
import { encodeG1, type G1Point } from "../bls/points.ts";
import { tableOf, type Product, type Table } from "../bls/sums.ts";

export interface Generators {
  /** L, how many messages are signed. */
  readonly count: number;
  /** Q_1 || H_1 || … || H_L, as the domain hashes them. */
  readonly octets: Bytes;
  /** P1·scalars[0], Q_1·scalars[1], H_1·scalars[2] …, not yet added up. */
  products(scalars: readonly bigint[]): Product[];
}

/**
 * `points` are Q_1, H_1 … H_L. The width of the tables, which are made on first use: 4 for points
 * that are met once or twice.
 */
export function generatorsOf(p1: G1Point, points: readonly G1Point[], width = 4): Generators {
  let octets: Bytes | undefined;
  let tables: readonly Table[] | undefined;
  return {
    count: points.length - 1,
    get octets() {
      return (octets ??= concat(encodeG1(...points)));
    },
    products(scalars) {
      if (scalars.length !== points.length + 1) throw new RangeError("one scalar per generator");
      tables ??= [p1, ...points].map((point) => tableOf(point, width));
      return tables.map((table, index) => ({ table, scalar: scalars[index]! }));
    },
  };
}
