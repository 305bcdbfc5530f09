/**
 * The one question that BBS asks of the pairing: is e(a, W) = e(b, P2)? Both lines are computed
 * ahead, both Miller loops run as one, and there is one final exponentiation.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { G2, type G1Point, type G2Point } from "./points.ts";

type Lines = ReturnType<typeof bls12_381.utils.calcPairingPrecomputes>;

const { Fp12 } = bls12_381.fields;

/** −P2, the generator of G2 negated. Made on first use, as module scope must stay quick. */
let negatedBase: Lines | undefined;

/** The line coefficients of a public key: 2 ms, so they are kept with the key. */
export function linesOf(point: G2Point): Lines {
  return bls12_381.utils.calcPairingPrecomputes(point);
}

/** Whether e(a, W) · e(b, −P2) = 1. `w` are the lines of W. The identity is never accepted. */
export function pairsEqually(a: G1Point, w: Lines, b: G1Point): boolean {
  if (a.is0() || b.is0()) return false;
  negatedBase ??= linesOf(G2.BASE.negate());
  const [left, right] = [a.toAffine(), b.toAffine()];
  const product = bls12_381.millerLoopBatch([
    [w, left.x, left.y],
    [negatedBase, right.x, right.y],
  ]);
  return Fp12.eql(Fp12.finalExponentiate(product), Fp12.ONE);
}

export type { Lines };
