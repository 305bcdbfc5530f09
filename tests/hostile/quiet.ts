/**
 * Knows when nothing is left to do, without waiting for time to pass. Everything that a handshake
 * awaits is WebCrypto or already there, so it is over when no WebCrypto call is under way and a
 * few turns of the event loop began no other.
 */
let underWay = 0;

type Call = (...words: unknown[]) => Promise<unknown>;
const CALLS = ["digest", "encrypt", "decrypt", "sign", "importKey", "exportKey", "deriveBits"];

for (const name of CALLS) {
  const original = Reflect.get(crypto.subtle, name) as Call;
  const counted: Call = async (...words) => {
    underWay++;
    try {
      return await original.apply(crypto.subtle, words);
    } finally {
      underWay--;
    }
  };
  Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true });
}

const TURNS = 5;

export async function quiet(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (underWay > 0) turns = -1;
  }
}
