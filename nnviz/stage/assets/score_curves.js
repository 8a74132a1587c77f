// The ROC curve, the precision-recall curve and the calibration of a set of points, as SVG. A dot
// marks the threshold; the nearest place to the pointer is named, and a click chooses its threshold.

import { Axes, drawn } from "./axes.js";
import { element } from "./dom.js";
import { interval, score } from "./score_tables.js";

const SIZE = { width: 260, height: 220, left: 36 };
const UNIT = [0, 1];
const TALL = [0, 1.14]; // with room for the title
const DOT = 6;
const SMALLEST = 3; // pixels, the radius of a bin of one point
const LARGEST = 11;

const CURVES = [
  {
    title: "ROC curve", across: "false positive rate", up: "recall", diagonal: [UNIT, UNIT], line: "roc",
    at: (row) => [row.false_positive_rate?.[0], row.recall?.[0]],
    area: ({ auc, auc_interval: ends }) => ["Area", auc, ends],
  },
  {
    title: "Precision and recall", across: "recall", up: "precision", line: "pr",
    at: (row) => [row.recall?.[0], row.precision?.[0]],
    area: ({ average_precision: area, ap_interval: ends }) => ["Average precision", area, ends],
  },
];

export class ScoreCurves {
  // `choose(row)` is called with the number of the row at a click.
  constructor(choose) {
    this.curves = CURVES.map((curve) => new ScoreCurve(curve, choose));
    this.calibration = new Calibration();
    this.root = element("div", { className: "nnv-score-curves" }, ...this.curves.map(({ root }) => root), this.calibration.root);
  }

  show(judged, row) {
    for (const curve of this.curves) curve.show(judged, row);
    this.calibration.show(judged.calibration, judged);
  }
}

class ScoreCurve {
  constructor(curve, choose) {
    Object.assign(this, { ...curve, judged: null });
    this.axes = new Axes({ ...SIZE, label: curve.title });
    this.path = drawn("path", { class: "nnv-curve-f" });
    this.dot = drawn("circle", { class: "nnv-dot", r: DOT });
    this.axes.fit(UNIT, TALL, curve.across, curve.up);
    if (curve.diagonal) this.axes.root.append(drawn("path", { class: "nnv-diagonal", d: this.axes.path(...curve.diagonal) }));
    this.axes.root.append(this.path, this.dot);
    this.areaText = element("p");
    this.note = element("figcaption");
    this.root = element("figure", { className: "nnv-score-curve" }, element("h3", {}, curve.title), this.areaText, this.axes.root, this.note);
    this.axes.root.addEventListener("pointermove", (event) => this.point(event));
    this.axes.root.addEventListener("pointerleave", () => this.judged && this.mark(this.row));
    this.axes.root.addEventListener("click", (event) => this.judged && choose(this.nearest(event)));
  }

  show(judged, row) {
    Object.assign(this, { judged, row });
    const points = judged[this.line], [name, area, ends] = this.area(judged);
    this.path.setAttribute("d", this.axes.path(points.map(([x]) => x), points.map(([, y]) => y)));
    this.areaText.textContent = `${name}: ${score(area)}${ends ? ` (${interval(ends)})` : ""}`;
    this.axes.root.ariaLabel = `${this.title}, ${this.areaText.textContent}. Across: ${this.across}; up: ${this.up}.`;
    this.mark(row);
  }

  // Marks a row of the table, and names it.
  mark(row) {
    const chosen = this.judged.table[row], [x, y] = chosen ? this.at(chosen) : [];
    const isKnown = x !== undefined && y !== undefined;
    this.dot.style.display = isKnown ? "" : "none";
    if (isKnown) place(this.dot, this.axes.x(x), this.axes.y(y));
    this.note.textContent = chosen ? `Threshold ${chosen.threshold}: ${this.across} ${score(x)}, ${this.up} ${score(y)}.` : "";
  }

  point(event) {
    const row = this.judged ? this.nearest(event) : -1;
    if (row >= 0) this.mark(row);
  }

  // The row of the table that is nearest to the pointer.
  nearest(event) {
    const [px, py] = placeOf(event, this.axes);
    let best = Infinity, found = -1;
    this.judged.table.forEach((one, i) => {
      const [x, y] = this.at(one);
      if (x === undefined || y === undefined) return;
      const far = Math.hypot(this.axes.x(x) - px, this.axes.y(y) - py);
      if (far < best) [best, found] = [far, i];
    });
    return found;
  }
}

class Calibration {
  constructor() {
    this.axes = new Axes({ ...SIZE, label: "Calibration" });
    this.axes.fit(UNIT, TALL, "mean probability of the bin", "share of class 1");
    this.bins = drawn("g", { class: "nnv-bins" });
    this.axes.root.append(drawn("path", { class: "nnv-diagonal", d: this.axes.path(UNIT, UNIT) }), this.bins);
    this.distance = element("p");
    this.note = element("figcaption");
    this.root = element("figure", { className: "nnv-score-curve" }, element("h3", {}, "Calibration"), this.distance, this.axes.root, this.note);
    this.axes.root.addEventListener("pointermove", (event) => this.point(event));
    this.axes.root.addEventListener("pointerleave", () => this.say(null));
  }

  show(bins, { ece }) {
    this.known = bins;
    const most = Math.max(1, ...bins.map(([, , count]) => count));
    this.bins.replaceChildren(...bins.map(([mean, share, count]) => {
      const r = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(count / most);
      return drawn("circle", { class: "nnv-dot", cx: this.axes.x(mean), cy: this.axes.y(share), r });
    }));
    this.distance.textContent = `Mean distance: ${score(ece)}`;
    this.axes.root.ariaLabel = `Calibration, ${this.distance.textContent}. Across: mean probability of a bin; up: its share of class 1.`;
    this.say(null);
  }

  point(event) {
    const [px, py] = placeOf(event, this.axes), far = ([mean, share]) => Math.hypot(this.axes.x(mean) - px, this.axes.y(share) - py);
    this.say(this.known?.toSorted((one, other) => far(one) - far(other))[0] ?? null);
  }

  say(bin) {
    this.note.textContent = bin
      ? `${bin[2]} ${bin[2] === 1 ? "point" : "points"}: mean probability ${score(bin[0])}, share of class 1 ${score(bin[1])}.`
      : "On the diagonal, a probability means what it says. A large dot holds many points.";
  }
}

// The place of the pointer in the units of a drawing.
function placeOf({ clientX, clientY }, { root, width }) {
  const box = root.getBoundingClientRect(), scale = width / box.width;
  return [(clientX - box.left) * scale, (clientY - box.top) * scale];
}

function place(circle, cx, cy) {
  circle.setAttribute("cx", cx);
  circle.setAttribute("cy", cy);
}
