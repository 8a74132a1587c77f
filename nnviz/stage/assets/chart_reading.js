// The numbers of a chart under the pointer, at the nearest time that it has.

import { element } from "./dom.js";

const TIME = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export class Reading {
  constructor(chart) {
    this.words = element("div");
    this.line = element("div", { className: "nnv-chart-reading", hidden: true, ariaHidden: "true" }, this.words);
    chart.root.append(this.line);
    chart.root.addEventListener("pointermove", ({ clientX }) => this.show(chart, chart.timeAt(clientX)));
    chart.root.addEventListener("pointerleave", () => { this.line.hidden = true; });
  }

  show(chart, time) {
    const { moments } = chart.points;
    this.line.hidden = !moments.length || !chart.theme;
    if (this.line.hidden) return;
    const far = ({ step }) => Math.abs(step - time), { step, values } = moments.reduce((one, other) => (far(other) < far(one) ? other : one));
    const { x, floor } = chart.scales(), { left, top, right } = chart.room, wide = chart.root.clientWidth - left - right;
    Object.assign(this.line.style, { left: `${x(step)}px`, top: `${top}px`, height: `${floor - top}px` });
    this.line.classList.toggle("nnv-left", x(step) - left > wide / 2);
    const lines = chart.series.map(({ name, label = name, colour }, i) => label && colour && part(`${label} ${brief(values[i])}`, colour));
    this.words.replaceChildren(part(`${TIME.format(step)} ${chart.unit}`), ...lines.filter(Boolean));
  }
}

const brief = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–");

const part = (words, color = "") => element("p", { style: color && `color: ${color}` }, words);
