// The decision boundary: canvases that are painted with every frame, under a transparent Plotly
// plot with the points and the axes. It can show the map of one neuron instead.

import { aboveLevel } from "./edge.js";
import { PlotView } from "./plotly.js";
import { PointTip } from "./pointed.js";
import { byClass, byValue, colourTable, contourSegments, logitsOf, paintContour, paintSurface, sample, stroke } from "./surface.js";

const REACH = { mouse: 10, pen: 10, touch: 22 }; // pixels between the pointer and a point that is pointed at

export class BoundaryView extends PlotView {
  constructor(host) {
    super(host, ".nnv-boundary-plot");
    for (const name of ["surface", "contour", "probe", "looked-at"]) this[name] = host.querySelector(`.nnv-${name}`);
    this.label = this["looked-at"];
    this.tip = new PointTip(host.querySelector(".nnv-point"));
    this.view = { test: true, wrong: false, hard: false };
    this.reach = REACH.mouse;
    this.neuron = null;
    for (const kind of ["pointermove", "pointerdown"]) this.plot.addEventListener(kind, (event) => this.point(event));
    this.plot.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && this.point(null));
    document.addEventListener("pointerdown", ({ target }) => this.plot.contains(target) || this.point(null));
  }

  // `lossOf` returns words about the loss of one point: see `lossTable`.
  setRun(figure, window, names, classes, lossOf) {
    for (const [label, name] of classes.entries()) {
      for (const part of this.host.querySelectorAll(`.nnv-class-${label}`)) part.textContent = name;
      const title = `Click on the plane to place points of ${name}, or on a point to remove it`;
      Object.assign(this.host.querySelector(`.nnv-key-${label}[aria-pressed]`), { title, ariaLabel: `Place points of ${name}` });
    }
    this.setFigure(figure);
    this.sizes = this.figure.data.map((trace) => trace.marker.size);
    Object.assign(this, { window, names, classNames: classes, lossOf });
    this.look(null);
    if (this.theme) this.place();
  }

  // Places the canvases exactly inside the plot's margins.
  place() {
    super.place();
    const { l, r, t, b } = this.figure.layout.margin;
    for (const [side, value] of Object.entries({ left: l, right: r, top: t, bottom: b })) {
      this.host.style.setProperty(`--plane-${side}`, `${value}px`);
    }
  }

  setTheme(theme) {
    this.theme = theme;
    this.table = colourTable(theme.palette);
    this.classes = colourTable(theme.palette, byClass);
    this.activations = colourTable(theme.palette, byValue);
    this.redraw();
    if (this.frame) this.draw(this.frame);
  }

  setView(view) {
    this.view = view;
    this.redraw();
    if (this.frame) this.draw(this.frame);
  }

  // Shows the map of a neuron, with its scale and its own line, or the boundary for null. A
  // `neuron` is {name, words, level, mapOf(frame) -> {side, values, low, high}}.
  look(neuron) {
    this.neuron = neuron;
    this.label.hidden = neuron === null;
    this.host.classList.toggle("nnv-looking", neuron !== null);
    if (this.frame) this.draw(this.frame);
  }

  showScale({ low, high }) {
    const { name, words, level } = this.neuron;
    const line = level > low && level < high ? words.line(brief(level)) : "";
    const texts = [name, brief(low), brief(high), line];
    this.label.querySelectorAll("span:not(:has(span))").forEach((part, i) => {
      if (part.textContent !== texts[i]) part.textContent = texts[i];
    });
  }

  resize() {
    const box = this.contour.getBoundingClientRect();
    if (!box.width) return;
    const side = Math.max(1, Math.round(box.width * Math.min(2, window.devicePixelRatio || 1)));
    if (this.contour.width !== side) this.contour.width = this.contour.height = side;
    if (this.frame) this.draw(this.frame);
    this.fit();
  }

  draw(frame) {
    this.frame = frame;
    if (!this.theme) return;
    const { side } = frame.surface, logits = (this.logits = logitsOf(frame.surface));
    const { contour, surface_middle: halo } = this.theme.palette;
    const map = (this.map = this.neuron?.mapOf(frame));
    if (map) {
      paintSurface(this.surface, map.values, map.side, this.activations, map.low, map.high);
      paintContour(this.contour, contourSegments(aboveLevel(map, this.neuron.level), map.side), map.side, contour, halo);
      this.showScale(map);
    } else {
      paintSurface(this.surface, logits, side, this.view.hard ? this.classes : this.table);
      paintContour(this.contour, contourSegments(logits, side), side, contour, halo);
    }
    if (this.view.wrong) this.ringMistakes(logits, side);
    if (this.pointer) this.showProbe();
  }

  ringMistakes(logits, side) {
    const context = this.contour.getContext("2d"), { width } = this.contour;
    const unit = Math.max(1, width / 480);
    for (const { u, v, label } of this.points()) {
      if (sample(logits, side, u, v) > 0 === (label === 1)) continue;
      context.beginPath();
      context.arc(u * width, (1 - v) * width, 8 * unit, 0, 2 * Math.PI);
      stroke(context, this.theme.palette.contour, 2 * unit);
    }
  }

  // Whether the points of a trace are visible; its `meta` holds their class and part.
  sees({ part }) { return part === "train" || this.view.test; }

  // The number of all points by part, visible or not.
  counts() {
    const counts = { train: 0, test: 0 };
    for (const { x, meta } of this.figure.data) counts[meta.part] += x.length;
    return counts;
  }

  // The visible points, or all of them: x, y in units of the data, u, v as fractions of the plane, 0
  // to 1, and the `index` among the points of the same class and part.
  *points(all = false) {
    const [x0, x1, y0, y1] = this.window;
    for (const { x: xs, y: ys, meta } of this.figure.data) {
      if (!all && !this.sees(meta)) continue;
      for (const [index, x] of xs.entries()) {
        const y = ys[index];
        yield { x, y, u: (x - x0) / (x1 - x0), v: (y - y0) / (y1 - y0), index, ...meta };
      }
    }
  }

  point(event) {
    this.reach = REACH[event?.pointerType] ?? REACH.mouse;
    const box = this.contour.getBoundingClientRect();
    const u = event ? (event.clientX - box.left) / box.width : -1;
    const v = event ? 1 - (event.clientY - box.top) / box.height : -1;
    this.pointer = u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
    this.showProbe();
  }

  // Says what is under the pointer: a point, or else the coordinates and the value there.
  showProbe() {
    const isOff = !this.pointer || !this.logits;
    const near = isOff ? null : this.pointedAt();
    this.probe.hidden = isOff || near !== null;
    this.tip.hide(near === null);
    if (isOff) return;
    const [u, v] = this.pointer, [x0, x1, y0, y1] = this.window, { side } = this.frame.surface;
    const at = (x, y) => `${this.names[0]} ${short(x, x1 - x0)}   ${this.names[1]} ${short(y, y1 - y0)}`;
    if (near) {
      this.tip.show(near, this.contour, this.classNames, at(near.x, near.y), sample(this.logits, side, near.u, near.v), this.lossOf);
      return;
    }
    const p = 1 / (1 + Math.exp(-sample(this.logits, side, u, v)));
    const value = this.map
      ? this.neuron.words.at(brief(sample(this.map.values, this.map.side, u, v)))
      : `p(${this.classNames[1]}) ${p.toFixed(3)}`;
    this.probe.textContent = `${at(x0 + u * (x1 - x0), y0 + v * (y1 - y0))}   ${value}`;
  }

  // The visible point within reach of the pointer, or null.
  pointedAt() {
    const near = this.nearest(...this.pointer);
    return near && near.distance * this.contour.clientWidth <= this.reach ? near : null;
  }

  // The visible point closest to u, v (fractions of the plane), with its distance, or null.
  nearest(u, v) {
    let best = null, distance = Infinity;
    for (const point of this.points()) {
      const far = Math.hypot(point.u - u, point.v - v);
      if (far < distance) [best, distance] = [point, far];
    }
    return best && { ...best, distance };
  }

  restyle(data, layout, { palette, border, scale }) {
    data.forEach((trace, i) => {
      const { label, part } = trace.meta;
      trace.visible = this.sees(trace.meta);
      trace.marker.color = palette[`class_${label}`];
      trace.marker.line.color = part === "test" ? trace.marker.color : palette.marker_edge;
      trace.marker.size = this.sizes[i] * scale;
    });
    for (const axis of [layout.xaxis, layout.yaxis]) {
      Object.assign(axis, { linecolor: border, tickcolor: border, showline: true, mirror: true });
    }
  }
}

