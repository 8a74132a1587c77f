// Loads Plotly once from this server, and keeps a plot in the page's theme and size. The stage
// draws its first surface without waiting for Plotly.

import { element } from "./dom.js";

let loading = null;

export function loadPlotly(src) {
  loading ??= new Promise((resolve, reject) => {
    const onload = () => resolve(window.Plotly);
    const onerror = () => {
      loading = null;
      reject(new Error("Plotly could not be loaded from this server"));
    };
    document.head.append(element("script", { src, onload, onerror }));
  });
  return loading;
}

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };
const FONT_SIZE = 12;

// A subclass must have restyle(data, layout, theme) and resize().
export class PlotView {
  constructor(host, plot, watched = null) {
    this.host = host;
    this.plot = host.querySelector(plot);
    new ResizeObserver(() => this.resize()).observe(watched ? host.querySelector(watched) : host);
  }

  setFigure(figure) {
    this.figure = JSON.parse(figure);
    this.margin = this.figure.layout.margin;
    this.drawn = false; // Plotly still shows the old figure, until redraw()
  }

  attachPlotly(plotly) {
    this.plotly = plotly;
    this.redraw();
  }

  place() {
    const grown = ([side, pixels]) => [side, Math.round(pixels * this.theme.scale)];
    this.figure.layout.margin = Object.fromEntries(Object.entries(this.margin).map(grown));
  }

  redraw() {
    if (!this.figure || !this.theme) return;
    this.place();
    const { width, height } = this.plot.getBoundingClientRect();
    if (!this.plotly || !width) return;
    const { data, layout } = this.figure, { text, scale } = this.theme;
    Object.assign(layout, { width, height });
    Object.assign(layout.font, { color: text, size: FONT_SIZE * scale });
    this.restyle(data, layout, this.theme);
    this.plotly.react(this.plot, data, layout, CONFIG);
    this.drawn = true;
  }

  // Fits the plot to its element. A hidden element has no size; it is drawn when it is shown.
  fit() {
    const { width, height } = this.plot.getBoundingClientRect();
    if (!width) return;
    if (this.drawn) this.plotly.relayout(this.plot, { width, height });
    else this.redraw();
  }
}
