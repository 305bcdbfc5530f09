/**
 * Opus (RFC 7587): nothing between sender and receiver reads into the payload, so the sealed frame
 * goes as it is.
 *
 * With DTX a silent encoder hands over frames of zero bytes. There is nothing in them to seal and
 * nothing is sent for them: the sender lets them go before sealing, and an empty payload that
 * arrives is not a sealed frame.
 */
import { bare } from "./fronted.ts";

export const opus = bare("opus/1");
