// A small plane: a surface with its contour, points and the ends of the axes, on canvases.

import { element } from "./dom.js";
import { colourTable, contourSegments, logitsOf, paintContour, paintSurface, stroke } from "./surface.js";

const RADIUS = 0.011; // of a point, as a share of the plane's side
const RING = 2; // the radius of a ring, in radii of a point
const LIT = 3.4;
const LAYERS = ["surface", "lines", "points"];

export class Plane {
  // `label` names the picture for screen readers. `root` is the element to place.
  constructor(label) {
    this.root = element("div", { className: "nnv-plane" });
    this.box = element("div", { className: "nnv-plane-canvases" });
    for (const name of LAYERS) this[name] = element("canvas", { className: `nnv-plane-${name}` });
    this.surface.setAttribute("role", "img");
    this.surface.ariaLabel = label;
    this.box.append(...LAYERS.map((name) => this[name]));
    this.ends = ["x0", "x1", "y0", "y1"].map((side) => element("span", { className: `nnv-plane-${side}`, ariaHidden: "true" }));
    this.root.append(this.box, ...this.ends);
    new ResizeObserver(() => this.resize()).observe(this.box);
  }

  // Takes over points and axes from the header of runs/.
  setData({ figures, window, names }) {
    const { data } = JSON.parse(figures.boundary), [x0, x1, y0, y1] = window;
    Object.assign(this, { window, names });
    this.marks = data.flatMap(({ x, y, meta }) => x.map((at, i) => ({ u: (at - x0) / (x1 - x0), v: (y[i] - y0) / (y1 - y0), ...meta })));
    this.ends.forEach((end, i) => (end.textContent = (i % 2 ? `${names[i >> 1]} ` : "") + String(Number(window[i].toPrecision(3)))));
    this.drawPoints();
  }

  setTheme(theme) {
    this.theme = theme;
    this.table = colourTable(theme.palette);
    this.drawPoints();
    this.again?.();
  }

  resize() {
    const { width } = this.box.getBoundingClientRect();
    const side = Math.round(width * Math.min(2, window.devicePixelRatio || 1));
    if (!side || side === this.points.width) return;
    for (const canvas of [this.lines, this.points]) canvas.width = canvas.height = side;
    this.drawPoints();
    this.again?.();
  }

  // Paints the logits of a frame, and the boundary, at the logit of another threshold if it is given.
  paint(surface, level = 0) {
    this.again = () => {
      if (!this.theme) return;
      const logits = logitsOf(surface), { contour, surface_middle: halo } = this.theme.palette;
      paintSurface(this.surface, logits, surface.side, this.table);
      const heights = level ? logits.map((logit) => logit - level) : logits;
      paintContour(this.lines, contourSegments(heights, surface.side), surface.side, contour, halo);
    };
    this.again();
  }

  // Paints other values over the plane, (side × side), row 0 at the bottom; `table` stands for those
  // from `low` to `high`. `over(context, side in pixels)` draws lines on it.
  paintValues(values, side, table, low, high, over = () => {}) {
    this.again = () => {
      if (!this.theme) return;
      paintSurface(this.surface, values, side, table(this.theme.palette), low, high);
      const context = this.lines.getContext("2d"), { width } = this.lines;
      context.clearRect(0, 0, width, width);
      over(context, width);
    };
    this.again();
  }

  // Rings some of the marks; one may be lit.
  ring(marks, lit = null) {
    Object.assign(this, { ringed: marks, lit });
    this.drawPoints();
  }

  drawPoints() {
    const context = this.points.getContext("2d"), { width } = this.points;
    context.clearRect(0, 0, width, width);
    if (!this.theme || !this.marks) return;
    const { palette } = this.theme, radius = Math.max(2.2, RADIUS * width);
    for (const { u, v, label, part } of this.marks) {
      context.beginPath();
      markPath(context, label, u * width, (1 - v) * width, radius);
      drawMark(context, palette, label, part, radius);
    }
    for (const mark of this.ringed ?? []) {
      context.beginPath();
      context.arc(mark.u * width, (1 - mark.v) * width, (mark === this.lit ? LIT : RING) * radius, 0, 2 * Math.PI);
      stroke(context, palette.surface_middle, radius);
      stroke(context, this.theme.text, (mark === this.lit ? 0.8 : 0.4) * radius);
    }
  }

  // The point of the plane under a pointer, as fractions of its sides (u to the right, v upwards),
  // or null.
  at({ clientX, clientY }) {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    const u = (clientX - left) / width, v = 1 - (clientY - top) / height;
    return u >= 0 && u <= 1 && v >= 0 && v <= 1 ? { u, v } : null;
  }
}

// The outline of a mark: a circle for class 0, a diamond for class 1.
export function markPath(context, label, x, y, radius) {
  if (label === 0) context.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    const r = 1.25 * radius;
    for (const [dx, dy] of [[0, -r], [r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx, y + dy);
    context.closePath();
  }
}

// Fills the mark of a training point; the mark of a test point is an outline.
export function drawMark(context, palette, label, part, radius) {
  const colour = palette[`class_${label}`];
  if (part === "test") return stroke(context, colour, 0.55 * radius);
  context.fillStyle = colour;
  context.fill();
  stroke(context, palette.marker_edge, 0.3 * radius);
}
