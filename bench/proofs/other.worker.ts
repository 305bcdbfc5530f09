/** @digitalbazaar/bbs-signatures inside the same workerd: plain BBS, three hidden messages. */
import * as other from "@digitalbazaar/bbs-signatures";
import { bytes } from "./steps.ts";

const ciphersuite = "BLS12-381-SHA-256";

interface OtherSample {
  readonly publicKey: string;
  readonly signature: string;
  readonly proof: string;
  readonly messages: readonly string[];
}

let sample: OtherSample | undefined;

export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "sample") {
      sample = (await request.json()) as OtherSample;
      return new Response("kept");
    }
    if (name === "nothing") return new Response(name);
    const { publicKey, signature, proof, messages } = sample!;
    const common = {
      publicKey: bytes(publicKey),
      header: new Uint8Array(1),
      presentationHeader: new Uint8Array(1),
      disclosedMessageIndexes: [],
      ciphersuite,
    };
    if (name === "verify") {
      const good = await other.verifyProof({
        ...common,
        proof: bytes(proof),
        disclosedMessages: [],
      });
      return new Response(good ? "verified" : "refused");
    }
    const made = await other.deriveProof({
      ...common,
      signature: bytes(signature),
      messages: messages.map(bytes),
    });
    return new Response(`${made.length} bytes`);
  },
};
