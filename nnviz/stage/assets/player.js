// Playback: decides which frame is shown when, and requests frames from the server.

import { batchStart, framesQuery } from "./address.js";
import { START, after } from "./clock.js";
import { Fetcher, Refusal } from "./fetcher.js";
import { Findings } from "./findings.js";
import { Past } from "./past.js";
import { Supply } from "./supply.js";
import { isSteep } from "./surface.js";
import { framesOf } from "./unpack.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const REMIND_MS = 500;
const CALM_MS = 250; // between two frames, if the system is set to reduced motion
const TELL_MS = 300; // of rest, before the session is told the step
const NUMBER = new Intl.NumberFormat("en");

export class Player {
  constructor(carrier, transport, scene) {
    Object.assign(this, { transport, scene, clock: START });
    this.run = null; // the header of runs/, the run's `name`, and the reason `stop` if it ends
    this.own = null; // {experiment, text}: `text` is JSON if no address can hold the experiment
    this.shown = null; // the frame on the screen
    this.changes = []; // {changes, wish}: to apply at the shown step, in this order
    this.single = new AbortController(); // the request for a single frame
    this.past = new Past();
    this.fetcher = new Fetcher(carrier, this);
    const sharpen = () => this.clock.mode === "rest" && this.show(this.shown, performance.now(), false);
    this.findings = new Findings(this.fetcher, (told) => this.advice.tell(told, transport.notices.stopped ?? ""), sharpen);
    this.supply = new Supply(this);
  }

  // The tracks of the Lab have frames of other kinds.
  framesOf(message) { return framesOf(message); }

  get stepsPerEpoch() { return this.run.steps_per_epoch; }

  // The step that is shown, or sought.
  get time() { return this.clock.goal ?? this.shown.step; }

  // --- time -----------------------------------------------------------------------------------

  dispatch(event) {
    const [state, effects] = after(this.clock, event);
    this.clock = state;
    const playing = state.mode === "play" || state.resume;
    if (this.isInFront && playing !== window.nnviz.playing) {
      window.nnviz.playing = playing;
      this.transport.showPlaying(playing);
    }
    for (const effect of effects) this[effect]();
  }

  // Shows the frame of the goal: from the past, from the batches, or from the server.
  look() {
    const { goal } = this.clock;
    this.single.abort();
    this.transport.showNotice("refused", null);
    const frame = this.past.at(goal) ?? this.supply.find(goal);
    if (frame) {
      this.paint(frame);
      return;
    }
    this.showTime(goal);
    this.fetchSingle(goal);
  }

  rest() {
    const { shown } = this;
    this.transport.showNotice("progress", null);
    const words = `Paused at step ${shown.step}. ${this.scene.describe(shown)}`;
    if (this.isInFront) this.transport.say(words);
    this.scene.diagram.draw(shown);
    this.refine();
    this.findings.rest(this.own.experiment, shown.step, isSteep(shown.surface) ? this.run.fine_side : 0);
    this.explaining?.follow();
    this.tellSoon();
    this.nextChange();
  }

