// Chooses the sample of the Explain page: by a click on its point, by buttons, or by keyboard. The
// chosen point is marked on the plane.

import { element } from "./dom.js";
import { write } from "./quantity.js";

const PARTS = { train: (number) => `Training point ${number}`, test: (number) => `Test point ${number}` };

const groupOf = ({ part, label }) => `${part} ${label}`;

export class Chooser {
  // `boundary` shows the points; `chosen(sample)` is called with the number of another sample.
  constructor(part, boundary, chosen) {
    Object.assign(this, { boundary, chosen, points: [], sample: 0, isOn: false });
    this.box = part.querySelector(".nnv-sample");
    this.box.append(element("b"), element("span"));
    this.mark = element("span", { className: "nnv-chosen", hidden: true });
    boundary.host.querySelector(".nnv-plane-box").append(this.mark);
    for (const button of part.querySelectorAll("[data-by]")) {
      button.addEventListener("click", () => this.move(Number(button.dataset.by)));
    }
    this.box.addEventListener("keydown", (event) => {
      const to = {
        ArrowRight: this.sample + 1, ArrowUp: this.sample + 1, ArrowLeft: this.sample - 1, ArrowDown: this.sample - 1,
        Home: 0, End: this.points.length - 1,
      }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.choose(to);
    });
    boundary.plot.addEventListener("click", (event) => {
      if (!this.isOn) return;
      boundary.point(event);
      const near = boundary.pointer && boundary.pointedAt();
      if (near) this.choose(this.points.findIndex((point) => groupOf(point) === groupOf(near) && point.index === near.index));
    });
  }

  // `labels`: the class of each sample, "0" or "1", the training points first.
  setRun(labels) {
    const all = [...this.boundary.points(true)], seen = new Map();
    const trained = (this.trained = all.filter(({ part }) => part === "train").length);
    const byPlace = new Map(all.map((point) => [`${groupOf(point)} ${point.index}`, point]));
    this.points = [...labels].map((label, i) => {
      const group = groupOf({ part: i < trained ? "train" : "test", label }), index = seen.get(group) ?? 0;
      seen.set(group, index + 1);
      return byPlace.get(`${group} ${index}`);
    });
    this.sample = Math.min(this.sample, this.points.length - 1);
    this.show();
  }

  turn(on) {
    this.isOn = on;
    this.show();
  }

  move(by) { this.choose(this.sample + by); }

  choose(sample) {
    const next = Math.max(0, Math.min(sample, this.points.length - 1));
    if (next === this.sample) return;
    this.sample = next;
    this.show();
    this.chosen(next);
  }

  show() {
    const point = this.points[this.sample], last = this.points.length - 1;
    this.mark.hidden = !this.isOn || !point;
    if (!point) return;
    const first = point.part === "train" ? 0 : this.trained, all = point.part === "train" ? this.trained : last + 1 - first;
    const words = PARTS[point.part](this.sample - first + 1), more = `of ${all}`;
    write(this.box.children[0], words);
    write(this.box.children[1], more);
    for (const [name, value] of Object.entries({ min: 1, max: last + 1, now: this.sample + 1, text: `${words} ${more}` })) {
      this.box.setAttribute(`aria-value${name}`, value);
    }
    for (const name of ["u", "v"]) this.mark.style.setProperty(`--${name}`, point[name]);
  }
}
