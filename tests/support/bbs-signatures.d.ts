/** What our tests and measurements call of a library that comes without types. */
declare module "@digitalbazaar/bbs-signatures" {
  interface Key {
    readonly publicKey: Uint8Array;
    readonly header: Uint8Array;
    readonly ciphersuite: string;
  }
  interface Shown extends Key {
    readonly presentationHeader: Uint8Array;
    readonly disclosedMessageIndexes: number[];
  }
  export function sign(
    of: Key & { secretKey: Uint8Array; messages: Uint8Array[] },
  ): Promise<Uint8Array>;
  export function deriveProof(
    of: Shown & { signature: Uint8Array; messages: Uint8Array[] },
  ): Promise<Uint8Array>;
  export function verifyProof(
    of: Shown & { proof: Uint8Array; disclosedMessages: Uint8Array[] },
  ): Promise<boolean>;
}
