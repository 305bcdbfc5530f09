/** Drawn people instead of cameras, so that a screenshot shows what a call looks like. */
interface Portrait {
  readonly width: number;
  readonly height: number;
  readonly wall: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
}

export const STRANGER: Portrait = {
  width: 640,
  height: 480,
  wall: ["#c9b8a2", "#7f9a94"],
  skin: "#b97f5e",
  hair: "#2a1c17",
  shirt: "#31566a",
};
export const STRANGER_ON_PHONE: Portrait = { ...STRANGER, width: 480, height: 640 };
export const SELF: Portrait = {
  width: 640,
  height: 480,
  wall: ["#e6ddd0", "#b4a894"],
  skin: "#e2b394",
  hair: "#8a4b2b",
  shirt: "#8c3f4d",
};

export function portraitTrack(portrait: Portrait): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = portrait.width;
  canvas.height = portrait.height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  draw(context, portrait);
  // A stream of a still canvas carries a frame only when something is drawn.
  setInterval(() => draw(context, portrait), 100);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (track === undefined) throw new Error("no track");
  return track;
}

function draw(c: CanvasRenderingContext2D, p: Portrait): void {
  const { width: w, height: h } = p;
  const unit = Math.min(w, h) / 480;
  const cx = w / 2;
  const cy = h * 0.46;
  const wall = c.createLinearGradient(0, 0, w, h);
  wall.addColorStop(0, p.wall[0]);
  wall.addColorStop(1, p.wall[1]);
  c.fillStyle = wall;
  c.fillRect(0, 0, w, h);
  c.fillStyle = "rgb(255 255 255 / 30%)";
  c.fillRect(w * 0.06, h * 0.08, w * 0.2, h * 0.34);
  c.fillStyle = p.hair;
  ellipse(c, cx, cy - 34 * unit, 108 * unit, 128 * unit);
  c.fillStyle = p.shirt;
  ellipse(c, cx, h + 30 * unit, 210 * unit, 160 * unit);
  c.fillStyle = p.skin;
  c.fillRect(cx - 38 * unit, cy + 60 * unit, 76 * unit, 90 * unit);
  ellipse(c, cx, cy, 84 * unit, 112 * unit);
  c.fillStyle = p.hair;
  ellipse(c, cx, cy - 96 * unit, 88 * unit, 42 * unit);
  c.fillStyle = "#1d1512";
  ellipse(c, cx - 32 * unit, cy - 12 * unit, 8 * unit, 9 * unit);
  ellipse(c, cx + 32 * unit, cy - 12 * unit, 8 * unit, 9 * unit);
  c.strokeStyle = "#6b2f28";
  c.lineWidth = 6 * unit;
  c.lineCap = "round";
  c.beginPath();
  c.arc(cx, cy + 34 * unit, 30 * unit, 0.25 * Math.PI, 0.75 * Math.PI);
  c.stroke();
}

function ellipse(c: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number): void {
  c.beginPath();
  c.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  c.fill();
}
