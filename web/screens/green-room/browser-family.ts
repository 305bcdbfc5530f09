/** Where a browser hides its site settings. A wrong guess costs one unhelpful line, nothing more. */
export type BrowserFamily = "chrome" | "firefox" | "safari" | "ios" | "android";

export function browserFamily(userAgent: string, touchPoints: number): BrowserFamily | undefined {
  // iPads say that they are Macs, but no Mac has a touch screen.
  if (/iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1))
    return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrome\//.test(userAgent)) return "chrome";
  if (/Safari\//.test(userAgent)) return "safari";
  return undefined;
}
