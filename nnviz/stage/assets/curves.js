// The live cost curve. Plotly holds the curve and is restyled a few times a second; a canvas over
// it draws the newest stretch and the mark of the present with every frame.

import { PLOT_CONFIG } from "./plotly.js";

const MAX_POINTS = 600;
const RESTYLE_MS = 220;

// 1, 2 or 5 times a power of ten, at or above the value.
export function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((m) => m * power).find((nice) => nice >= value * 0.999999);
}

// Every second point goes, the newest stays: the curve keeps its shape in bounded memory.
export function thin(points, limit = MAX_POINTS) {
  if (points.length <= limit) return points;
  return points.filter((_, i) => (points.length - 1 - i) % 2 === 0 || i === 0);
}

export class CurveView {
  constructor(host) {
    this.plot = host.querySelector(".nnv-curve-plot");
    this.overlay = host.querySelector(".nnv-curve-overlay");
    this.points = [];
    this.restyled = 0;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
  }

  setRun(figure, history) {
    this.figure = JSON.parse(figure);
    this.hasTest = this.figure.data.length > 1;
    this.points = history;
    this.xMax = 100;
    this.yMax = 0;
    this.redraw();
  }

  setTheme(theme) {
    this.theme = theme;
    this.redraw();
  }

  attachPlotly(plotly) {
    this.plotly = plotly;
    this.redraw();
  }

  // What lies after a step has not happened, or will happen differently.
  truncate(step) {
    this.points = this.points.filter((point) => point.step <= step);
    this.restyle(performance.now(), true);
  }

  push(frame) {
    const last = this.points[this.points.length - 1];
    if (last && frame.step <= last.step) return;
    const { step, lossTrain, lossTest } = frame;
    this.points.push({ step, lossTrain, lossTest });
    this.points = thin(this.points);
  }

  fitRanges() {
    const last = this.points[this.points.length - 1];
    if (!last) return false;
    const before = [this.xMax, this.yMax];
    if (last.step > this.xMax) this.xMax = niceAbove(last.step * 1.1);
    const losses = (p) => Math.max(p.lossTrain, this.hasTest ? p.lossTest : 0);
    const highest = this.yMax ? losses(last) : Math.max(...this.points.map(losses));
    if (highest > this.yMax) this.yMax = niceAbove(highest * 1.05);
    return before[0] !== this.xMax || before[1] !== this.yMax;
  }

  draw(frame, now) {
    this.push(frame);
    this.restyle(now, this.fitRanges());
    this.drawOverlay(frame);
  }

  restyle(now, must = false) {
    if (!this.drawn || (!must && now - this.restyled < RESTYLE_MS)) return;
    this.restyled = now;
    this.inPlot = this.points.length;
    const { x, y } = this.columns();
    const ranges = { "xaxis.range": [0, this.xMax], "yaxis.range": [0, this.yMax || 1] };
    this.plotly.update(this.plot, { x, y }, ranges);
  }

  columns() {
    const steps = this.points.map((p) => p.step);
    const y = [this.points.map((p) => p.lossTrain)];
    if (this.hasTest) y.push(this.points.map((p) => p.lossTest));
    return { x: y.map(() => steps), y };
  }

  redraw() {
    if (!this.plotly || !this.figure || !this.theme) return;
    this.fitRanges();
    const { data, layout } = this.figure;
    const { palette, text, border } = this.theme;
    const { x, y } = this.columns();
    data.forEach((trace, i) => {
      trace.line.color = i ? palette.test : palette.train;
      Object.assign(trace, { x: x[i], y: y[i] });
    });
    layout.font.color = text;
    Object.assign(layout.xaxis, { range: [0, this.xMax], linecolor: border, tickcolor: border, showline: true });
    Object.assign(layout.yaxis, { range: [0, this.yMax || 1], gridcolor: border, tickcolor: border });
    layout.hoverlabel = { bgcolor: this.theme.background, font: { color: text } };
    const { width, height } = this.plot.getBoundingClientRect();
    Object.assign(layout, { width, height });
    this.plotly.react(this.plot, data, layout, PLOT_CONFIG);
    this.drawn = true;
    this.restyled = performance.now();
    this.inPlot = this.points.length;
    if (this.present) this.drawOverlay(this.present);
  }

  // The stretch that Plotly does not hold yet, and a mark at the moment that is shown.
  drawOverlay(frame) {
    this.present = frame;
    if (!this.theme || !this.figure) return;
    const { l, r, t, b } = this.figure.layout.margin;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = this.overlay.width / ratio, height = this.overlay.height / ratio;
    const px = (step) => l + (step / this.xMax) * (width - l - r);
    const py = (loss) => t + (1 - loss / (this.yMax || 1)) * (height - t - b);
    const context = this.overlay.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const tail = this.points.slice(Math.max(0, (this.inPlot ?? 0) - 1)).filter((p) => p.step <= frame.step);
    const { palette, background, border } = this.theme;
    context.strokeStyle = border;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(px(frame.step), t);
    context.lineTo(px(frame.step), height - b);
    context.stroke();
    const series = [["lossTrain", palette.train]];
    if (this.hasTest) series.push(["lossTest", palette.test]);
    for (const [key, colour] of series) {
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.beginPath();
      tail.forEach((p, i) => context[i ? "lineTo" : "moveTo"](px(p.step), py(p[key])));
      context.stroke();
      context.beginPath();
      context.arc(px(frame.step), py(frame[key]), 4.5, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = background;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }

  resize() {
    const { width, height } = this.plot.getBoundingClientRect();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.overlay.width = Math.max(1, Math.round(width * ratio));
    this.overlay.height = Math.max(1, Math.round(height * ratio));
    if (this.plotly && this.drawn) this.plotly.relayout(this.plot, { width, height });
    if (this.present) this.drawOverlay(this.present);
  }

  destroy() {
    this.observer.disconnect();
    if (this.plotly && this.drawn) this.plotly.purge(this.plot);
  }
}
