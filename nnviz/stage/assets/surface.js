// Draws the probability surface and its 0.5 contour on two canvases.

import { rgb } from "./theme.js";

const FINE_SIDE = 240; // shaded pixels along a side
export const LUT_SIZE = 1024;
const STEEP = 6; // between two neighbouring logits
export const LUT_REACH = 8; // logits beyond ±8 have the colour of probability 0 or 1

// Position of a colour, -1 (class 0) to 1 (class 1), for a value -1 to 1 as a share of the table's
// range. Logits are coloured by probability or by class, maps of neurons by value.
export const byProbability = (share) => 2 / (1 + Math.exp(-share * LUT_REACH)) - 1;
export const byClass = Math.sign;
export const byValue = (share) => share;

// Colours as packed pixels, from class 0 through the neutral middle to class 1.
export function colourTable(palette, away = byProbability, size = LUT_SIZE) {
  const [low, middle, high] = ["surface_0", "surface_middle", "surface_1"].map((k) => rgb(palette[k]));
  return Uint32Array.from({ length: size }, (_, i) => {
    const far = away(((i + 0.5) / size) * 2 - 1), end = far < 0 ? low : high;
    const [r, g, b] = middle.map((m, k) => Math.round(m + (end[k] - m) * Math.abs(far)));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

// Bilinear interpolation at u, v (fractions of the plane, v upwards).
export function sample(values, side, u, v) {
  const x = Math.min(Math.max(u, 0), 1) * (side - 1), y = Math.min(Math.max(v, 0), 1) * (side - 1);
  const i = Math.min(Math.floor(x), side - 2), j = Math.min(Math.floor(y), side - 2);
  const a = x - i, b = y - j, k = j * side + i;
  return (1 - b) * ((1 - a) * values[k] + a * values[k + 1]) + b * ((1 - a) * values[k + side] + a * values[k + side + 1]);
}

// Converts bytes to logits; nnviz/frames/quantise.py defines the format.
export function logitsOf({ levels, scale, top }) {
  const byLevel = new Float32Array(256);
  for (let q = -top; q <= top; q++) byLevel[q & 255] = Math.sign(q) * (q / top) ** 2 * scale;
  const logits = new Float32Array(levels.length);
  for (let i = 0; i < levels.length; i++) logits[i] = byLevel[levels[i] & 255];
  return logits;
}

// Whether the logit jumps across the boundary between neighbours: then its place between them is
// not known, and the boundary looks like stairs.
export function isSteep(surface) {
  const { side } = surface, logits = logitsOf(surface);
  return logits.some((logit, i) =>
    [i % side < side - 1 ? i + 1 : i, i + side].some((j) => logit * logits[j] < 0 && Math.abs(logit - logits[j]) > STEEP));
}

// Draws `finer` pixels per grid interval, so that all canvases have about the same resolution. The
// colours of the table stand for values from `low` to `high`.
export function paintSurface(canvas, values, side, table, low = -LUT_REACH, high = LUT_REACH) {
  const finer = Math.ceil(FINE_SIDE / (side - 1));
  const fine = (side - 1) * finer + 1;
  if (canvas.width !== fine) canvas.width = canvas.height = fine;
  const context = canvas.getContext("2d");
  const image = context.createImageData(fine, fine);
  const pixels = new Uint32Array(image.data.buffer);
  const row = new Float32Array(side);
  const toIndex = LUT_SIZE / (high - low || 1);
  for (let y = 0; y < fine; y++) {
    const lower = Math.min(Math.floor(y / finer), side - 2);
    const up = y / finer - lower;
    const base = lower * side;
    for (let i = 0; i < side; i++) row[i] = values[base + i] * (1 - up) + values[base + side + i] * up;
    let out = (fine - 1 - y) * fine; // row 0 of the grid is the bottom
    for (let i = 0; i < side - 1; i++) {
      const left = (row[i] - low) * toIndex;
      const slope = ((row[i + 1] - row[i]) * toIndex) / finer;
      for (let k = 0; k < finer; k++) {
        const index = left + slope * k;
        pixels[out++] = table[index < 0 ? 0 : index >= LUT_SIZE ? LUT_SIZE - 1 : index | 0];
      }
    }
    const last = (row[side - 1] - low) * toIndex;
    pixels[out] = table[last < 0 ? 0 : last >= LUT_SIZE ? LUT_SIZE - 1 : last | 0];
  }
  context.putImageData(image, 0, 0);
}

// Marching squares: the line along which the logit is zero, as segments [x0, y0, x1, y1, …] in
// units of the grid, y upwards.
export function contourSegments(logits, side) {
  const segments = [];
  for (let y = 0; y < side - 1; y++) {
    for (let x = 0; x < side - 1; x++) {
      const i = y * side + x;
      const sw = logits[i], se = logits[i + 1], nw = logits[i + side], ne = logits[i + side + 1];
      const kind = (sw > 0) | ((se > 0) << 1) | ((ne > 0) << 2) | ((nw > 0) << 3);
      if (kind === 0 || kind === 15) continue;
      const south = [x + sw / (sw - se), y], north = [x + nw / (nw - ne), y + 1];
      const west = [x, y + sw / (sw - nw)], east = [x + 1, y + se / (se - ne)];
      const join = (a, b) => segments.push(a[0], a[1], b[0], b[1]);
      if (kind === 1 || kind === 14) join(west, south);
      else if (kind === 2 || kind === 13) join(south, east);
      else if (kind === 3 || kind === 12) join(west, east);
      else if (kind === 4 || kind === 11) join(east, north);
      else if (kind === 6 || kind === 9) join(south, north);
      else if (kind === 7 || kind === 8) join(west, north);
      else {
        const centre = sw + se + nw + ne > 0;
        if ((kind === 5) === centre) join(west, north), join(south, east);
        else join(west, south), join(east, north);
      }
    }
  }
  return segments;
}

export function stroke(context, colour, width) {
  Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.stroke();
}

export function paintContour(canvas, segments, side, colour, halo) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const sx = width / (side - 1), sy = height / (side - 1);
  context.beginPath();
  for (let i = 0; i < segments.length; i += 4) {
    context.moveTo(segments[i] * sx, height - segments[i + 1] * sy);
    context.lineTo(segments[i + 2] * sx, height - segments[i + 3] * sy);
  }
  const unit = Math.max(1, width / 480);
  context.lineCap = "round";
  stroke(context, halo, 4.5 * unit);
  stroke(context, colour, 2 * unit);
}
