// Draws a shape (see bent.js) on a canvas: the bent grid with the classes of its cells, the
// boundary, what separates, and the data. A shape with depth is seen from a side that can be chosen.

import { ticks, written } from "./axes.js";
import { element } from "./dom.js";
import { drawMark, markPath } from "./plane.js";
import { contourSegments, sample, stroke } from "./surface.js";

const FONT = 13; // pixels
const FLAT = 0.43; // of the canvas: half the side of a window without depth, and with depth
const DEEP = 0.28;
const NEARER = 0.14; // how much larger the near end of a window is drawn
const LINE = 2; // of so many lines of the grid, one is drawn
const OUTLINE = [[0, 0], [1, 0], [2, 0], [2, 1], [2, 2], [1, 2], [0, 2], [0, 1]]; // of a block
const CELLS = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([i, j]) => [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]);
const START = { yaw: -0.6, pitch: 0.4 }; // radians
const STEEPEST = 1.5;
const TURN = 0.26; // by a press of a button
const DRAG = 0.009; // by a pixel
const EDGES = [0, 1, 2].flatMap((axis) => [[-1, -1], [-1, 1], [1, -1], [1, 1]].map((others) => [-1, 1].map((end) => others.toSpliced(axis, 0, end))));
const TURNS = [["left", "←", -1, 0], ["right", "→", 1, 0], ["up", "↑", 0, 1], ["down", "↓", 0, -1]];

export class BentCanvas {
  constructor() {
    this.canvas = element("canvas", { className: "nnv-bent-canvas", ariaLabel: "The space of a layer" });
    this.canvas.setAttribute("role", "img");
    this.canvas.dataset.testid = "nnviz-hidden-space";
    this.turns = element("div", { className: "nnv-bent-turns" }, ...TURNS.map(([way, sign, yaw, pitch]) => this.turner(way, sign, yaw, pitch)));
    this.turns.setAttribute("role", "group");
    this.turns.ariaLabel = "Turn the space";
    this.root = element("div", { className: "nnv-bent" }, this.canvas, this.turns);
    Object.assign(this, { ...START, shape: null, theme: null, facts: null });
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  turner(way, sign, yaw, pitch) {
    const button = element("button", { type: "button", textContent: sign, title: `Turn the space ${way}; or drag it`, ariaLabel: `Turn ${way}` });
    button.dataset.testid = `nnviz-space-${way}`;
    button.addEventListener("click", () => this.turn(yaw * TURN, pitch * TURN));
    return button;
  }

  drag({ buttons, movementX, movementY }) {
    if (buttons & 1 && this.shape?.depth) this.turn(movementX * DRAG, movementY * DRAG);
  }

  turn(yaw, pitch) {
    this.yaw += yaw;
    this.pitch = Math.max(-STEEPEST, Math.min(STEEPEST, this.pitch + pitch));
    this.draw();
  }

  // Takes over what never changes: {labels, nTrain} of the data.
  setData(facts) { Object.assign(this, { facts, shape: null }); }

  setTheme(theme) {
    this.theme = theme;
    this.draw();
  }

  // `axes`: {title, low, high} of each axis, and how visible they are, 0 to 1.
  show(shape, axes, visible = 1) {
    Object.assign(this, { shape, axes, visible });
    this.turns.hidden = shape.depth < 1;
    this.canvas.classList.toggle("nnv-turnable", shape.depth === 1);
    this.draw();
  }

  draw() {
    const { canvas, shape, theme } = this, { offsetWidth } = canvas;
    if (!shape || !theme || !offsetWidth) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1), side = Math.round(offsetWidth * ratio);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    context.lineJoin = context.lineCap = "round";
    this.pen = { context, side: offsetWidth, ...this.camera(offsetWidth) };
    const seen = this.project(shape.at);
    this.drawFrame();
    this.fillCells(seen);
    this.drawGrid(seen);
    this.drawCut();
    this.drawBoundary(seen);
    this.drawPoints(seen);
    context.globalAlpha = 1;
  }

  // Where a place of the space is on the canvas: [x, y, nearness -1 to 1].
  camera(side) {
    const { depth } = this.shape, yaw = this.yaw * depth, pitch = this.pitch * depth;
    const [cosY, sinY, cosP, sinP] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    const half = side * (FLAT + depth * (DEEP - FLAT));
    const place = (x, y, z) => {
      const right = x * cosY + z * sinY, back = z * cosY - x * sinY;
      const up = y * cosP - back * sinP, near = y * sinP + back * cosP, size = half / (1 - NEARER * depth * near);
      return [side / 2 + size * right, side / 2 - size * up, near];
    };
    return { place };
  }

  project([xs, ys, zs]) {
    const { place } = this.pen, seen = [0, 1, 2].map(() => new Float32Array(xs.length));
    for (let i = 0; i < xs.length; i++) {
      const [x, y, near] = place(xs[i], ys[i], zs[i]);
      [seen[0][i], seen[1][i], seen[2][i]] = [x, y, near];
    }
    return seen;
  }

  drawFrame() {
    const { context, place, side } = this.pen, { border, text } = this.theme, { depth } = this.shape;
    const flat = EDGES.filter((ends) => ends.every(([, , z]) => z < 0));
    for (const [from, to] of depth > 0 ? EDGES : flat) {
      const isBack = from[2] + to[2] < 0 || depth === 0;
      context.globalAlpha = isBack ? 1 : 0.6 * depth;
      context.beginPath();
      context.moveTo(...place(...from).slice(0, 2));
      context.lineTo(...place(...to).slice(0, 2));
      stroke(context, border, 1);
    }
    context.globalAlpha = this.visible;
    context.fillStyle = text;
    context.font = `${FONT}px ${getComputedStyle(this.canvas).fontFamily}`;
    if (depth > 0) return this.nameEdges();
    const [across, up] = this.axes;
    this.nameFlat(across, (share) => [side * (0.5 + FLAT * share), side * (0.5 + FLAT) + FONT * 1.1], 0);
    if (up) this.nameFlat(up, (share) => [side * (0.5 - FLAT) - FONT * 1.1, side * (0.5 - FLAT * share)], -Math.PI / 2);
  }

