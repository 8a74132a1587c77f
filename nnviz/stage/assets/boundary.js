// The decision boundary: canvases that are painted every frame, under a transparent Plotly plot
// that holds the points and the axes. A neuron that is looked at takes the boundary's place.

import { PLOT_CONFIG, scaled } from "./plotly.js";
import { byClass, byValue, colourTable, contourSegments, logitsOf, paintContour, paintSurface, sample, valuesOf } from "./surface.js";

const DECIDED = 8; // a logit that has the colour of certainty
const LEVELS = 127; // the highest level of a map

export class BoundaryView {
  constructor(host) {
    this.host = host;
    this.surface = host.querySelector(".nnv-surface");
    this.contour = host.querySelector(".nnv-contour");
    this.plot = host.querySelector(".nnv-boundary-plot");
    this.probe = host.querySelector(".nnv-probe");
    this.label = host.querySelector(".nnv-looked-at");
    this.view = { test: true, wrong: false, hard: false };
    this.neuron = null;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => this.point(null));
  }

  setRun(figure, window, names) {
    this.figure = JSON.parse(figure);
    this.margin = this.figure.layout.margin;
    this.sizes = this.figure.data.map((trace) => trace.marker.size);
    this.window = window;
    this.names = names;
    this.neuron = null;
    this.label.hidden = true;
    if (this.theme) this.place();
  }

  // The canvases lie exactly where the plot's margins leave room for its axes.
  place() {
    this.figure.layout.margin = scaled(this.margin, this.theme.scale);
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
    this.redrawPlot();
    if (this.frame) this.draw(this.frame);
  }

  setView(view) {
    this.view = view;
    this.redrawPlot();
    if (this.frame) this.draw(this.frame);
  }

  // `neuron`: {name, values(frame) -> {side, values}}, or null for the boundary.
  look(neuron) {
    this.neuron = neuron;
    this.label.hidden = neuron === null;
    this.label.textContent = neuron?.name ?? "";
    if (this.frame) this.draw(this.frame);
  }

  attachPlotly(plotly) {
    this.plotly = plotly;
    this.redrawPlot();
  }

  resize() {
    const box = this.contour.getBoundingClientRect();
    if (!box.width) return;
    const side = Math.max(1, Math.round(box.width * Math.min(2, window.devicePixelRatio || 1)));
    if (this.contour.width !== side) this.contour.width = this.contour.height = side;
    if (this.frame) this.draw(this.frame);
    if (!this.drawn) this.redrawPlot();
    else if (this.plotly) {
      const { width, height } = this.plot.getBoundingClientRect();
      this.plotly.relayout(this.plot, { width, height });
    }
  }

  draw(frame) {
    this.frame = frame;
    if (!this.theme) return;
    const { side } = frame.surface;
    const logits = logitsOf(frame.surface);
    this.logits = logits;
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

  // A ring around every point on the wrong side of the contour that is drawn.
  ringMistakes(logits, side) {
    const context = this.contour.getContext("2d");
    const { width } = this.contour;
    const unit = Math.max(1, width / 480);
    context.strokeStyle = this.theme.palette.contour;
    context.lineWidth = 2 * unit;
    this.figure.data.forEach((trace, i) => {
      if (i >= 2 && !this.view.test) return;
      trace.x.forEach((x, k) => {
        const [u, v] = this.toPlane(x, trace.y[k]);
        if (sample(logits, side, u, v) > 0 === (i % 2 === 1)) return;
        context.beginPath();
        context.arc(u * width, (1 - v) * width, 8 * unit, 0, 2 * Math.PI);
        context.stroke();
      });
    });
  }

  // Units of the data to shares of the plane, 0 to 1.
  toPlane(x, y) {
    const [x0, x1, y0, y1] = this.window;
    return [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
  }

  point(event) {
    const box = this.contour.getBoundingClientRect();
    const u = event ? (event.clientX - box.left) / box.width : -1;
    const v = event ? 1 - (event.clientY - box.top) / box.height : -1;
    this.pointer = u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
    this.showProbe();
  }

  // The coordinates under the pointer and the probability there, live while it plays.
  showProbe() {
    this.probe.hidden = !this.pointer || !this.logits;
    if (this.probe.hidden) return;
    const [u, v] = this.pointer;
    const [x0, x1, y0, y1] = this.window;
    const p = 1 / (1 + Math.exp(-sample(this.logits, this.frame.surface.side, u, v)));
    const [x, y] = [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
    const [name1, name2] = this.names;
    this.probe.textContent = `${name1} ${short(x, x1 - x0)}   ${name2} ${short(y, y1 - y0)}   p ${p.toFixed(3)}`;
  }

  // The point that is drawn closest to shares u, v of the plane, and how far it is in shares.
  nearest(u, v) {
    let best = null;
    this.figure.data.forEach((trace, i) => {
      if (i >= 2 && !this.view.test) return;
      trace.x.forEach((x, k) => {
        const [pu, pv] = this.toPlane(x, trace.y[k]);
        const distance = Math.hypot(pu - u, pv - v);
        if (!best || distance < best.distance) best = { x, y: trace.y[k], distance };
      });
    });
    return best;
  }

  redrawPlot() {
    if (!this.figure || !this.theme) return;
    this.place();
    const { width, height } = this.plot.getBoundingClientRect();
    if (!this.plotly || !width) return;
    const { palette, text, border, scale } = this.theme;
    const { data, layout } = this.figure;
    data.forEach((trace, i) => {
      const outlined = i >= 2;
      trace.visible = !outlined || this.view.test;
      trace.marker.color = i % 2 ? palette.class_1 : palette.class_0;
      trace.marker.line.color = outlined ? trace.marker.color : palette.marker_edge;
      trace.marker.size = this.sizes[i] * scale;
    });
    layout.font.color = text;
    layout.font.size = 12 * scale;
    Object.assign(layout, { width, height });
    for (const axis of [layout.xaxis, layout.yaxis]) {
      Object.assign(axis, { linecolor: border, tickcolor: border, showline: true, mirror: true });
    }
    this.plotly.react(this.plot, data, layout, PLOT_CONFIG);
    this.drawn = true;
  }

  destroy() {
    this.observer.disconnect();
    if (this.plotly && this.drawn) this.plotly.purge(this.plot);
  }
}

// A coordinate with the digits that a picture of this span can tell apart.
function short(value, span) {
  return value.toFixed(Math.min(6, Math.max(0, Math.ceil(2.3 - Math.log10(span)))));
}

// What a node of the diagram looks like in the boundary's place; the output is the boundary.
export function neuronMap(node, layers, inputs, name) {
  if (node.column === layers.length) return null;
  if (node.column === 0) {
    const { side, levels } = inputs[node.row].map;
    const values = Float32Array.from(levels, (level) => (level / LEVELS) * DECIDED);
    return { name, values: () => ({ side, values }) };
  }
  const first = layers.slice(0, node.column - 1).reduce((sum, layer) => sum + layer.shown.length, 0);
  return { name, values: (frame) => valuesOf(frame.maps, first + node.row) };
}
