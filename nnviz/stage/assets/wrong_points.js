// The points that are called the wrong class at a threshold: a list, and their marks on the plane.

import { element } from "./dom.js";
import { score } from "./score_tables.js";

const MOST_LISTED = 60;

export class WrongPoints {
  // `light(mark)` is called with the mark of the point that is pointed at, or null.
  constructor(light) {
    this.light = light;
    this.head = element("h3");
    this.list = element("ul", { className: "nnv-wrong-points" });
    this.list.dataset.testid = "nnviz-wrong-points";
    this.root = element("div", { className: "nnv-wrong-box" }, this.head, this.list);
  }

  // Takes over the labels of runs/, which are in the order of the points, and the marks of a plane,
  // which are grouped by part and class.
  setData({ labels }, marks) {
    const grouped = Map.groupBy(marks, ({ part, label }) => `${part} ${label}`);
    const nTrain = marks.filter(({ part }) => part === "train").length, taken = {};
    this.parts = { train: [], test: [] };
    [...labels].forEach((label, i) => {
      const part = i < nTrain ? "train" : "test", group = `${part} ${label}`;
      taken[group] = (taken[group] ?? -1) + 1;
      this.parts[part].push(grouped.get(group)[taken[group]]);
    });
  }

  // Lists the wrong points of a set with probabilities `p`, and returns their marks.
  show(set, p, threshold, classes) {
    const wrong = this.parts[set].map((mark, i) => ({ mark, i, p: p[i] })).filter((one) => one.p > threshold !== (one.mark.label === 1));
    this.head.textContent = wrong.length ? `Wrong points (${wrong.length})` : "No point is wrong.";
    this.list.replaceChildren(...wrong.slice(0, MOST_LISTED).map((one) => this.item(one, classes)));
    if (wrong.length > MOST_LISTED) this.list.append(element("li", {}, `and ${wrong.length - MOST_LISTED} more`));
    return wrong.map(({ mark }) => mark);
  }

  item({ mark, i, p }, classes) {
    const words = `Point ${i + 1} is ${classes[mark.label]}; its probability of ${classes[1]} is ${score(p)}.`;
    const made = element("button", { type: "button", title: words, textContent: `${i + 1}: ${score(p)}`, ariaLabel: words });
    for (const event of ["pointerenter", "focus"]) made.addEventListener(event, () => this.light(mark));
    for (const event of ["pointerleave", "blur"]) made.addEventListener(event, () => this.light(null));
    return element("li", {}, made);
  }

  clear() {
    this.head.textContent = "";
    this.list.replaceChildren();
    return [];
  }
}
