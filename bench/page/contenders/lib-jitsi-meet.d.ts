/** Of the compiled module, what the bench calls. */
declare module "@lyno/lib-jitsi-meet/dist/modules/e2ee/Context.js" {
  export class Context {
    setKey(key: Uint8Array, keyIndex: number): Promise<void>;
    encodeFunction(frame: unknown, controller: unknown): Promise<void>;
    decodeFunction(frame: unknown, controller: unknown): Promise<void>;
  }
}
