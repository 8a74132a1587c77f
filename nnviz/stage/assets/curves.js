// The live curves. Plotly draws them and is updated about once a second. A canvas above it draws
// the newest part, the mark of the shown step, the changes of the learning rate, and an abandoned
// past as a faint line. The mark has a grip, see scrubber.js.

import { PlotView } from "./plotly.js";
import { stroke } from "./surface.js";
import { Thinned } from "./thinned.js";
import { rowOf } from "./unpack.js";

const MAX_POINTS = 600;
const RESTYLE_MS = 1000;
const SMALLEST_LOSS = 1e-6;
const LONG_LOSS = 1e4;
const WIDER = 30; // pixels
const BESIDE = 4; // pixels from a change of the rate to its name
const BESIDE_GRIP = 14;
const APART = 8; // pixels between two names
const DASHES = { train: [], test: [2, 3] };
const SERIES = { loss: { train: "lossTrain", test: "lossTest" }, accuracy: { train: "accuracyTrain", test: "accuracyTest" } };
const NAMES = ["step", ...Object.values(SERIES).flatMap((byPart) => Object.values(byPart))];
const TITLES = { loss: "cost (loss)", accuracy: "accuracy" };

// 1, 2 or 5 times a power of ten, at or above the value.
export function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((m) => m * power).find((nice) => nice >= value * 0.999999);
}

export class CurveView extends PlotView {
  constructor(host) {
    super(host, ".nnv-curve-plot", ".nnv-curve-plot");
    this.overlay = host.querySelector(".nnv-curve-overlay");
    this.grip = host.querySelector(".nnv-grip");
    this.curve = new Thinned((points) => points.length > MAX_POINTS);
    this.plotted = 0; // the last step that Plotly holds
    Object.assign(this, { what: "loss", log: false, ghost: [], rates: [], restyled: 0 });
  }

  setRun(figure, goesOn) {
    this.setFigure(figure);
    if (!goesOn) {
      this.curve.clear();
      Object.assign(this, { ghost: [], present: null, xMax: 100 });
    }
    this.fitRanges();
    this.plotted = 0;
  }

  setTheme(theme) {
    this.theme = theme;
    this.accent = getComputedStyle(this.grip).backgroundColor;
    this.redraw();
  }

  setView(what, log) {
    this.what = what;
    this.log = log && what === "loss";
    this.redraw();
  }

  // The run changes from this step on: its old points stay as a faint line.
  abandon(step) {
    const abandoned = this.points.filter((point) => point.step >= step);
    if (abandoned.length > 2) this.ghost = abandoned;
    this.curve.truncate(step);
    if (this.plotted > step) this.update(performance.now(), true);
    if (this.present) this.drawOverlay(this.present);
  }

  // Replaces the known points up to the last row of the history blocks, given as columns.
  recall(blocks) {
    const rows = blocks.flatMap((block) => Array.from(block.step, (_, i) => rowOf(block, i)));
    const later = this.points.filter((point) => point.step > rows[rows.length - 1].step);
    this.curve.clear();
    for (const point of [...rows, ...later]) this.curve.push(point);
    this.fitRanges();
    this.update(performance.now(), true);
    if (this.present) this.drawOverlay(this.present);
  }

  get points() { return this.curve.moments; }

  push(frame) {
    const { stride } = this.curve;
    this.curve.push(Object.fromEntries(NAMES.map((name) => [name, frame[name]])));
    if (this.curve.stride !== stride) this.restyled = 0;
  }

  // The part, train or test, that each trace shows.
  get parts() { return this.figure.data.map(({ meta }) => meta.part); }

  get series() { return this.parts.map((part) => SERIES[this.what][part]); }

  // A loss such as 2e+187 needs more room beside the axis.
  place() {
    super.place();
    const [, top] = this.yRange ?? [0, 1];
    const isLong = this.what === "loss" && (this.log ? 10 ** top : top) >= LONG_LOSS;
    if (isLong) this.figure.layout.margin.l += Math.round(WIDER * this.theme.scale);
  }

  // Ranges are round numbers and the step axis only grows, so that the axes seldom move.
  fitRanges() {
    const before = [this.xMax, this.yRange?.[0], this.yRange?.[1]].join();
    const last = this.points[this.points.length - 1];
    const end = Math.max(last?.step ?? 0, this.ghost[this.ghost.length - 1]?.step ?? 0);
    if (end > this.xMax) this.xMax = niceAbove(end * 1.1);
    this.yRange = this.what === "accuracy" ? [0, 1.02] : this.lossRange();
    this.place();
    return before !== [this.xMax, ...this.yRange].join();
  }

  lossRange() {
    const { series } = this;
    let highest = SMALLEST_LOSS, lowest = Infinity;
    for (const point of this.points) {
      for (const key of series) {
        if (!Number.isFinite(point[key])) continue;
        highest = Math.max(highest, point[key]);
        lowest = Math.min(lowest, Math.max(point[key], SMALLEST_LOSS));
      }
    }
    if (!this.log) return [0, niceAbove(highest * 1.02)];
    return [Math.floor(Math.log10(Math.min(lowest, highest / 2))), Math.log10(niceAbove(highest * 1.02))];
  }

  // A `live` frame is added to the curve; a past frame only moves the mark. `rates`: pairs of a
  // first step and a learning rate.
  draw(frame, now, live, rates) {
    this.rates = rates;
    if (live) {
      this.push(frame);
      this.update(now, this.fitRanges());
    }
    this.drawOverlay(frame);
  }

