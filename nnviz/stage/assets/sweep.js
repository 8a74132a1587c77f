// The page Sweep: plans a sweep, asks for its parts one after the other, and shows what they come to.

import { joined } from "./address.js";
import { Refusal } from "./fetcher.js";
import { SweepCurves } from "./sweep_curves.js";
import { SweepForm } from "./sweep_form.js";
import { SweepGrid } from "./sweep_grid.js";
import { buildSweep } from "./sweep_page.js";
import { SweepParallel } from "./sweep_parallel.js";
import { MEASURES, Results, inWords, written } from "./sweep_results.js";
import { SweepTable } from "./sweep_table.js";
import { columnsOf, part, rowOf } from "./unpack.js";

const SECOND_MS = 1000;
const MOST_BYTES = 8e6; // of a file
const SURE_MS = 400; // after which the time so far says how long the rest takes
const FEW_AXES = 2; // that a grid can show

export class Sweep {
  constructor(stage) {
    const root = (this.root = buildSweep(stage.root));
    Object.assign(this, { stage, isOn: false, text: "", plan: null, results: null, measure: MEASURES.accuracy, departing: false });
    this.find = (name) => root.querySelector(`[data-testid='nnviz-sweep-${name}']`);
    this.planning = this.running = new AbortController();
    this.form = new SweepForm(root, {
      change: (text) => this.change(text),
      ready: (ready) => this.openReady(ready),
      file: (file) => this.openFile(file),
    });
    const actions = { look: (combination) => this.look(combination), open: (combination) => this.openRun(combination) };
    this.grid = new SweepGrid(actions);
    this.parallel = new SweepParallel(actions);
    this.curves = new SweepCurves(root.querySelector(".nnv-sweep-side"), (training) => this.openTraining(training));
    this.table = new SweepTable(root.querySelector(".nnv-sweep-rows"), { ...actions, own: () => stage.own.text });
    this.find("start").addEventListener("click", () => this.start());
    this.find("cancel").addEventListener("click", () => this.cancel());
    for (const button of root.querySelectorAll("[data-by]")) button.addEventListener("click", () => this.showBy(button.dataset.by));
    stage.scene.use(this);
  }

  get fetcher() { return this.stage.fetcher; }
  get isRunning() { return Boolean(this.running.isGoing); }

  // --- the page -------------------------------------------------------------------------------

  turn(on) {
    this.isOn = on;
    this.root.hidden = !on;
    if (on) this.refresh();
    else this.cancel();
  }

  // Takes over the sweep of a link.
  begin(text) {
    this.text = text;
    this.refresh();
  }

  // The stage shows another run: it is the one that is swept.
  setRun() { this.refresh(); }

  // Changes the sweep, by its text in a link.
  change(text) {
    this.text = text;
    return this.refresh();
  }

  // Opens a sweep with its experiment, which the session checks.
  openReady({ experiment, own = null, sweep }) {
    this.text = sweep;
    if (experiment === this.stage.own.experiment) this.refresh();
    else this.stage.openOther({ experiment, own }, 0, true);
  }

  // Opens a file that this page has written. Its sweep is trained again, to the same bits.
  async openFile(file) {
    try {
      const { experiment, own, sweep } = file.size > MOST_BYTES ? {} : JSON.parse(await file.text()) ?? {};
      if (typeof experiment !== "string" || typeof sweep !== "string") throw new SyntaxError("no sweep");
      this.openReady({ experiment, own: typeof own === "string" ? own : null, sweep });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.say("The file must be a sweep in JSON that was downloaded from this page.");
    }
  }

  // Asks for the plan, if it is another one.
  async refresh() {
    if (!this.isOn || !this.stage.shown) return;
    const key = `${this.fetcher.version} ${this.stage.own.experiment} ${this.text}`;
    if (key === this.key) return;
    this.key = key;
    this.cancel();
    this.planning.abort();
    const { signal } = (this.planning = new AbortController());
    this.find("start").disabled = true;
    try {
      const plan = await this.ask("", signal);
      if (signal.aborted) return;
      this.take(plan);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.find("words").textContent = "";
      if (!this.plan && this.text) await this.change("");
      this.say(error.words);
    }
  }

  // Returns the plan of the sweep.
  async ask(more, signal) {
    const text = encodeURIComponent(this.text).replaceAll("%20", "+");
    let plan = null;
    await this.fetcher.get("sweeps", joined(this.stage.own.experiment, `sweep=${text}`, more), { signal, message: ({ header }) => (plan = header) });
    return plan;
  }

  take(plan) {
    const isNew = this.text !== plan.sweep || this.told !== plan.sweep;
    this.say(null);
    this.plan = plan;
    this.text = this.told = plan.sweep;
    this.key = `${this.fetcher.version} ${this.stage.own.experiment} ${this.text}`;
    if (isNew) this.stage.outbox.put({ sweep: plan.sweep });
    this.form.show(plan);
    this.find("words").textContent = plan.words;
    this.find("start").disabled = false;
    this.setResults(new Results(plan));
  }

  // --- training -------------------------------------------------------------------------------

