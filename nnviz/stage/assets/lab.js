// The page Lab: which view is open, its settings, and the moment that all of its runs show.

import { EnsembleView } from "./ensemble_view.js";
import { Refusal } from "./fetcher.js";
import { HiddenView } from "./hidden_view.js";
import { buildLab, showQuestion } from "./lab_page.js";
import { LabPlayer } from "./lab_player.js";
import { LandscapeView } from "./landscape_view.js";
import { LibrariesView } from "./libraries_view.js";
import { MetricsView } from "./metrics_view.js";
import { ModelsView } from "./models_view.js";
import { RaceView } from "./race_view.js";
import { Tabs } from "./tabs.js";

const VIEWS = { race: RaceView, ensemble: EnsembleView, landscape: LandscapeView, hidden: HiddenView, metrics: MetricsView, models: ModelsView, libraries: LibrariesView };
const SETTINGS = { lab: "race", race: "", clock: "updates", seeds: "32", vary: "weights", against: "", plane: "path", upto: "", layer: "", threshold: "0.5", set: "test", model: "" };
const NUMBER = new Intl.NumberFormat("en");

export class Lab {
  constructor(stage) {
    const root = (this.root = buildLab(stage.root));
    Object.assign(this, { stage, isOn: false, settings: { ...SETTINGS }, start: { step: 0, play: false }, opened: null, theme: null });
    this.notice = root.querySelector(".nnv-lab-notice");
    this.slider = root.querySelector("[data-testid='nnviz-lab-time']");
    this.stepText = root.querySelector("[data-testid='nnviz-lab-step']");
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.opening = new AbortController();
    this.player = new LabPlayer(this);
    this.views = Object.fromEntries(Object.entries(VIEWS).map(([name, View]) => [name, new View(root.querySelector(`.nnv-tab-${name}`), this)]));
    this.tabs = new Tabs(root, (name) => this.change({ lab: name }));
    this.showTab();
    stage.scene.use(this);
  }

  get view() { return this.views[this.settings.lab]; }
  get fetcher() { return this.stage.fetcher; }
  get transport() { return this.stage.transport; }
  get isSeen() { return this.isOn && this.stage.isSeen; }
  get isPlaying() { return this.player.isPlaying; }
  get step() { return this.player.clock.shown; }

  // The experiment of the playground: its text in addresses, and its JSON if that is only a digest.
  get base() { return { experiment: this.stage.own.experiment, own: this.stage.own.text }; }

  // The run of the playground as a track.
  get track() {
    const { own: { experiment }, run } = this.stage;
    return { kind: "frames", experiment, counts: run.counts, stepsPerEpoch: run.steps_per_epoch };
  }

  // The JSON of an experiment of the open view whose address is only a digest.
  textOf(experiment) { return this.view.textOf?.(experiment); }

  // --- the page -------------------------------------------------------------------------------

  // Shows or hides the page. It begins at the moment of the playground.
  turn(on) {
    this.isOn = on;
    this.root.hidden = !on;
    this.departing = false;
    if (on && this.stage.shown) this.start = { step: this.stage.time, play: false };
    this.refresh();
  }

  // Takes over the settings of a link.
  begin(view) {
    const given = Object.keys(SETTINGS).filter((name) => typeof view[name] === "string");
    Object.assign(this.settings, Object.fromEntries(given.map((name) => [name, view[name]])));
    this.start = { step: this.start.step, play: view.play === true };
    this.showTab();
    this.refresh();
  }

  // The stage shows another run.
  setRun() {
    this.start = { ...this.start, step: this.stage.time };
    this.refresh();
  }

  showTab() {
    if (this.tabs.name !== this.settings.lab) this.tabs.choose(this.settings.lab);
    showQuestion(this.root, this.settings.lab);
  }

  // Changes settings, by the names and texts of a link, and tells the session.
  change(texts) {
    const isNew = Object.entries(texts).some(([name, text]) => this.settings[name] !== text);
    if (!isNew) return;
    const isOther = "lab" in texts;
    Object.assign(this.settings, texts);
    if (isOther) this.showTab();
    this.stage.outbox.put({ lab: { ...this.settings } });
    this.refresh();
  }

  // Opens the view again, if it is to show something else.
  refresh() {
    const key = this.isOn && !this.departing && this.stage.shown ? [this.settings.lab, this.base.experiment, this.fetcher.version, this.view.key()].join(" ") : null;
    if (key === this.key) return;
    this.key = key;
    this.opening.abort();
    this.say(null);
    if (this.opened) {
      this.start = { step: this.player.time, play: this.player.isPlaying };
      this.player.stop();
      this.opened.close();
      this.opened = null;
    }
    if (key !== null) this.open();
  }

  async open() {
    const { signal } = (this.opening = new AbortController()), { view } = this;
    try {
      const { tracks, clock = "updates" } = await view.open(signal);
      if (signal.aborted) return;
      this.opened = view;
      view.setTheme(this.theme);
      this.player.use(tracks, clock, this.start.step, this.start.play);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.say(error.words);
    }
  }

  // Opens a run in the playground, at a step: the session changes the page.
  openRun(run, step) {
    this.departing = true;
    this.refresh();
    this.stage.openOther(run, step);
  }

  // The session has answered; if it has refused the run, this page stays.
  settle(isNew) {
    if (!this.departing || isNew || this.stage.outbox.latest("apply")) return;
    this.departing = false;
    this.refresh();
  }

  // Asks a question of a view; `message` is called with each message of the answer.
  ask(kind, query, { signal, message }) {
    return this.fetcher.get(kind, query, { signal, message, progress: ({ step, goal }) => this.progress(step, goal) });
  }

  setTheme(theme) {
    this.theme = theme;
    this.opened?.setTheme(theme);
  }

  // --- time -----------------------------------------------------------------------------------

  // Goes to a moment; a refusal before it no longer counts.
  go(to) {
    this.say(null);
    this.player.dispatch({ type: "go", to });
  }

  show(frames, time) {
    const { mode } = this.player.clock, [first] = frames;
    this.opened.show(frames, { step: time, playing: mode === "play" });
    this.showTime(time);
    const { step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = first;
    window.nnviz.frame = { run: this.key, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  rested(frames, time) {
    this.opened.rest(frames, { step: time });
    this.transport.say(`Paused at step ${time}. ${this.opened.describe()}`);
    this.stage.tellSoon();
  }

  showTime(time) {
    this.slider.max = String(this.player.last);
    this.slider.value = String(time);
    this.slider.setAttribute("aria-valuetext", `step ${time}`);
    this.stepText.textContent = `Step ${NUMBER.format(time)}`;
  }

  // Says how far the training before a picture is, or nothing for null.
  progress(step, goal) {
    this.say(step === null ? null : `Training up to step ${NUMBER.format(goal)}: step ${NUMBER.format(step)} is reached.`);
  }

  refused(words) { this.say(words); }

  say(words) {
    this.notice.hidden = !words;
    this.notice.textContent = words ?? "";
  }
}
