// The loss over a plane as a relief that can be turned, with the path and the ball on it, by Plotly.

import { element } from "./dom.js";
import { COLOURS, partsOf } from "./loss_plane.js";
import { loadPlotly } from "./plotly.js";

const EVERY_MS = 110; // between two places of the ball, which Plotly draws with all the rest
const REST = 3; // times the drawing took, before the next: without a graphics card it is slow
const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false };
const EYE = { x: -1.1, y: -1.3, z: 1.5 };
const TURN = 0.4; // radians
const TURNS = [
  ["relief-left", "↺", "Turn to the left", -TURN, 0],
  ["relief-right", "↻", "Turn to the right", TURN, 0],
  ["relief-up", "↑", "Look from higher up", 0, TURN],
  ["relief-down", "↓", "Look from further down", 0, -TURN],
];
const LIFT = { line: 0.006, ball: 0.03 }; // above the surface, as shares of the height
const STEEPEST = 1.45; // radians above the plane
const SHALLOWEST = 0.05;
const BALL_TRACE = 3;

// Round numbers for a logarithmic axis: 1, 2 and 5 times powers of ten, or the powers alone.
function roundOnes(low, high) {
  const powers = Array.from({ length: 40 }, (_, i) => 10 ** (i - 20)), all = powers.flatMap((one) => [one, 2 * one, 5 * one]);
  const within = (list) => list.filter((one) => one >= low && one <= high);
  return within(all).length > 7 ? within(powers) : within(all);
}

export class LossRelief {
  constructor(url) {
    Object.assign(this, { url, next: 0, drawing: Promise.resolve() });
    this.plot = element("div", { className: "nnv-relief-plot", ariaLabel: "The loss over a plane as a relief" });
    this.plot.setAttribute("role", "img");
    const buttons = TURNS.map(([name, sign, label, around, up]) => {
      const button = element("button", { type: "button", title: label, ariaLabel: label, textContent: sign });
      button.dataset.testid = `nnviz-${name}`;
      button.addEventListener("click", () => this.turn(around, up));
      return button;
    });
    const group = element("div", { className: "nnv-relief-turns", role: "group", ariaLabel: "Turn the relief" }, ...buttons);
    this.root = element("div", { className: "nnv-relief", hidden: true }, this.plot, group);
    new ResizeObserver(() => this.fit()).observe(this.plot);
  }

  get isOn() { return !this.root.hidden; }

  // Draws a landscape, {loss, side, axes, path, plane, steps, differs}. Plotly cannot be interrupted,
  // so each drawing waits for the one before.
  show(landscape, scale, theme) {
    Object.assign(this, { landscape, scale });
    return (this.drawing = this.drawing.then(() => landscape === this.landscape && this.draw(theme)));
  }

