// The view How good of the Lab: the scores of the network over a threshold that moves its boundary.

import { joined } from "./address.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { Plane } from "./plane.js";
import { ScoreCurves } from "./score_curves.js";
import { ScoreTables } from "./score_tables.js";
import { WrongPoints } from "./wrong_points.js";

const EVERY_MS = 900; // between two questions in play
const SETS = { train: "Training points", test: "Test points" };

export class MetricsView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, facts: null, found: null, frame: null, asked: -Infinity, waits: false, pending: new AbortController() });
    this.plane = new Plane("The plane with the boundary at the threshold");
    this.slider = element("input", { type: "range", min: 0, step: 1, ariaLabel: "Threshold" });
    this.slider.dataset.testid = "nnviz-threshold";
    this.output = element("output");
    this.sets = Object.entries(SETS).map(([name, words]) => this.setButton(name, words));
    this.tables = new ScoreTables();
    this.curves = new ScoreCurves((row) => this.choose(row));
    this.wrong = new WrongPoints((mark) => this.plane.ring(this.rings, mark));
    this.sentences = element("div", { className: "nnv-metrics-sentences" });
    this.words = element("p", { className: "nnv-metrics-words" });
    const open = element("button", { type: "button", textContent: "Open in the playground", title: "Open the run in the playground, at this step" });
    open.dataset.testid = "nnviz-metrics-open";
    open.addEventListener("click", () => lab.openRun(lab.base, lab.step));
    const label = element("label", { className: "nnv-threshold" }, element("span", {}, "Threshold"), this.slider, this.output);
    const group = element("div", { className: "nnv-metrics-sets" }, ...this.sets);
    group.setAttribute("role", "group");
    group.ariaLabel = "Points to judge";
    host.append(
      element("div", { className: "nnv-metrics-ways" }, label, group, open),
      element("div", { className: "nnv-metrics" },
        element("div", { className: "nnv-metrics-plane" }, this.plane.root, this.words, this.wrong.root),
        element("div", { className: "nnv-metrics-side" }, this.tables.root, this.curves.root, this.sentences)));
    this.slider.addEventListener("input", () => this.choose(Number(this.slider.value)));
  }

  setButton(name, words) {
    const made = element("button", { type: "button", textContent: words });
    made.dataset.testid = `nnviz-set-${name}`;
    made.dataset.set = name;
    made.addEventListener("click", () => {
      this.lab.change({ set: name });
      this.draw();
    });
    return made;
  }

  key() { return ""; }

  // The points that are judged: those of the setting, if there are any.
  get set() { return this.facts?.has_test ? this.lab.settings.set : "train"; }

  async open() {
    const facts = (this.facts = this.lab.stage.run);
    this.found = null;
    this.plane.setData(facts);
    this.wrong.setData(facts, this.plane.marks);
    for (const button of this.sets) button.disabled = button.dataset.set === "test" && !facts.has_test;
    return { tracks: [this.lab.track] };
  }

  show([frame], { playing }) {
    this.frame = frame;
    this.paint();
    if (playing && !this.waits && performance.now() - this.asked > EVERY_MS) this.ask(frame.step);
  }

  rest([frame]) {
    this.frame = frame;
    if (this.found?.header.step === frame.step) this.draw();
    else this.ask(frame.step);
  }

  async ask(step) {
    this.pending.abort();
    const { signal } = (this.pending = new AbortController());
    this.waits = true;
    this.asked = performance.now();
    const message = (found) => {
      if (signal.aborted) return;
      this.found = found;
      this.draw();
    };
    try {
      await this.lab.fetcher.get("metrics", joined(this.lab.base.experiment, `at=${step}`), { signal, message });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.lab.refused(error.words);
    }
    if (!signal.aborted) this.waits = false;
  }

  // Chooses a row of the table: another threshold.
  choose(row) {
    const chosen = this.table?.[row];
    if (!chosen) return;
    this.lab.change({ threshold: String(chosen.threshold) });
    this.draw();
  }

  get table() { return this.found?.header.sets[this.set]?.table; }

  get row() { return this.table?.findIndex(({ threshold }) => String(threshold) === this.lab.settings.threshold) ?? -1; }

  // The boundary of the shown frame; rings only around points of the same moment.
  paint() {
    const chosen = this.table?.[this.row];
    this.plane.paint(this.frame.surface, chosen?.level ?? 0);
    const isNow = this.found?.header.step === this.frame.step;
    if (isNow !== this.ringed) this.plane.ring(isNow ? this.rings : [], null);
    this.ringed = isNow;
  }

  draw() {
    if (!this.found || !this.frame) return;
    const { header, sections } = this.found, { set, row, table } = this, judged = header.sets[set], chosen = table[row];
    for (const button of this.sets) button.setAttribute("aria-pressed", String(button.dataset.set === set));
    this.slider.disabled = !chosen;
    this.slider.max = String(Math.max(0, table.length - 1));
    this.slider.value = String(row);
    this.output.textContent = this.lab.settings.threshold;
    this.slider.setAttribute("aria-valuetext", this.lab.settings.threshold);
    this.words.textContent = chosen?.words ?? "";
    this.tables.show(header, judged, chosen, SETS[set]);
    this.curves.show(judged, row);
    this.rings = chosen ? this.wrong.show(set, sections[`p_${set}`], chosen.threshold, header.classes) : this.wrong.clear();
    this.ringed = null;
    this.sentences.replaceChildren(...header.sentences.map((words) => element("p", {}, words)));
    this.paint();
  }

  setTheme(theme) { if (theme) this.plane.setTheme(theme); }

  describe() { return [this.words.textContent, this.tables.describe()].join(" "); }

  close() {
    this.pending.abort();
    Object.assign(this, { found: null, frame: null, facts: null, waits: false, asked: -Infinity, rings: [] });
    this.wrong.clear();
  }
}
