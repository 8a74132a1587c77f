// The view Race of the Lab: two to four experiments on one clock, side by side.

import { joined } from "./address.js";
import { Chart } from "./chart.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { RaceMenu } from "./race_menu.js";
import { DASHES, LETTERS, Racer, placesOf } from "./racer.js";
import { framesOf } from "./unpack.js";

const LETTER_PIXELS = 7; // of a name beside its line
const LONGEST_NAME = 18;
const WRITE_MS = 90; // between two times that the numbers are written while the race plays
const PARTS = { lossTest: "Test loss", lossTrain: "Train loss" };

export class RaceView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, race: null, racers: [], part: "lossTest", theme: null, writtenAt: 0 });
    this.menu = new RaceMenu({
      choose: (texts) => lab.change(texts),
      check: (text) => this.ask(text, this.asking.signal),
    });
    this.asking = new AbortController();
    this.chart = new Chart("Loss of all racers over time", (time) => lab.go(Math.round(time * this.unit)));
    this.field = element("div", { className: "nnv-race-field" });
    this.chartTitle = element("h3");
    this.parts = Object.keys(PARTS).map((part) => this.toggle(PARTS[part], () => this.showPart(part)));
    this.logarithmic = this.toggle("Logarithmic", () => this.setLog(!this.chart.log));
    const tools = element("div", { className: "nnv-race-tools" }, ...this.parts, this.logarithmic);
    this.plot = element("div", { className: "nnv-race-plot" }, element("div", { className: "nnv-race-plot-head" }, this.chartTitle, tools), this.chart.root);
    this.body = element("div", { className: "nnv-race-body" }, this.field, this.plot);
    host.append(this.menu.head, this.body, this.menu.form);
  }

  toggle(textContent, act) {
    const button = element("button", { type: "button", textContent });
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", act);
    return button;
  }

  key() { return [this.lab.settings.race, this.lab.settings.clock].join(" "); }

  textOf(experiment) { return this.race?.racers.find((racer) => racer.experiment === experiment)?.own; }

  // Returns the answer to what a race is.
  async ask(text, signal) {
    const { base, settings } = this.lab;
    let race = null;
    const query = joined(base.experiment, `race=${encodeURIComponent(text)}&clock=${settings.clock}`);
    await this.lab.ask("race", query, { signal, message: ({ header }) => (race = header) });
    return race;
  }

  async open(signal) {
    const { settings, stage } = this.lab;
    const race = await this.ask(settings.race, signal).catch((error) => this.offer(error, signal));
    const runs = await inTurn(race.racers, ({ experiment }) => stage.fetchRun(experiment, signal));
    signal.throwIfAborted();
    this.build(race, runs.map(({ header }) => header));
    const tracks = runs.map(({ header }) => ({
      kind: "frames", experiment: header.experiment, counts: header.counts, stepsPerEpoch: header.steps_per_epoch, framesOf: shownParts,
    }));
    return { tracks, clock: settings.clock };
  }

  // The experiment cannot have these racers: offers the ready races in their place.
  async offer(error, signal) {
    if (!(error instanceof Refusal) || this.lab.settings.race === "") throw error;
    const race = await this.ask("", signal);
    this.clear();
    this.menu.show({ ...race, racers: [], differs: "", same: [] }, this.lab.settings);
    throw error;
  }

  build(race, runs) {
    const { settings } = this.lab, { activeElement } = document, isInside = this.field.contains(activeElement);
    this.clear();
    Object.assign(this, { race, asking: new AbortController(), recalled: false });
    this.perEpoch = runs.map(({ steps_per_epoch: steps }) => steps);
    const byEpochs = settings.clock === "epochs", hasTest = runs.every(({ has_test: has }) => has);
    this.unit = byEpochs ? this.perEpoch[0] : 1;
    this.ranking = race.by === "accuracy" ? (hasTest ? "accuracyTest" : "accuracyTrain") : hasTest ? "lossTest" : "lossTrain";
    this.racers = race.racers.map((racer, i) => new Racer(i, racer, runs[i], {
      open: (step) => this.lab.openRun(racer, step),
      remove: race.racers.length > 2 ? () => this.remove(i) : null,
    }));
    this.field.replaceChildren(...this.racers.map(({ root }) => root));
    this.body.dataset.count = String(this.racers.length);
    this.menu.show(race, settings);
    this.parts[0].disabled = !hasTest;
    this.names = race.racers.map(({ changed }, i) => {
      const said = changed.length === 1 ? changed[0].shown : "";
      return said && said.length <= LONGEST_NAME ? `${LETTERS[i]} ${said}` : LETTERS[i];
    });
    const room = LETTER_PIXELS * Math.max(...this.names.map(({ length }) => length)) + 4;
    this.chart.unit = byEpochs ? "epochs" : "updates";
    this.chart.setSeries([], [], room);
    this.showPart(hasTest ? this.part : "lossTrain");
    if (isInside) this.racers[0].focus();
  }

  clear() {
    this.asking.abort();
    this.field.replaceChildren();
    Object.assign(this, { racers: [], race: null });
  }

  remove(i) {
    const left = this.race.racers.filter((_, k) => k !== i);
    this.lab.change({ race: left.map(({ variant }) => variant).join(";") });
  }

  // --- the chart ------------------------------------------------------------------------------

  showPart(part) {
    this.part = part;
    this.chartTitle.textContent = `${PARTS[part]} of all racers`;
    Object.keys(PARTS).forEach((name, i) => this.parts[i].setAttribute("aria-pressed", String(name === part)));
    this.colourLines();
  }

  setLog(log) {
    this.logarithmic.setAttribute("aria-pressed", String(log));
    this.chart.setLog(log);
  }

  // The chart has the lines of both losses; those of the other one are not drawn.
  colourLines() {
    const { palette } = this.theme ?? {};
    this.chart.series = Object.keys(PARTS).flatMap((part) =>
      this.racers.map((_, i) => ({ name: this.names[i], dash: DASHES[i], colour: part === this.part && palette?.[`racer_${i + 1}`] })));
    this.chart.draw();
  }

  // Takes over the losses before the shown time, for which there were no frames.
  async recall(frames, time) {
    this.recalled = true;
    const { signal } = this.asking;
    const histories = await inTurn(this.race.racers, ({ experiment }, i) => this.lab.stage.fetchCurve(experiment, frames[i].step, signal));
    const ratio = (i) => (this.unit === 1 ? 1 : this.perEpoch[i] / this.unit);
    const rows = histories.map((blocks) => blocks.flatMap((block) => Array.from(block.step, (step, k) => ({ step, lossTest: block.lossTest[k], lossTrain: block.lossTrain[k] }))));
    const next = rows.map(() => 0);
    const at = (i, step) => {
      while (rows[i][next[i] + 1]?.step <= step + 1e-6) next[i] += 1;
      return rows[i][next[i]];
    };
    const times = rows[0].map(({ step }) => step).filter((step) => step < time);
    this.chart.recall(times.map((step) => [step / this.unit, valuesOf(rows.map((_, i) => at(i, step * ratio(i))))]));
  }

  // --- the view -------------------------------------------------------------------------------

  show(frames, { step, playing }) {
    this.racers.forEach((racer, i) => racer.paint(frames[i]));
    if (!playing || performance.now() - this.writtenAt > WRITE_MS) this.write(frames);
    this.chart.add(step / this.unit, valuesOf(frames));
    window.nnviz.steps = frames.map((frame) => frame.step);
  }

  write(frames) {
    const places = placesOf(frames, this.ranking), { tracks } = this.lab.player;
    this.racers.forEach((racer, i) => racer.write(frames[i], places[i], tracks[i].stop));
    this.writtenAt = performance.now();
  }

  rest(frames, { step }) {
    this.write(frames);
    this.racers.forEach((racer, i) => racer.note(frames[i]));
    if (step > 0 && !this.recalled && this.chart.points.moments[0]?.step > 0) {
      this.recall(frames, step).catch((error) => this.asking.signal.aborted || this.lab.refused(error.words ?? String(error)));
    }
  }

  setTheme(theme) {
    if (!theme) return;
    this.theme = theme;
    for (const racer of this.racers) racer.setTheme(theme);
    this.colourLines();
    this.chart.setTheme(theme);
  }

  describe() { return this.racers.map((racer) => racer.words).join(" "); }

  close() { this.asking.abort(); }
}

// Asks for one after the other: a server lets only a few questions of one visit wait.
async function inTurn(racers, ask) {
  const answers = [];
  for (const [i, racer] of racers.entries()) answers.push(await ask(racer, i));
  return answers;
}

const valuesOf = (frames) => Object.keys(PARTS).flatMap((part) => frames.map((frame) => frame[part]));

// A racer shows no maps and no weights, so its frames need not hold them.
const shownParts = (message) => framesOf(message).map(({ maps, weights, gradients, ...rest }) => rest);
