/**
 * The record in this browser: AES-256-GCM under a key that scripts can use and nobody can take out,
 * both in IndexedDB. That does not stop a script of our own origin, and it does stop a copied
 * database file, a backup, or somebody who looks into storage.
 */
import { createStore, del, get, set, type UseStore } from "idb-keyval";
import { readRecord, type WalletRecord } from "./record.ts";

const KEY = "key";
const RECORD = "record";
const NONCE_BYTES = 12;

export interface Vault {
  /** "broken" is there and cannot be read: it never stands in anybody's way. */
  load(): Promise<WalletRecord | "empty" | "broken">;
  save(record: WalletRecord): Promise<void>;
  remove(): Promise<void>;
}

export function openVault(
  store: () => UseStore = () => createStore("winkr-wallet", "wallet"),
): Vault {
  async function key(): Promise<CryptoKey> {
    const known = await get<CryptoKey>(KEY, store());
    if (known instanceof CryptoKey) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    await set(KEY, made, store());
    return made;
  }

  return {
    async load() {
      try {
        const sealed = await get<Uint8Array<ArrayBuffer>>(RECORD, store());
        if (sealed === undefined) return "empty";
        const iv = sealed.subarray(0, NONCE_BYTES);
        const cipher = sealed.subarray(NONCE_BYTES);
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), cipher);
        return readRecord(new TextDecoder().decode(plain)) ?? "broken";
      } catch {
        return "broken";
      }
    },
    async save(record) {
      // A fresh random nonce each time; a person saves a few dozen times in a life.
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(JSON.stringify(record));
      const cipher = new Uint8Array(
        await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain),
      );
      const sealed = new Uint8Array(NONCE_BYTES + cipher.length);
      sealed.set(iv);
      sealed.set(cipher, NONCE_BYTES);
      await set(RECORD, sealed, store());
      // Without it a browser that runs low may throw the wallet away. Firefox asks the person, who may
      // take their time; nothing waits for the answer.
      void navigator.storage?.persist?.().catch(() => false);
    },
    async remove() {
      await del(RECORD, store());
      await del(KEY, store());
    },
  };
}
