// The view Ensemble of the Lab: the same experiment from many seeds, where they agree and how far
// they differ.

import { joined } from "./address.js";
import { AgreementMap } from "./agreement_map.js";
import { Chart } from "./chart.js";
import { element } from "./dom.js";
import { ensembleFrames, quantilesOf } from "./ensemble_frames.js";
import { EnsembleTiles } from "./ensemble_tiles.js";
import { Refusal } from "./fetcher.js";
import { Versus } from "./versus.js";

const LINES_MS = 500; // between two requests for all boundaries in play
const LOSSES = ["lossTrain", "lossTest"];

export class EnsembleView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, header: null, asked: -Infinity, waits: false, before: Promise.resolve(), pending: new AbortController() });
    this.map = new AgreementMap();
    this.tiles = new EnsembleTiles((k) => this.openMember(this.header.members[k], this.lab.step));
    this.chart = new Chart("Median of the losses, their quartiles and their range", (time) => lab.go(time));
    this.versus = new Versus((against) => this.compare(against), (member, step) => this.openMember(member, step));
    this.seeds = choice("Networks", (seeds) => lab.change({ seeds }));
    this.vary = choice("The seeds draw", (vary) => lab.change({ vary }));
    this.less = element("p", { className: "nnv-ensemble-less", role: "status", hidden: true });
    this.less.dataset.testid = "nnviz-ensemble-less";
    this.caption = element("figcaption", { textContent: "Line: median of the networks. Dark band: the middle half of them. Light band: all." });
    host.append(
      element("div", { className: "nnv-ensemble-settings" }, this.seeds.root, this.vary.root, this.less),
      element("div", { className: "nnv-ensemble" }, this.map.root,
        element("div", { className: "nnv-ensemble-side" }, this.tiles.root, element("figure", {}, this.chart.root, this.caption), this.versus.root)));
  }

  key() { return [this.lab.settings.seeds, this.lab.settings.vary].join(" "); }

  get query() { return joined(this.lab.base.experiment, `seeds=${this.header.seeds}&vary=${this.lab.settings.vary}`); }

  textOf(experiment) { return this.header?.members.find((one) => one.experiment === experiment)?.own; }

  async open(signal) {
    const { base, settings } = this.lab, message = ({ header }) => (this.header = header);
    await this.lab.ask("ensembles", joined(base.experiment, `seeds=${settings.seeds}&vary=${settings.vary}`), { signal, message });
    const { header } = this;
    this.pending = new AbortController();
    this.waits = false;
    this.map.setData(header);
    this.tiles.setData(header);
    this.versus.setData(header, settings.against);
    this.seeds.offer(header.choices.seeds.map((n) => [String(n), String(n)]), settings.seeds);
    this.vary.offer(header.choices.vary, settings.vary);
    this.less.hidden = !header.less;
    this.less.textContent = header.less;
    this.chart.clear();
    this.recalled = false;
    return { tracks: [{ kind: "ensemble", experiment: this.query, counts: header.counts, stepsPerEpoch: header.steps_per_epoch, framesOf: ensembleFrames }], clock: "updates" };
  }

  show([frame], { step, playing }) {
    this.map.paint(frame);
    this.tiles.show(frame);
    this.chart.add(step, LOSSES.flatMap((_, metric) => quantilesOf(frame.spread, metric)));
    if (!this.recalled) this.recall(step);
    if (playing && !this.waits && performance.now() - this.asked > LINES_MS) this.askLines(frame.step);
  }

  rest([frame], { step }) {
    this.askLines(frame.step);
    this.askVersus(step);
    this.map.plane.surface.ariaLabel = `How many networks say class 1 at each place, at step ${frame.step}. ${this.map.describe()}`;
  }

  describe() { return [this.tiles.describe(), this.map.describe(), this.versus.found?.sentences[0] ?? ""].join(" "); }

  setTheme(theme) {
    if (!theme) return;
    const bands = [["train", theme.palette.train, []], ["test", theme.palette.test, [6, 4]]];
    const series = bands.flatMap(([name, colour, dash]) => [{}, {}, { name, colour, dash }, {}, {}]);
    const areas = bands.flatMap(([, colour], i) => [[0, 4, "1f"], [1, 3, "47"]].map(([low, high, alpha]) => ({ low: 5 * i + low, high: 5 * i + high, colour: colour + alpha })));
    const { moments } = this.chart.points;
    this.chart.setSeries(series, areas, 40);
    this.chart.setTheme(theme);
    this.chart.recall(moments.map(({ step, values }) => [step, values]));
    this.map.setTheme(theme);
    this.tiles.setTheme(theme);
  }

  close() {
    this.pending.abort();
    this.map.setLines({ surface: Object.assign(new Int8Array(), { shape: [0, 0] }), surface_scale: [] });
  }

  openMember(member, step) { this.lab.openRun(member, step); }

  // --- questions --------------------------------------------------------------------------------

  // Asks when the question before is answered, because a visit may have few questions under way.
  question(ask, refuse = (words) => this.lab.say(words)) {
    const { signal } = this.pending, asking = this.before.then(() => this.put(ask, refuse, signal));
    this.before = new Promise((done) => asking.finally(done));
    return asking;
  }

  // Asks, unless the view was closed; a refusal is told by `refuse`.
  async put(ask, refuse, signal) {
    try {
      if (!signal.aborted) await ask(signal);
      if (!signal.aborted) this.lab.progress(null);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      refuse(error.words);
    }
  }

  // Asks for the boundaries at a step; those of the latest question are shown.
  async askLines(at) {
    Object.assign(this, { asked: performance.now(), waits: true, wanted: at });
    const message = ({ sections }) => !this.pending.signal.aborted && this.wanted === at && this.map.setLines(sections);
    await this.question((signal) => this.wanted === at && this.lab.ask("lines", joined(this.query, `at=${at}`), { signal, message }));
    this.waits = this.wanted !== at;
  }

  // Fetches the curves up to the first step that is shown.
  recall(step) {
    this.recalled = true;
    if (step === 0) return;
    const rows = [];
    let more = true;
    const message = ({ header, sections }) => {
      ({ more } = header);
      rows.push(...Array.from(sections.step, (at, i) => [at, valuesAt(sections, i)]));
    };
    this.question(async (signal) => {
      for (let block = 0; more; block++) await this.lab.ask("spread", joined(this.query, `block=${block}&at=${step}`), { signal, message });
      if (!signal.aborted) this.chart.recall(rows);
    });
  }

  compare(against) {
    this.versus.setText(against);
    this.lab.change({ against });
    this.askVersus(this.lab.step);
  }

  askVersus(at) {
    const { against } = this.lab.settings;
    if (against !== this.versus.text) this.versus.setText(against);
    if (!against) return;
    const text = encodeURIComponent(against).replaceAll("%20", "+"), isWanted = () => against === this.lab.settings.against && at === this.lab.step;
    const message = ({ header }) => isWanted() && this.versus.show(header);
    this.question((signal) => isWanted() && this.lab.ask("versus", joined(this.query, `against=${text}&at=${at}`), { signal, message }), (words) => this.versus.refuse(words));
  }
}

// The quantiles of both losses in a row of the curves; their sections come in this order, after the step.
const valuesAt = (sections, i) => Object.keys(sections).filter((name) => name !== "step").map((name) => sections[name][i]);

// A list with a label; `changed(text)` is called with what a person chose.
function choice(label, changed) {
  const select = element("select");
  select.addEventListener("change", () => changed(select.value));
  return {
    root: element("label", {}, element("span", { textContent: label }), select),
    offer(options, chosen) {
      select.replaceChildren(...options.map(([value, textContent]) => element("option", { value, textContent })));
      select.value = chosen;
    },
  };
}
