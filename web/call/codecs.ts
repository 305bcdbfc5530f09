/**
 * Which codecs a device offers, most wanted first. Either side sends what the other wants most of
 * what both offer, so a device offers only what it can also encode without trouble; VP8 always, so
 * that any two people can see each other.
 */
import type { Kind } from "../media-worker/messages.ts";

const VIDEO = ["video/AV1", "video/VP9", "video/H264", "video/VP8"] as const;
export type VideoMimeType = (typeof VIDEO)[number];
export type VideoOrder = readonly VideoMimeType[];

/** What the browser says of encoding our picture with it (Media Capabilities, 2.2). */
export interface Ability {
  readonly supported: boolean;
  readonly smooth: boolean;
  /** In hardware, as far as the browser says. */
  readonly powerEfficient: boolean;
}
export type Abilities = Readonly<Record<VideoMimeType, Ability>>;

/** With fewer cores, encoding the better codecs in software takes from everything else. */
const CORES_FOR_SOFTWARE = 4;

/**
 * Pure. AV1 where hardware has it, VP9 where the machine copes, H.264 before VP8 where only that has
 * hardware (telephones), VP8 as the floor. Firefox calls everything efficient, so cores count too.
 */
export function orderOf(abilities: Abilities, cores: number): VideoOrder {
  const isStrong = cores >= CORES_FOR_SOFTWARE;
  const copes = (mimeType: VideoMimeType, needsHardware: boolean): boolean => {
    const { supported, smooth, powerEfficient } = abilities[mimeType];
    return supported && smooth && isStrong && (powerEfficient || !needsHardware);
  };
  const { "video/H264": h264, "video/VP8": vp8 } = abilities;
  const isLighter = h264.supported && h264.powerEfficient && !vp8.powerEfficient;
  const order: VideoMimeType[] = [];
  if (copes("video/AV1", true)) order.push("video/AV1");
  if (copes("video/VP9", false)) order.push("video/VP9");
  if (isLighter) order.push("video/H264");
  order.push("video/VP8");
  if (h264.supported && !isLighter) order.push("video/H264");
  return order;
}

const PICTURE = { width: 640, height: 480, bitrate: 1_000_000, framerate: 30 } as const;
const NOTHING: Ability = { supported: false, smooth: false, powerEfficient: false };

let known: Promise<VideoOrder> | undefined;

/** Of this device; asked once. */
export function videoOrder(): Promise<VideoOrder> {
  known ??= ask();
  return known;
}

async function ask(): Promise<VideoOrder> {
  const answers = VIDEO.map(async (contentType): Promise<[VideoMimeType, Ability]> => {
    const video = { contentType, ...PICTURE };
    const ability = await navigator.mediaCapabilities
      .encodingInfo({ type: "webrtc", video })
      .catch(() => NOTHING);
    return [contentType, ability];
  });
  const abilities = Object.fromEntries(await Promise.all(answers)) as Record<
    VideoMimeType,
    Ability
  >;
  return orderOf(abilities, navigator.hardwareConcurrency);
}

/** For setCodecPreferences. Redundancy (RED) is preferred where the browser has it. */
export function preferredCodecs(kind: Kind, video: VideoOrder): RTCRtpCodec[] {
  const offered = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const wanted = kind === "audio" ? ["audio/red", "audio/opus"] : [...video, "video/rtx"];
  return wanted.flatMap((mimeType) =>
    offered.filter((codec) => codec.mimeType === mimeType && isOurProfile(codec)),
  );
}

/**
 * One variant of each codec: profile 0 of VP9 and AV1, constrained baseline of H.264 in
 * non-interleaved mode. A variant that is not named is the default one.
 */
function isOurProfile({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec): boolean {
  const parameter = (name: string): string | undefined =>
    sdpFmtpLine
      .split(";")
      .find((entry) => entry.trim().startsWith(`${name}=`))
      ?.split("=")[1];
  switch (mimeType) {
    case "video/VP9":
      return (parameter("profile-id") ?? "0") === "0";
    case "video/AV1":
      return (parameter("profile") ?? "0") === "0";
    case "video/H264":
      return (
        parameter("packetization-mode") === "1" &&
        (parameter("profile-level-id") ?? "").toLowerCase().startsWith("42e0")
      );
    default:
      return true;
  }
}
