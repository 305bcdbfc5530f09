/** Devices as Media Capabilities would describe them, put into a page before its own scripts. */

export type VideoCodec = "VP8" | "VP9" | "AV1" | "H264";

/** One that encodes this codec in hardware, VP8 in software, and nothing else without trouble. */
export function deviceFor(codec: VideoCodec): string {
  return `(${describeDevice.toString()})("video/${codec}");`;
}

function describeDevice(best: string): void {
  Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 8 });
  const told = navigator.mediaCapabilities.encodingInfo.bind(navigator.mediaCapabilities);
  navigator.mediaCapabilities.encodingInfo = async (configuration) => {
    const { supported, ...rest } = await told(configuration);
    const isBest = supported && configuration.video?.contentType === best;
    return { ...rest, supported, smooth: isBest, powerEfficient: isBest };
  };
}