  // The title and some round numbers along one side of a flat window.
  nameFlat({ title, low, high }, at, turn) {
    const { context } = this.pen;
    const put = (words, share) => {
      context.save();
      context.translate(...at(share));
      context.rotate(turn);
      Object.assign(context, { textAlign: "center", textBaseline: "middle" });
      context.fillText(words, 0, 0, 0.6 * this.pen.side);
      context.restore();
    };
    put(title, 0);
    for (const value of high > low ? ticks(low, high, 4) : []) {
      const share = (2 * (value - low)) / (high - low) - 1;
      if (Math.abs(share) > 0.4) put(written(value), share);
    }
  }

  nameEdges() {
    const { context, place, side } = this.pen;
    this.axes.forEach(({ title }, axis) => {
      const [x, y] = place(...[-1, -1, -1].with(axis, 1.13)), half = context.measureText(title).width / 2 + 4;
      Object.assign(context, { textAlign: "center", textBaseline: "middle" });
      context.fillText(title, Math.max(half, Math.min(side - half, x)), y);
    });
  }

  // Fills the part of the grid that the network gives to each class with its colour. Most blocks
  // between drawn lines have one class; in the others each cell is cut along the boundary.
  fillCells([xs, ys]) {
    const { context } = this.pen, { side, logits } = this.shape, { palette } = this.theme;
    for (const label of [0, 1]) {
      const isOther = (i) => logits[i] > 0 !== (label === 1);
      context.globalAlpha = 0.34;
      context.fillStyle = palette[`surface_${label}`];
      for (let j = 0; j < side - 1; j += LINE) {
        for (let i = 0; i < side - 1; i += LINE) {
          const at = j * side + i, block = OUTLINE.map(([right, up]) => at + up * side + right);
          const isPure = !block.some(isOther) && !isOther(at + side + 1);
          const cells = isPure ? [block] : CELLS.map((cell) => cell.map(([right, up]) => at + up * side + right));
          for (const cell of cells) this.fillCell(cell, xs, ys, logits, isOther);
        }
      }
    }
    context.globalAlpha = 1;
  }

  fillCell(corners, xs, ys, logits, isOther) {
    const { context } = this.pen;
    if (corners.every(isOther)) return;
    context.beginPath();
    corners.forEach((from, k) => {
      const to = corners[(k + 1) % corners.length], share = logits[from] / (logits[from] - logits[to]);
      if (!isOther(from)) context.lineTo(xs[from], ys[from]);
      if (isOther(from) !== isOther(to)) context.lineTo(xs[from] + share * (xs[to] - xs[from]), ys[from] + share * (ys[to] - ys[from]));
    });
    context.fill();
  }

  drawGrid([xs, ys, nears]) {
    const { context } = this.pen, { side, depth } = this.shape;
    for (const [step, turn] of [[1, side], [side, 1]]) {
      for (let k = 0; k < side; k += LINE) {
        context.beginPath();
        let near = 0;
        for (let i = 0; i < side; i++) {
          const at = k * turn + i * step;
          context.lineTo(xs[at], ys[at]);
          near += nears[at] / side;
        }
        context.globalAlpha = 0.3 + 0.2 * depth * near;
        stroke(context, this.theme.text, 0.8);
      }
    }
  }

  // Draws the line, or the part of a plane, that separates the classes.
  drawCut() {
    const { context, place } = this.pen, { cut, strength } = this.shape;
    if (cut.length < 2) return;
    context.beginPath();
    for (const corner of cut) context.lineTo(...place(...corner).slice(0, 2));
    if (cut.length > 2) {
      context.closePath();
      context.globalAlpha = 0.16 * strength;
      context.fillStyle = this.theme.text;
      context.fill();
    }
    context.globalAlpha = strength;
    context.setLineDash([9, 6]);
    stroke(context, this.theme.palette.contour, 1.8);
    context.setLineDash([]);
  }

  // The boundary of the plane, along which the network's logit is 0, bent like the grid.
  drawBoundary([xs, ys]) {
    const { context } = this.pen, { side, logits } = this.shape, { contour, surface_middle: halo } = this.theme.palette;
    const segments = contourSegments(logits, side), last = side - 1;
    context.globalAlpha = 1;
    context.beginPath();
    for (let i = 0; i < segments.length; i += 2) {
      const [u, v] = [segments[i] / last, segments[i + 1] / last];
      const x = sample(xs, side, u, v), y = sample(ys, side, u, v);
      if (i % 4 === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    stroke(context, halo, 5);
    stroke(context, contour, 2.4);
  }

  drawPoints([xs, ys, nears]) {
    const { context, side } = this.pen, { depth, logits } = this.shape, { labels, nTrain } = this.facts;
    const first = logits.length, size = Math.max(3, side / 130);
    const order = Uint16Array.from({ length: labels.length }, (_, i) => i);
    if (depth > 0) order.sort((one, other) => nears[first + one] - nears[first + other]);
    for (const i of order) {
      const near = nears[first + i], radius = size * (1 + 0.25 * depth * near);
      context.globalAlpha = 1 - 0.25 * depth * (1 - near);
      context.beginPath();
      markPath(context, Number(labels[i]), xs[first + i], ys[first + i], radius);
      drawMark(context, this.theme.palette, Number(labels[i]), i < nTrain ? "train" : "test", radius);
    }
  }
}