  async start() {
    const { plan } = this, running = (this.running = new AbortController());
    running.isGoing = true;
    this.say(null);
    this.setResults(new Results(plan));
    this.showRunning(true);
    const began = performance.now(), { results } = this;
    const parts = plan.parts.entries(), done = plan.parts.map(() => 0); // updates made of each part
    const tell = (number, updates) => {
      done[number] = updates;
      this.progress(done.reduce((sum, one) => sum + one, 0) / (results.total * plan.steps), began);
    };
    const train = async () => {
      for (const [number, size] of parts) {
        await this.fetcher.get("sweep", joined(plan.query, `part=${number}`), {
          signal: running.signal,
          message: (message) => this.add(results, message),
          progress: ({ step }) => tell(number, step),
        });
        running.signal.throwIfAborted();
        tell(number, size * plan.steps);
      }
    };
    try {
      await Promise.all(Array.from({ length: plan.at_once }, train));
      this.tell(`Done: ${results.total} trainings in ${seconds(performance.now() - began)}.`);
    } catch (error) {
      if (!running.signal.aborted && !(error instanceof Refusal)) throw error;
      if (!running.signal.aborted) {
        this.say(error.words);
        this.tell("Stopped.");
      }
    } finally {
      running.isGoing = false;
      if (running === this.running) this.showRunning(false);
    }
  }

  cancel() {
    if (!this.isRunning) return;
    this.running.abort();
    this.running.isGoing = false;
    this.showRunning(false);
    this.tell("Cancelled. What was trained stays; Start goes on from there.");
  }

  add(results, { header, sections }) {
    if (results !== this.results) return;
    const columns = columnsOf(sections);
    const trainings = header.ended.map((ended, i) => ({
      ...rowOf(columns, i), ended,
      surface: { side: sections.surface.shape[1], scale: sections.surface_scale[i], top: sections.surface.top, levels: part(sections.surface, i) },
      curve: { steps: part(sections.curve_steps, i), train: part(sections.curve_train, i), test: part(sections.curve_test, i) },
    }));
    this.paint(results.add(trainings, header.failed).includes(this.looked));
  }

  progress(share, began) {
    const bar = this.find("progress"), spent = performance.now() - began;
    bar.value = share;
    const left = spent > SURE_MS && share > 0 ? (spent * (1 - share)) / share : SECOND_MS * this.plan.seconds * (1 - share);
    this.tell(`About ${seconds(left)} left.`, "off");
  }

  showRunning(runs) {
    const isFocused = document.activeElement === this.find("cancel");
    for (const name of ["progress", "cancel"]) this.find(name).hidden = !runs;
    this.find("progress").value = 0;
    this.find("start").hidden = runs;
    this.form.setDisabled(runs);
    if (runs) this.find("cancel").focus();
    else if (isFocused) this.find("start").focus();
  }

  // `live` is how a screen reader reads it: the time left is not read each time.
  tell(words, live = "polite") {
    const left = this.find("left");
    left.setAttribute("aria-live", live);
    left.textContent = words;
  }

  say(words) {
    const notice = this.find("notice");
    notice.hidden = !words;
    notice.textContent = words ?? "";
  }

  // --- the results ----------------------------------------------------------------------------

  setResults(results) {
    this.results = results;
    this.looked = null;
    this.picture = results.plan.axes.length > FEW_AXES ? this.parallel : this.grid;
    this.root.querySelector(".nnv-sweep-picture").replaceChildren(this.picture.root);
    for (const name of ["head", "body"]) this.root.querySelector(`.nnv-sweep-${name}`).hidden = false;
    this.root.querySelector(".nnv-sweep-of-seeds").hidden = results.nSeeds < 2 || this.picture === this.parallel;
    this.tell("");
    this.picture.setResults(results);
    this.table.setResults(results);
    this.curves.show(null);
    this.paint();
  }

  // `isLookedAt` is whether the numbers of the shown combination may have changed.
  paint(isLookedAt = true) {
    if (!this.results || !this.theme) return;
    const { results, measure } = this, scale = results.scale(measure);
    this.picture.paint(measure, scale, this.theme);
    this.table.paint(measure);
    const [name, low, , high] = this.root.querySelector(".nnv-sweep-legend > span").children;
    const [worst, best] = measure === MEASURES.loss ? [scale.high, scale.low] : [scale.low, scale.high];
    name.textContent = results.nameOf(measure);
    low.textContent = results.trainings.size ? written(worst, measure) : "low";
    high.textContent = results.trainings.size ? written(best, measure) : "high";
    if (this.looked !== null && isLookedAt) this.look(this.looked);
  }

  showBy(measure) {
    this.measure = measure;
    for (const button of this.root.querySelectorAll("[data-by]")) button.setAttribute("aria-pressed", String(button.dataset.by === measure));
    this.paint();
  }

  // Shows the curves of a combination.
  look(combination) {
    const { results, measure } = this, summary = results.summary(combination, measure);
    this.looked = combination;
    const words = inWords(summary, results.nameOf(measure), measure, results.nSeeds);
    for (const part of [this.picture, this.table]) part.mark(combination);
    this.curves.show({ title: results.titleOf(combination), words, summary, results, measure });
  }

  // Opens the median training of a combination in the playground, at its last step.
  openRun(combination) {
    const { shown } = this.results.summary(combination, this.measure);
    if (shown) this.openTraining(shown);
  }

  async openTraining({ index, step }) {
    const { signal } = this.planning;
    try {
      const { opened } = await this.ask(`cell=${index}`, signal);
      this.cancel();
      this.stage.openOther(opened, step);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.say(error.words);
    }
  }

  setTheme(theme) {
    this.theme = theme;
    this.paint();
  }
}

const seconds = (milliseconds) => `${Number((milliseconds / SECOND_MS).toPrecision(2))} s`;