// A coordinate with as many digits as can be distinguished on an axis of this span.
const short = (value, span) => value.toFixed(Math.min(6, Math.max(0, Math.ceil(2.3 - Math.log10(span)))));

// A value of a map, which has about three digits.
const brief = (value) => String(Number(value.toPrecision(3)));

const INPUT = { line: (level) => `On the line, it is ${level}.`, at: (value) => `its value ${value}` };
const NEURON = { line: (level) => `On the line, its output is ${level}.`, at: (value) => `its output ${value}` };

// What the boundary view shows for a node of the diagram; null (the boundary) for the output.
export function neuronMap(node, layers, inputs, name) {
  if (node.column === layers.length) return null;
  if (node.column === 0) {
    const { map, range } = inputs[node.row], shown = valuesOf(map, 0, ...range);
    return { name, words: INPUT, level: 0, mapOf: () => shown };
  }
  const first = layers.slice(0, node.column - 1).reduce((sum, layer) => sum + layer.shown.length, 0);
  const mapOf = ({ maps }) => {
    const scale = maps.scales[node.column - 1], map = valuesOf(maps, first + node.row, -scale, scale);
    const most = map.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), scale / maps.top);
    const own = 2 ** Math.ceil(Math.log2(0.999 * most)); // the layer's scale may be far larger
    return { ...map, low: -own, high: own };
  };
  return { name, words: NEURON, level: layers[node.column - 1].at_zero, mapOf };
}

// The numbers of one map, whose levels go from `low` to `high`.
function valuesOf({ side, top, levels }, index, low, high) {
  const from = index * side * side, unit = (high - low) / (2 * top);
  return { side, low, high, values: Float32Array.from({ length: side * side }, (_, i) => low + (levels[from + i] + top) * unit) };
}