  // Tells the session what is shown, if it still rests after a while.
  tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (!window.nnviz.playing && !this.isTold) this.tell();
    }, TELL_MS);
  }

  play() {
    this.transport.showNotice("refused", null);
    this.transport.announce(this.shown, performance.now(), true);
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame((now) => this.tick(now));
    this.nextChange();
  }

  // Shows one frame per animation frame: recorded ones first, then those of the server.
  tick(now) {
    if (this.clock.mode !== "play") return;
    this.ticket = requestAnimationFrame((next) => this.tick(next));
    if (!this.isWatched || (CALM.matches && now - this.shownAt < CALM_MS)) return;
    const frame = this.clock.held ? null : this.upcoming();
    if (frame) {
      this.shownAt = now;
      this.paint(frame, now);
    } else {
      this.dispatch({ type: "dry" });
      if (this.clock.mode === "play") window.nnviz.stalls += 1;
    }
    this.replenish();
    const shared = batchStart(this.shown.step, 2 * this.supply.every, this.supply.count);
    if (this.clock.mode === "play") this.findings.play(this.own.experiment, shared, now);
  }

  upcoming() {
    const moment = this.past.next(this.shown.step);
    return moment?.surface ? moment : this.supply.next(this.shown.step, this.clock.end);
  }

  // --- frames ---------------------------------------------------------------------------------

  replenish() {
    const { mode, held, end } = this.clock;
    if (held || !this.isWatched || !this.shown) return;
    const from = this.past.recordedUntil(this.shown.step);
    if (mode === "play" || (mode === "rest" && from === this.shown.step)) this.supply.replenish(from, end, mode === "play");
  }

  // At rest: adds missing gradients to the shown frame, and fetches the next step.
  refine() {
    if (this.clock.mode === "rest" && this.supply.gradients && !this.shown.gradients) this.fetchSingle(this.shown.step);
    this.replenish();
  }

  askFrames(query, options) {
    const progress = ({ step, goal }) => {
      if (this.clock.mode === "rest") return;
      const words = `Training up to step ${NUMBER.format(goal)}: step ${NUMBER.format(step)} is reached.`;
      this.transport.showNotice("progress", words);
    };
    return this.fetcher.get("frames", query, { progress, ...options });
  }

  async fetchSingle(from) {
    this.single.abort();
    const { signal } = (this.single = new AbortController());
    const { experiment, gradients } = this.supply;
    const message = (found) => !signal.aborted && this.arrive(framesOf(found));
    try {
      this.end(await this.askFrames(framesQuery({ experiment, from, gradients }), { signal, message }));
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  // Takes new frames: one may be the goal, others may fill holes of the past.
  arrive(frames) {
    const { mode, goal } = this.clock;
    this.transport.showNotice("progress", null);
    for (const frame of frames) {
      const isGoal = mode === "seek" && frame.step === goal;
      const isBetter = mode === "rest" && frame.step === this.shown.step && frame.gradients && !this.shown.gradients;
      if (isGoal) this.single.abort();
      if (isGoal || isBetter) this.paint(frame);
      else if (frame.step <= this.past.last.step) this.past.put(frame);
    }
  }

  // Takes the end record of an answer, which may say that the run stops.
  end({ stopped }) {
    if (!stopped) return;
    this.run.stop = stopped;
    this.past.truncate(stopped.step);
    this.showStop();
    this.dispatch({ type: "end", step: stopped.step });
  }

  // Shows a refusal. At rest it is ignored: nobody waits, and the request will be repeated.
  refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    const { held, mode } = this.clock;
    if (!held && mode === "rest") return;
    if (held) this.tell(this.changes.shift().wish);
    this.dispatch({ type: held ? "release" : "pause" });
    this.transport.showNotice("refused", error.words);
    this.nextChange();
  }

  // --- changes --------------------------------------------------------------------------------

  // `changes`: texts "field-value". `wish` is the number of a wish of the session; it includes all
  // earlier wishes that were not answered.
  change(changes, wish = null) {
    const [current] = this.clock.held ? this.changes : [];
    if (wish !== null) this.changes = this.changes.filter((other) => other === current || other.wish === null);
    this.changes.push({ changes, wish });
    this.nextChange();
    // The session waits one second for an answer to a wish, so it is told the step repeatedly.
    const remind = () => this.changes.some((one) => one.wish === wish) && (this.tell(), setTimeout(remind, REMIND_MS));
    if (wish !== null) setTimeout(remind, REMIND_MS);
  }

  // Starts the next change. It waits while another step is sought, to be made at that step.
  nextChange() {
    if (!this.changes.length || !this.shown || this.clock.held || this.clock.mode === "seek") return;
    const [{ changes, wish }] = this.changes;
    this.single.abort();
    this.dispatch({ type: "hold" });
    this.supply.change(this.shown.step, changes, (header, frame) => this.adopt(header, frame, wish));
  }

  // Takes over the changed run; its past stays the same up to the change.
  adopt({ experiment, live, own = null, same_until: until }, frame, wish) {
    this.changes.shift();
    this.own = { experiment, text: own };
    Object.assign(this.run, { live, stop: null });
    this.supply.experiment = experiment;
    this.abandon(Math.min(frame.step, until ?? frame.step));
    this.findings.forget();
    this.transport.showNotice("refused", null);
    this.record(frame, performance.now());
    this.tell(wish);
    this.dispatch({ type: "release", end: null });
    this.nextChange();
  }

  abandon(step) {
    this.past.truncate(step);
    this.scene.curves.abandon(step);
  }

  // --- display --------------------------------------------------------------------------------

  paint(frame, now = performance.now()) {
    if (this.shown.step !== frame.step) window.nnviz.painted += 1;
    this.record(frame, now);
    this.dispatch({ type: "painted", step: frame.step });
  }

  record(frame, now) {
    this.show(frame, now, this.past.put(frame));
  }

  show(frame, now, live) {
    this.shown = frame;
    const playing = this.clock.mode === "play";
    const surface = this.findings.surfaceOf(frame.step) ?? frame.surface;
    this.scene.draw({ ...frame, surface }, now, { playing, live, rates: this.run.live.learning_rate });
    this.transport.tiles.show(frame, this.run.has_test);
    this.showTime(frame.step);
    this.showStop();
    if (playing) this.transport.announce(frame, now);
    this.explaining?.follow();
    if (this.isInFront) this.report();
  }

  // Says what the visitor sees; the page Lab says it of its own runs.
  report() {
    const { step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = this.shown;
    window.nnviz.frame = { run: this.run.name, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  showTime(step) {
    this.transport.showTime(step, this.past.last.step, this.run.live.learning_rate);
  }

  // Shows the stop reason at the last step only.
  showStop() {
    const { stop } = this.run;
    const isThere = stop && this.shown.step === stop.step;
    this.transport.showNotice("stopped", isThere ? `Stopped at step ${stop.step}: ${stop.cause} ${stop.advice}` : null);
  }
}
