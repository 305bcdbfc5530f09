/**
 * VP9 (RFC 9628): what the packetizer needs to know it is told by the encoder beside the frame, and
 * it never looks into it. So the sealed frame goes as it is, without a cover.
 */
import { bare } from "./fronted.ts";

export const vp9 = bare("vp9/1");
