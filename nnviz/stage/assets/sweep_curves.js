// The curves of one combination of a sweep, a line for each seed, and buttons that open its runs.

import { Axes, drawn } from "./axes.js";
import { element } from "./dom.js";
import { written } from "./sweep_results.js";

const SIZE = { width: 420, height: 250 };
const ROOM = 1.05; // above the highest line

export class SweepCurves {
  // `open(training)` opens a run.
  constructor(host, open) {
    this.open = open;
    this.axes = new Axes({ ...SIZE, label: "Loss of each seed over the updates" });
    this.lines = drawn("g");
    this.axes.root.append(this.lines);
    this.title = element("h3");
    this.words = element("p");
    this.note = element("p", { className: "nnv-sweep-note", textContent: "Solid: test loss. Dashed: training loss. One line of each for a seed." });
    this.seeds = element("div", { className: "nnv-sweep-seeds" });
    host.append(this.title, this.words, this.axes.root, this.note, this.seeds);
    host.dataset.testid = "nnviz-sweep-curves";
  }

  show(about) {
    const curves = about ? about.summary.known.filter(({ curve }) => curve) : [];
    for (const part of [this.axes.root, this.note, this.seeds]) part.toggleAttribute("hidden", curves.length === 0);
    this.title.textContent = about?.title ?? "Curves";
    this.words.textContent = about ? `${about.words.charAt(0).toUpperCase()}${about.words.slice(1)}.` : "Point at a combination, or go there with the arrow keys, to see its curves. A click opens its run.";
    if (curves.length) this.draw(curves);
    this.showSeeds(curves, about);
  }

  // The focus stays on the button of a seed while others come.
  showSeeds(trainings, about) {
    const at = Array.from(this.seeds.children).findIndex((button) => button === document.activeElement);
    const index = this.shown?.[at]?.index;
    this.seeds.replaceChildren(...trainings.map((training) => this.opener(training, about)));
    this.shown = trainings;
    if (at >= 0) this.seeds.children[trainings.findIndex((one) => one.index === index)]?.focus({ preventScroll: true });
  }

  draw(curves) {
    const steps = curves.flatMap(({ curve }) => Array.from(curve.steps).filter(Number.isFinite));
    const firsts = curves.flatMap(({ curve }) => [curve.train[0], curve.test[0]]).filter(Number.isFinite);
    const all = curves.flatMap(({ curve }) => [...curve.train, ...curve.test]).filter(Number.isFinite);
    const top = Math.min(Math.max(...all), 2 * Math.max(...firsts)) * ROOM; // a run that diverges has no end
    this.axes.fit([0, Math.max(...steps)], [0, top || 1], "updates", "loss");
    const path = ({ steps: xs }, values, name) => {
      const ys = Array.from(values, (value) => (value <= top ? value : NaN));
      return drawn("path", { d: this.axes.path(Array.from(xs), ys), class: name });
    };
    this.lines.replaceChildren(...curves.flatMap(({ curve }) => [path(curve, curve.train, "nnv-sweep-train"), path(curve, curve.test, "nnv-sweep-test")]));
  }

  opener(training, { results, measure }) {
    const seed = results.plan.seeds[training.index % results.nSeeds];
    const said = training.ended ? training.ended.kind.replaceAll("_", " ") : written(results.valueOf(training, measure), measure);
    const button = element("button", { type: "button", textContent: `Seed ${seed}: ${said}`, title: "Open this run in the playground, at its last step" });
    button.addEventListener("click", () => this.open(training));
    return button;
  }
}