  async draw(theme) {
    this.plotly = await loadPlotly(this.url);
    const { width, height } = this.plot.getBoundingClientRect(), { scale } = this;
    if (!this.isOn || !width) return;
    const { loss, side, axes } = this.landscape;
    const [x, y] = axes.map(({ low, high }) => Array.from({ length: side }, (_, i) => low + (i / (side - 1)) * (high - low)));
    const rows = (of) => Array.from({ length: side }, (_, row) => Array.from(loss.subarray(row * side, (row + 1) * side), of));
    const surface = {
      type: "surface", x, y, z: rows(scale.shown), surfacecolor: rows(scale.level),
      cmin: scale.level(scale.low), cmax: scale.level(scale.high), showscale: false,
      colorscale: COLOURS.map((colour, i) => [i / (COLOURS.length - 1), colour]),
      lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05 },
      hovertemplate: "loss %{z:.4g}<extra></extra>",
    };
    const lines = [false, true].map((isDoubtful) => this.line(isDoubtful, theme));
    const marker = { size: 7, color: "#ff5247", line: { color: "#ffffff", width: 2 } };
    const ballTrace = { type: "scatter3d", mode: "markers", marker, hoverinfo: "skip", ...this.at(null) };
    await this.plotly.react(this.plot, [surface, ...lines, ballTrace], this.layout(scale, theme, width, height), CONFIG);
    this.isDrawn = true;
  }

  // The height of a loss, above the surface by a share of its height.
  lifted(loss, share) {
    const { isLog, level, low, high } = this.scale, height = level(loss) + share * (level(high) - level(low));
    return isLog ? 10 ** height : height;
  }

  line(isDoubtful, { dark }) {
    const { path, plane } = this.landscape, x = [], y = [], z = [];
    for (const part of partsOf(this.landscape, isDoubtful)) {
      for (const i of part) {
        x.push(path[2 * i]);
        y.push(path[2 * i + 1]);
        z.push(this.lifted(plane[i], LIFT.line));
      }
      for (const list of [x, y, z]) list.push(null);
    }
    const line = isDoubtful ? { color: dark ? "#c3c6cf" : "#6b7080", width: 4, dash: "dash" } : { color: dark ? "#ffffff" : "#101218", width: 6 };
    return { type: "scatter3d", mode: "lines", line, x, y, z, hoverinfo: "skip" };
  }

  layout({ isLog, low, high }, { dark, text, scale }, width, height) {
    const border = dark ? "#4a5060" : "#d5d8e0";
    const axis = (title) => ({ title: { text: title }, gridcolor: border, zerolinecolor: border, color: text, showspikes: false, nticks: 5 });
    return {
      width, height, showlegend: false, uirevision: "kept", paper_bgcolor: "transparent",
      margin: { l: 0, r: 0, t: 0, b: 0 },
      font: { size: 11 * scale, color: text },
      scene: {
        xaxis: axis("first direction"), yaxis: axis("second direction"),
        zaxis: { ...axis("loss"), ...(isLog && { type: "log", tickvals: roundOnes(low, high) }) },
        aspectmode: "manual", aspectratio: { x: 1, y: 1, z: 0.65 }, camera: { eye: EYE, center: { x: 0, y: 0, z: -0.12 } },
      },
    };
  }

  at(ball) {
    if (!ball) return { x: [], y: [], z: [] };
    const [x, y] = ball.place;
    return { x: [x], y: [y], z: [this.lifted(ball.loss, LIFT.ball)] };
  }

  // Moves the ball to {place, loss}, at most ten times a second; `must` moves it at once.
  setBall(ball, must = false) {
    const began = performance.now();
    if (!this.isOn || !this.isDrawn || !this.landscape || (!must && began < this.next)) return;
    this.next = Infinity;
    const { x, y, z } = this.at(ball);
    this.plotly.restyle(this.plot, { x: [x], y: [y], z: [z] }, [BALL_TRACE]);
    const done = () => (this.next = performance.now() + Math.max(EVERY_MS, REST * (performance.now() - began)));
    requestAnimationFrame(() => requestAnimationFrame(done));
  }

  turn(around, up) {
    if (!this.isDrawn || !this.landscape) return;
    const { x, y, z } = this.plot.layout.scene.camera.eye, far = Math.hypot(x, y, z);
    const angle = Math.atan2(y, x) + around;
    const height = Math.max(SHALLOWEST, Math.min(STEEPEST, Math.asin(z / far) + up));
    const flat = far * Math.cos(height);
    this.plotly.relayout(this.plot, { "scene.camera.eye": { x: flat * Math.cos(angle), y: flat * Math.sin(angle), z: far * Math.sin(height) } });
  }

  fit() {
    const { width, height } = this.plot.getBoundingClientRect();
    if (width && this.isDrawn && this.landscape) this.plotly.relayout(this.plot, { width, height });
  }

  // Frees what the graphics card holds.
  clear() {
    this.landscape = null;
    this.drawing = this.drawing.then(() => {
      if (this.isDrawn) this.plotly.purge(this.plot);
      this.isDrawn = false;
    });
  }
}
