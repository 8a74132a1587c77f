// The decision boundary: a canvas that is painted every frame, under a transparent Plotly plot
// that holds the points and the axes.

import { PLOT_CONFIG } from "./plotly.js";
import { colourTable, contourSegments, logitsOf, paintContour, paintSurface } from "./surface.js";

export class BoundaryView {
  constructor(host) {
    this.host = host;
    this.surface = host.querySelector(".nnv-surface");
    this.contour = host.querySelector(".nnv-contour");
    this.plot = host.querySelector(".nnv-boundary-plot");
    this.plotly = null;
    this.figure = null;
    this.frame = null;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
  }

  setRun(figure) {
    this.figure = JSON.parse(figure);
    const { l, r, t, b } = this.figure.layout.margin;
    const style = this.host.style;
    for (const [side, value] of Object.entries({ left: l, right: r, top: t, bottom: b })) {
      style.setProperty(`--plane-${side}`, `${value}px`);
    }
    this.redrawPlot();
  }

  setTheme(theme) {
    this.theme = theme;
    this.table = colourTable(theme.palette);
    this.redrawPlot();
    if (this.frame) this.draw(this.frame);
  }

  attachPlotly(plotly) {
    this.plotly = plotly;
    this.redrawPlot();
  }

  resize() {
    const box = this.contour.getBoundingClientRect();
    const side = Math.max(1, Math.round(box.width * Math.min(2, window.devicePixelRatio || 1)));
    if (this.contour.width !== side) this.contour.width = this.contour.height = side;
    if (this.frame) this.draw(this.frame);
    if (this.plotly && this.drawn) {
      const { width, height } = this.plot.getBoundingClientRect();
      this.plotly.relayout(this.plot, { width, height });
    }
  }

  draw(frame) {
    this.frame = frame;
    if (!this.theme) return;
    const { side } = frame.surface;
    const logits = logitsOf(frame.surface);
    paintSurface(this.surface, logits, side, this.table);
    const { contour, surface_middle: halo } = this.theme.palette;
    paintContour(this.contour, contourSegments(logits, side), side, contour, halo);
  }

  redrawPlot() {
    if (!this.plotly || !this.figure || !this.theme) return;
    const { palette, text, border } = this.theme;
    const { data, layout } = this.figure;
    data.forEach((trace, i) => {
      const outlined = trace.marker.symbol.endsWith("-open");
      trace.marker.color = i % 2 ? palette.class_1 : palette.class_0;
      trace.marker.line.color = outlined ? trace.marker.color : palette.marker_edge;
    });
    layout.font.color = text;
    const { width, height } = this.plot.getBoundingClientRect();
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
