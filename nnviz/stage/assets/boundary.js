// The decision boundary: canvases that are painted with every frame, under a transparent Plotly
// plot with the points and the axes. It can show the map of one neuron instead.

import { PlotView } from "./plotly.js";
import { byClass, byValue, colourTable, contourSegments, logitsOf, paintContour, paintSurface, sample, stroke, valuesOf } from "./surface.js";

export class BoundaryView extends PlotView {
  constructor(host) {
    super(host, ".nnv-boundary-plot");
    for (const name of ["surface", "contour", "probe", "looked-at"]) this[name] = host.querySelector(`.nnv-${name}`);
    this.label = this["looked-at"];
    this.view = { test: true, wrong: false, hard: false };
    this.neuron = null;
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => this.point(null));
  }

  setRun(figure, window, names, classes) {
    for (const [label, name] of classes.entries()) {
      for (const part of this.host.querySelectorAll(`.nnv-class-${label}`)) part.textContent = name;
      const title = `Click on the plane to place points of ${name}, or on a point to remove it`;
      Object.assign(this.host.querySelector(`.nnv-key-${label}[aria-pressed]`), { title, ariaLabel: `Place points of ${name}` });
    }
    this.setFigure(figure);
    this.sizes = this.figure.data.map((trace) => trace.marker.size);
    Object.assign(this, { window, names, classNames: classes, neuron: null });
    this.label.hidden = true;
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

  // Shows a `neuron`, {name, values(frame) -> {side, values}}, or the boundary for null.
  look(neuron) {
    this.neuron = neuron;
    this.label.hidden = neuron === null;
    this.label.textContent = neuron?.name ?? "";
    if (this.frame) this.draw(this.frame);
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
    if (this.neuron) {
      const map = this.neuron.values(frame);
      paintSurface(this.surface, map.values, map.side, this.activations);
    } else {
      paintSurface(this.surface, logits, side, this.view.hard ? this.classes : this.table);
    }
    const { contour, surface_middle: halo } = this.theme.palette;
    paintContour(this.contour, contourSegments(logits, side), side, contour, halo);
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

  // The visible points: x, y in units of the data, u, v as fractions of the plane, 0 to 1.
  *points() {
    const [x0, x1, y0, y1] = this.window;
    for (const { x: xs, y: ys, meta } of this.figure.data) {
      if (!this.sees(meta)) continue;
      for (const [k, x] of xs.entries()) {
        const y = ys[k];
        yield { x, y, u: (x - x0) / (x1 - x0), v: (y - y0) / (y1 - y0), label: meta.label };
      }
    }
  }

  point(event) {
    const box = this.contour.getBoundingClientRect();
    const u = event ? (event.clientX - box.left) / box.width : -1;
    const v = event ? 1 - (event.clientY - box.top) / box.height : -1;
    this.pointer = u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
    this.showProbe();
  }

  // Shows the coordinates under the pointer and the current probability there.
  showProbe() {
    this.probe.hidden = !this.pointer || !this.logits;
    if (this.probe.hidden) return;
    const [u, v] = this.pointer, [x0, x1, y0, y1] = this.window;
    const p = 1 / (1 + Math.exp(-sample(this.logits, this.frame.surface.side, u, v)));
    const [x, y] = [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
    const [name1, name2] = this.names;
    this.probe.textContent = `${name1} ${short(x, x1 - x0)}   ${name2} ${short(y, y1 - y0)}   p(${this.classNames[1]}) ${p.toFixed(3)}`;
  }

  // The visible point closest to u, v (fractions of the plane), with its distance, or null.
  nearest(u, v) {
    const seen = Array.from(this.points(), ({ x, y, u: pu, v: pv }) => ({ x, y, distance: Math.hypot(pu - u, pv - v) }));
    return seen.sort((one, other) => one.distance - other.distance)[0] ?? null;
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

// What the boundary view shows for a node of the diagram; null (the boundary) for the output.
export function neuronMap(node, layers, inputs, name) {
  if (node.column === layers.length) return null;
  if (node.column === 0) {
    const map = valuesOf(inputs[node.row].map, 0);
    return { name, values: () => map };
  }
  const first = layers.slice(0, node.column - 1).reduce((sum, layer) => sum + layer.shown.length, 0);
  return { name, values: (frame) => valuesOf(frame.maps, first + node.row) };
}