  update(now, must = false) {
    if (!this.drawn || (!must && now - this.restyled < RESTYLE_MS)) return;
    this.restyled = now;
    this.plotted = this.curve.last?.step ?? 0;
    const { x, y } = this.columns();
    this.plotly.update(this.plot, { x, y }, { "xaxis.range": [0, this.xMax], "yaxis.range": this.yRange, "margin.l": this.figure.layout.margin.l });
  }

  columns() {
    const steps = this.points.map((point) => point.step);
    const floor = this.log ? SMALLEST_LOSS : -Infinity;
    const y = this.series.map((key) => this.points.map((point) => Math.max(point[key], floor)));
    return { x: y.map(() => steps), y };
  }

  restyle(data, layout, { palette, text, border, background }) {
    this.fitRanges();
    const { x, y } = this.columns();
    data.forEach((trace, i) => {
      trace.line.color = palette[trace.meta.part];
      Object.assign(trace, { x: x[i], y: y[i] });
    });
    Object.assign(layout.xaxis, { range: [0, this.xMax], linecolor: border, tickcolor: border, showline: true });
    Object.assign(layout.yaxis, {
      type: this.log ? "log" : "linear",
      range: this.yRange,
      gridcolor: border, tickcolor: border,
      dtick: this.log ? 1 : undefined,
      tickformat: this.what === "accuracy" ? ".0%" : "",
    });
    layout.yaxis.title.text = TITLES[this.what];
    layout.hoverlabel = { bgcolor: background, font: { color: text } };
    this.restyled = performance.now();
    this.plotted = this.curve.last?.step ?? 0;
    if (this.present) this.drawOverlay(this.present);
  }

  // Functions from a step and a value to pixels, from the plot's margins and ranges.
  scales() {
    const { l, r, t, b } = this.figure.layout.margin;
    const width = this.overlay.width / this.ratio, height = this.overlay.height / this.ratio;
    const [low, high] = this.yRange;
    const level = (value) => (this.log ? Math.log10(Math.max(value, SMALLEST_LOSS)) : value);
    return {
      top: t, bottom: height - b,
      px: (step) => l + (step / this.xMax) * (width - l - r),
      py: (value) => t + (1 - (level(value) - low) / (high - low)) * (height - t - b),
    };
  }

  // The step at a pixel of the plot.
  stepAt(x) {
    const { l, r } = this.figure.layout.margin, { width } = this.plot.getBoundingClientRect();
    return ((x - l) / (width - l - r)) * this.xMax;
  }

  // Shows the numbers of the curve at a pixel of the plot, or none for null.
  hover(x) {
    if (!this.drawn) return;
    if (x === null) this.plotly.Fx.unhover(this.plot);
    else this.plotly.Fx.hover(this.plot, { xpx: x - this.figure.layout.margin.l });
  }

  drawOverlay(frame) {
    this.present = frame;
    if (!this.theme || !this.figure || !this.ratio) return;
    if (!this.yRange) this.fitRanges();
    const { palette, background } = this.theme;
    const { px, py, top, bottom } = this.scales();
    const context = this.overlay.getContext("2d"), { width, height } = this.overlay;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const tail = this.points.slice(this.curve.indexOf(this.plotted));
    this.drawRates(context, px, frame.step, top, width / this.ratio);
    line(context, [[px(frame.step), top], [px(frame.step), bottom]], this.accent, 1.5);
    this.grip.style.transform = `translateX(${px(frame.step)}px)`;
    this.series.forEach((key, i) => {
      const colour = palette[this.parts[i]], dash = DASHES[this.parts[i]];
      const path = (points) => points.map((point) => [px(point.step), py(point[key])]);
      context.globalAlpha = 0.35;
      line(context, path(this.ghost), colour, 1.5, dash);
      context.globalAlpha = 1;
      line(context, path(tail), colour, 2.2, dash);
      if (!Number.isFinite(frame[key])) return;
      context.beginPath();
      context.arc(px(frame.step), py(frame[key]), 4.5, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      stroke(context, background, 1.5);
    });
  }

  // Marks the changes of the learning rate above the plot, and names those for which there is room,
  // the latest first.
  drawRates(context, px, shown, top, width) {
    const { text, scale } = this.theme;
    let room = Infinity;
    context.font = `${11 * scale}px ${this.figure.layout.font.family}`;
    context.fillStyle = text;
    for (const [step, rate] of this.rates.slice(1).reverse()) {
      const x = px(step), words = `rate ${rate}`, long = context.measureText(words).width;
      line(context, [[x, top], [x, top - 10 * scale]], text, 1.5);
      const beside = Math.abs(px(shown) - x) < BESIDE_GRIP ? BESIDE_GRIP : BESIDE;
      const left = x + beside + long > width ? x - beside - long : x + beside;
      if (left + long > room) continue;
      context.fillText(words, left, top - 5 * scale);
      room = Math.min(left, x) - APART;
    }
  }

  resize() {
    const { width, height } = this.plot.getBoundingClientRect();
    if (!width) return;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    const pixels = (length) => Math.max(1, Math.round(length * this.ratio));
    Object.assign(this.overlay, { width: pixels(width), height: pixels(height) });
    this.fit();
    if (this.present) this.drawOverlay(this.present);
  }
}

function line(context, points, colour, width, dash = []) {
  context.setLineDash(dash);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  stroke(context, colour, width);
  context.setLineDash([]);
}
