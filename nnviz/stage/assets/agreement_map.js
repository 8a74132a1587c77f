// The map of an ensemble: how many networks say class 1 at each place, and their boundaries as lines.

import { element } from "./dom.js";
import { Plane } from "./plane.js";
import { byValue, colourTable, contourSegments, logitsOf, stroke } from "./surface.js";

const LEVELS = [[0.25, [5, 4], 1.4], [0.5, [], 2.6], [0.75, [5, 4], 1.4]]; // share of the networks, dash, width
const SHARE = new Intl.NumberFormat("en", { style: "percent" });

export class AgreementMap {
  constructor() {
    this.plane = new Plane("How many networks say class 1 at each place");
    this.chip = element("span", { className: "nnv-chip nnv-ensemble-chip", hidden: true });
    this.legend = element("p", { className: "nnv-ensemble-legend" });
    this.plane.box.append(this.chip);
    this.root = element("figure", { className: "nnv-ensemble-map" }, this.plane.root, element("figcaption", {}, this.legend));
    this.root.dataset.testid = "nnviz-ensemble-map";
    this.plane.box.addEventListener("pointermove", (event) => this.point(event));
    this.plane.box.addEventListener("pointerleave", () => this.point(null));
    this.boundaries = [];
    this.frame = this.under = null;
  }

  setData(header) {
    Object.assign(this, { n: header.seeds, name: header.classes[1], frame: null, boundaries: [] });
    this.plane.setData(header);
    this.legend.replaceChildren(
      element("span", {}, `0 of ${this.n}`), element("i", { ariaHidden: "true" }), element("span", {}, `${this.n} of ${this.n}`),
      element("span", {}, `networks say ${this.name}. Thick line: half of them; dashed: a quarter and three quarters; thin: the boundary of each.`));
  }

  setTheme(theme) { this.plane.setTheme(theme); }

  // Takes over the boundary of every network.
  setLines({ surface, surface_scale }) {
    const side = surface.shape[1], size = side * side;
    this.boundaries = Array.from(surface_scale, (scale, k) =>
      contourSegments(logitsOf({ levels: surface.subarray(k * size, (k + 1) * size), scale, top: surface.top }), side));
    if (this.frame) this.paint(this.frame);
  }

  paint(frame) {
    this.frame = frame;
    const { agreement } = frame, side = Math.sqrt(agreement.length);
    const table = (palette) => (this.table?.palette === palette ? this.table : (this.table = Object.assign(colourTable(palette, byValue), { palette })));
    this.plane.paintValues(agreement, side, table, 0, this.n, (context, width) => this.draw(context, width, agreement, side));
    this.tell();
  }

  draw(context, width, agreement, side) {
    const { contour, surface_middle: halo } = this.plane.theme.palette, unit = width / (side - 1);
    const trace = (segments) => {
      context.beginPath();
      for (let i = 0; i < segments.length; i += 4) {
        context.moveTo(segments[i] * unit, width - segments[i + 1] * unit);
        context.lineTo(segments[i + 2] * unit, width - segments[i + 3] * unit);
      }
    };
    context.globalAlpha = 0.45;
    for (const segments of this.boundaries) {
      trace(segments);
      stroke(context, contour, 0.8);
    }
    context.globalAlpha = 1;
    for (const [share, dash, thick] of LEVELS) {
      const level = share * this.n + 0.5 * Number(share * this.n === Math.round(share * this.n)); // no value is on the line
      trace(contourSegments(Float32Array.from(agreement, (count) => count - level), side));
      context.lineCap = "round";
      if (!dash.length) stroke(context, halo, thick + 2.5);
      context.setLineDash(dash);
      stroke(context, contour, thick);
      context.setLineDash([]);
    }
  }

  // Says the number under the pointer.
  point(event) {
    this.under = event && this.plane.at(event);
    this.tell();
  }

  tell() {
    this.chip.hidden = !this.under || !this.frame;
    if (this.chip.hidden) return;
    const { agreement } = this.frame, side = Math.sqrt(agreement.length), { u, v } = this.under;
    const count = agreement[Math.round(v * (side - 1)) * side + Math.round(u * (side - 1))];
    this.chip.textContent = `${count} of ${this.n} say ${this.name}`;
    this.chip.style.setProperty("--u", u);
    this.chip.style.setProperty("--v", v);
    this.chip.classList.toggle("nnv-left", u > 0.5);
  }

  // A sentence for screen readers.
  describe() {
    const { agreement } = this.frame, agreed = agreement.filter((count) => count === 0 || count === this.n).length;
    return `At ${SHARE.format(agreed / agreement.length)} of the plane all ${this.n} networks agree.`;
  }
}
