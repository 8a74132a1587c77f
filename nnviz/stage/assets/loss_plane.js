// The loss over a plane as colours and contours, the path of the run on it, and the ball.

import { Plane } from "./plane.js";
import { LUT_SIZE, contourSegments, sample, stroke } from "./surface.js";
import { rgb } from "./theme.js";

export const COLOURS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"]; // viridis: even steps of lightness, from low to high
const INK = "#0a0c14";
const PATH = "#ffffff", DOUBTFUL = "#c3c6cf", BALL = "#ff5247";
const DASH = [5, 5];
const BALL_RADIUS = 7; // pixels
const REACH = 16; // pixels between the pointer and a point of the path
const CONTOURS = 14;
const FAR = 30; // times the largest loss of the path: what is higher has one colour
const DEEP = 3e-5; // of the highest loss: what is lower has one colour
const LOG_FROM = 10; // the ratio of losses from which they need a logarithmic scale

let made = null;

// The colours as packed pixels, made when they are needed first.
function table() {
  const colours = made ? [] : COLOURS.map(rgb), last = colours.length - 1;
  made ??= Uint32Array.from({ length: LUT_SIZE }, (_, i) => {
    const at = (i / (LUT_SIZE - 1)) * last, k = Math.min(Math.floor(at), last - 1);
    const [r, g, b] = colours[k].map((part, j) => Math.round(part + (at - k) * (colours[k + 1][j] - part)));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
  return made;
}

// How losses are shown: {isLog, low, high, signs, shown(loss), level(loss)}. What is not finite is as
// high as can be; `signs` say which ends stand for losses beyond them too.
export function scaleOf({ loss, plane }) {
  const known = [...loss, ...plane].filter(Number.isFinite);
  const reached = plane.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, one) : most), 0);
  const most = known.reduce((high, one) => Math.max(high, one), 0) || 1;
  const high = reached > 0 ? Math.min(most, FAR * reached) : most;
  const least = known.reduce((low, one) => Math.min(low, one), high);
  const isLog = high > LOG_FROM * least;
  const low = isLog ? Math.max(least, DEEP * high) : least;
  const shown = (value) => Math.max(low, Math.min(high, Number.isFinite(value) ? value : high));
  return { isLog, low, high, signs: [least < low ? "≤ " : "", most > high ? "≥ " : ""], shown, level: (value) => (isLog ? Math.log10(shown(value)) : shown(value)) };
}

// The path's place at a step: between two of its points, or null after its end.
export function placeAt({ steps, path }, step) {
  const after = steps.findIndex((one) => one >= step);
  if (after < 0) return null;
  const before = Math.max(0, after - 1), share = after ? (step - steps[before]) / (steps[after] - steps[before]) : 0;
  return [0, 1].map((k) => path[2 * before + k] + share * (path[2 * after + k] - path[2 * before + k]));
}

// The parts of the path, each as a list of its points: those whose loss on the plane is wrong, or
// those where it is right.
export function partsOf({ steps, differs }, isDoubtful) {
  const parts = [];
  let open = null;
  for (let i = 0; i + 1 < steps.length; i++) {
    if (Boolean(differs[i] || differs[i + 1]) !== isDoubtful) open = null;
    else if (open) open.push(i + 1);
    else parts.push((open = [i, i + 1]));
  }
  return parts;
}

export class LossPlane extends Plane {
  constructor() {
    super("The loss over a plane");
    this.place = null;
  }

  setLandscape(landscape, scale) {
    Object.assign(this, { landscape, scale });
    const { loss, side, axes } = landscape, levels = Float32Array.from(loss, scale.level);
    const [low, high] = [scale.low, scale.high].map(scale.level);
    this.ends.forEach((end, i) => (end.textContent = String(Number(axes[i >> 1][i % 2 ? "high" : "low"].toPrecision(3)))));
    this.contours = Array.from({ length: CONTOURS }, (_, i) => low + ((i + 0.5) / CONTOURS) * (high - low))
      .map((level) => contourSegments(levels.map((one) => one - level), side));
    this.paintValues(levels, side, table, low, high, (context, width) => this.drawLines(context, width));
    this.drawPoints();
  }

  // Pixels of a place on the plane, given as x and y in the units of its axes.
  at2d([x, y], width) {
    const [across, up] = this.landscape.axes;
    return [((x - across.low) / (across.high - across.low)) * width, (1 - (y - up.low) / (up.high - up.low)) * width];
  }

  drawLines(context, width) {
    const { path } = this.landscape, unit = this.unit(width), cell = width / (this.landscape.side - 1);
    context.beginPath();
    for (const segments of this.contours) {
      for (let i = 0; i < segments.length; i += 4) {
        context.moveTo(segments[i] * cell, width - segments[i + 1] * cell);
        context.lineTo(segments[i + 2] * cell, width - segments[i + 3] * cell);
      }
    }
    context.globalAlpha = 0.35;
    stroke(context, PATH, unit);
    context.globalAlpha = 1;
    Object.assign(context, { lineCap: "round", lineJoin: "round" });
    for (const isDoubtful of [true, false]) {
      context.beginPath();
      for (const part of partsOf(this.landscape, isDoubtful)) {
        part.forEach((i, k) => context[k ? "lineTo" : "moveTo"](...this.at2d(path.subarray(2 * i, 2 * i + 2), width)));
      }
      stroke(context, INK, 4.4 * unit);
      if (isDoubtful) context.setLineDash(DASH.map((length) => length * unit));
      stroke(context, isDoubtful ? DOUBTFUL : PATH, 2.2 * unit);
      context.setLineDash([]);
    }
    this.drawDot(context, this.at2d(path.subarray(0, 2), width), 3.5 * unit, PATH, unit);
  }

  unit(width) { return Math.max(1, width / (this.box.clientWidth || width)); }

  drawDot(context, place, radius, colour, unit) {
    context.beginPath();
    context.arc(...place, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    stroke(context, INK, 1.5 * unit);
  }

  // The loss under a pointer, as it is drawn, or null.
  lossAt(event) {
    const at = this.landscape && this.at(event);
    return at && sample(this.landscape.loss, this.landscape.side, at.u, at.v);
  }

  // The step of the path's point under a pointer, or null.
  stepAt(event) {
    const at = this.landscape && this.at(event), side = this.box.clientWidth;
    if (!at) return null;
    const { steps, path } = this.landscape;
    let nearest = null, least = REACH;
    for (const [i, step] of steps.entries()) {
      const [x, y] = this.at2d(path.subarray(2 * i, 2 * i + 2), side), far = Math.hypot(x - at.u * side, y - (1 - at.v) * side);
      if (far < least) [nearest, least] = [step, far];
    }
    return nearest;
  }

  // Shows the ball at a place of the plane, or none for null.
  setBall(place) {
    this.place = place;
    this.drawPoints();
  }

  // The ball has the canvas of the points.
  drawPoints() {
    const context = this.points.getContext("2d"), { width } = this.points;
    context.clearRect(0, 0, width, width);
    if (!this.place || !this.landscape) return;
    const unit = this.unit(width), at = this.at2d(this.place, width);
    context.beginPath();
    context.arc(...at, (BALL_RADIUS + 2) * unit, 0, 2 * Math.PI);
    context.fillStyle = PATH;
    context.fill();
    this.drawDot(context, at, BALL_RADIUS * unit, BALL, unit);
  }
}
