// Lines and bands over the time of the Lab, on a canvas that is drawn with every picture.

import { Reading } from "./chart_reading.js";
import { element } from "./dom.js";
import { stroke } from "./surface.js";
import { Thinned } from "./thinned.js";

const MOST_POINTS = 600; // of each line
const SMALLEST = 1e-6; // on a logarithmic axis
const ROOM = { left: 46, right: 14, top: 14, bottom: 26 };
const FONT = 12;

export class Chart {
  // `label` names the picture; `scrub(time)` is called for a click or a drag. `root` is to be placed.
  constructor(label, scrub = null) {
    Object.assign(this, { series: [], bands: [], log: false, unit: "updates", now: null, room: ROOM });
    this.root = element("div", { className: "nnv-chart" });
    this.canvas = element("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.ariaLabel = label;
    this.root.append(this.canvas);
    this.reading = new Reading(this);
    this.clear();
    new ResizeObserver(() => this.resize()).observe(this.root);
    if (scrub) this.listen(scrub);
  }

  listen(scrub) {
    const go = ({ clientX }) => scrub(Math.round(this.timeAt(clientX)));
    this.root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      this.root.setPointerCapture(event.pointerId);
      go(event);
    });
    this.root.addEventListener("pointermove", (event) => this.root.hasPointerCapture(event.pointerId) && go(event));
  }

  // The time at a place of the pointer.
  timeAt(clientX) {
    const { left, right } = this.room, box = this.root.getBoundingClientRect(), zoom = zoomOf(this.root);
    const share = (clientX - box.left - left * zoom) / (box.width - (left + right) * zoom);
    return Math.max(0, Math.min(1, share)) * this.end;
  }

  // `series`: {name, colour, dash, width} per line, with its name at the right end, or a `label`
  // that is shown under the pointer only; `bands`: {low, high, colour} between two of the lines
  // (numbers of series); a series without a colour is hidden.
  setSeries(series, bands = [], room = 0) {
    Object.assign(this, { series, bands, room: { ...ROOM, right: ROOM.right + room } });
    this.clear();
  }

  clear() {
    this.points = new Thinned((points) => points.length > MOST_POINTS);
    this.top = this.end = 0;
    this.bottom = Infinity;
  }

  setLog(log) {
    this.log = log;
    this.draw();
  }

  setTheme(theme) {
    this.theme = theme;
    this.draw();
  }

  // Takes the values of all series at a time; NaN is a gap. Past times change nothing.
  add(time, values) {
    if (!this.points.last || time > this.points.last.step) this.push(time, values);
    this.now = { time, values };
    this.draw();
  }

  // Takes the values of earlier times, (time, values) in rising order.
  recall(rows) {
    const { points } = this;
    this.clear();
    for (const [time, values] of rows) this.push(time, values);
    for (const { step, values } of points.moments) if (step > (this.points.last?.step ?? -1)) this.push(step, values);
    this.draw();
  }

  push(time, values) {
    this.points.push({ step: time, values });
    this.end = Math.max(this.end, time);
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      this.top = Math.max(this.top, value);
      if (value > 0) this.bottom = Math.min(this.bottom, value);
    }
  }

  resize() {
    const { width, height } = this.root.getBoundingClientRect();
    if (!width) return;
    const pixels = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(this.canvas, { width: Math.round(width * pixels), height: Math.round(height * pixels) });
    this.ratio = pixels * zoomOf(this.root);
    this.family = getComputedStyle(this.root).fontFamily; // with every picture, this would be slow
    this.draw();
  }

  // Functions from a time and a value to pixels.
  scales() {
    const { left, right, top, bottom } = this.room, { width, height } = this.canvas;
    const wide = width / this.ratio - left - right, high = height / this.ratio - top - bottom;
    const [low, most] = this.range();
    const level = (value) => (this.log ? Math.log10(Math.max(value, SMALLEST)) : value);
    return {
      wide, low, most, floor: top + high,
      x: (time) => left + (time / Math.max(this.end, 1)) * wide,
      y: (value) => top + (1 - (level(value) - low) / (most - low)) * high,
    };
  }

  // The shown values; they grow in steps, so that the axis stands still for a while.
  range() {
    if (this.log) {
      const low = Math.floor(Math.log10(Math.max(Math.min(this.bottom, this.top || 1), SMALLEST)));
      return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(this.top, SMALLEST))))];
    }
    const step = roundStep(this.top || 1, 4);
    return [0, Math.ceil((this.top || 1) / step) * step];
  }

  // The numbers on the axes.
  ticks(low, most) {
    if (!this.log) return multiples(roundStep(most, 4), most);
    const every = Math.ceil((most - low) / 6);
    return Array.from({ length: Math.floor((most - low) / every) + 1 }, (_, i) => 10 ** (low + i * every));
  }

  draw() {
    if (!this.theme || !this.ratio) return;
    const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const scales = this.scales();
    context.font = `${FONT * this.theme.scale}px ${this.family}`;
    this.drawAxes(context, scales);
    for (const band of this.bands) this.drawBand(context, scales, band);
    const ends = this.series.map((one, i) => one.colour && this.drawLine(context, scales, one, i));
    this.drawNames(context, scales, ends);
    if (this.now) this.drawNow(context, scales);
  }

  drawAxes(context, { x, y, low, most, floor, wide }) {
    const { text, border } = this.theme, { left } = this.room;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = text;
    for (const value of this.ticks(low, most)) {
      path(context, [[left, y(value)], [left + wide, y(value)]]);
      stroke(context, border, 1);
      context.fillText(String(Number(value.toPrecision(2))), left - 6, y(value));
    }
    context.textBaseline = "top";
    context.textAlign = "right";
    const unit = left + wide - context.measureText(this.unit).width - 8;
    context.fillText(this.unit, left + wide, floor + 7);
    context.textAlign = "center";
    for (const time of multiples(Math.max(1, roundStep(this.end, 6)), this.end)) {
      if (x(time) + context.measureText(String(time)).width / 2 < unit) context.fillText(String(time), x(time), floor + 7);
    }
  }

  drawBand(context, { x, y }, { low, high, colour }) {
    const { moments } = this.points, known = moments.filter(({ values }) => Number.isFinite(values[low]) && Number.isFinite(values[high]));
    path(context, [...known.map(({ step, values }) => [x(step), y(values[high])]), ...known.toReversed().map(({ step, values }) => [x(step), y(values[low])])]);
    context.fillStyle = colour;
    context.fill();
  }

  // Returns the height of the line's end.
  drawLine(context, { x, y }, { colour, dash = [], width = 2 }, i) {
    const { moments } = this.points;
    context.setLineDash(dash);
    context.beginPath();
    let isOpen = false, last = null;
    for (const { step, values } of moments) {
      const value = values[i];
      if (!Number.isFinite(value)) isOpen = false;
      else {
        last = [x(step), y(value)];
        if (isOpen) context.lineTo(...last);
        else context.moveTo(...last);
        isOpen = true;
      }
    }
    stroke(context, colour, width);
    context.setLineDash([]);
    return last?.[1];
  }

  // Writes the names of the lines beside their ends, one below the other.
  drawNames(context, { wide }, ends) {
    const apart = 1.15 * FONT * this.theme.scale;
    const named = this.series.map(({ name, colour }, i) => ({ name, colour, y: ends[i] })).filter(({ name, y }) => name && y);
    let free = -Infinity;
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const { name, colour, y } of named.sort((one, other) => one.y - other.y)) {
      free = Math.max(y, free + apart);
      context.fillStyle = colour;
      context.fillText(name, this.room.left + wide + 8, free);
    }
  }

  drawNow(context, { x, y, floor }) {
    const { time, values } = this.now, { text, background } = this.theme;
    path(context, [[x(time), this.room.top], [x(time), floor]]);
    stroke(context, text, 1);
    this.series.forEach(({ colour }, i) => {
      if (!colour || !Number.isFinite(values[i])) return;
      context.beginPath();
      context.arc(x(time), y(values[i]), 4, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      stroke(context, background, 1.5);
    });
  }
}

// A round step (1, 2 or 5 times a power of ten), so that at most `most` steps, or a few more, fit.
function roundStep(length, most) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(length, 1e-12) / most));
  return [1, 2, 5, 10].find((n) => n * unit * most >= length) * unit;
}

const multiples = (step, most) => Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);

// How much larger the page shows an element than its style says, in a lecture.
const zoomOf = (part) => part.currentCSSZoom ?? 1;

function path(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
}
