// A sweep of more than two axes as parallel coordinates: a line for each combination.

import { drawn } from "./axes.js";
import { element } from "./dom.js";
import { MEASURES, inWords, shortened, written } from "./sweep_results.js";

const SIZE = { width: 860, height: 380, left: 60, right: 90, top: 40, bottom: 30 };
const LONGEST = 14; // characters of a value
const MOST_NAMES = 16; // of an axis

export class SweepParallel {
  constructor(actions) {
    this.actions = actions;
    this.svg = drawn("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, class: "nnv-sweep-parallel", role: "img", "aria-label": "Combinations as lines through their values; the table has the numbers" });
    this.root = element("div", {}, this.svg);
  }

  setResults(results) {
    const n = results.plan.axes.length;
    this.results = results;
    this.x = (i) => SIZE.left + (i / n) * (SIZE.width - SIZE.left - SIZE.right);
    this.y = (share) => SIZE.height - SIZE.bottom - share * (SIZE.height - SIZE.top - SIZE.bottom);
    this.names = drawn("g");
    this.lines = Array.from({ length: results.count }, (_, k) => {
      const line = drawn("path", { class: "nnv-sweep-line-of" });
      line.append(drawn("title"));
      line.addEventListener("pointerenter", () => this.actions.look(k));
      line.addEventListener("click", () => this.actions.open(k));
      return line;
    });
    this.svg.replaceChildren(...this.lines, this.names);
  }

  // The line comes in front of the others.
  mark(combination) {
    this.lines.forEach((line, k) => line.classList.toggle("nnv-on", k === combination));
    if (this.names.previousSibling !== this.lines[combination]) this.names.before(this.lines[combination]);
  }

  paint(measure, scale) {
    const { results } = this, { axes } = results.plan, at = (i, length) => (length > 1 ? i / (length - 1) : 0.5);
    this.lines.forEach((line, k) => {
      const summary = results.summary(k, measure), { kind, median } = summary;
      const ends = kind === "found" ? scale.share(median) : 0;
      const places = [...results.placesOf(k).map((place, i) => at(place, axes[i].values.length)), ends];
      line.setAttribute("d", `M${places.map((share, i) => `${this.x(i).toFixed(1)} ${this.y(share).toFixed(1)}`).join("L")}`);
      line.dataset.kind = kind;
      line.style.display = kind === "found" || kind === "diverged" ? "" : "none";
      line.style.setProperty("--share", String(ends));
      line.firstChild.textContent = `${results.titleOf(k)}: ${inWords(summary, results.nameOf(measure), measure, results.nSeeds)}`;
    });
    const [worst, best] = measure === MEASURES.loss ? [scale.high, scale.low] : [scale.low, scale.high];
    const last = { label: results.nameOf(measure), values: [written(worst, measure), written(best, measure)] };
    this.names.replaceChildren(...[...axes, last].flatMap(({ label, values }, i) => [
      drawn("line", { x1: this.x(i), x2: this.x(i), y1: this.y(0), y2: this.y(1), class: "nnv-sweep-axis" }),
      drawn("text", { x: this.x(i), y: SIZE.top - 16, "text-anchor": "middle" }, label),
      ...values.map((text, k) => values.length <= MOST_NAMES && drawn("text", { x: this.x(i) + 6, y: this.y(at(k, values.length)) + 4 }, shortened(text).slice(0, LONGEST))).filter(Boolean),
    ]));
  }
}
