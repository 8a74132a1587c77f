// Time on the stage: which frame is shown when, and what is asked of the server for it.

import { batchStart, framesQuery } from "./address.js";
import { START, after } from "./clock.js";
import { Fetcher, Refusal } from "./fetcher.js";
import { Findings } from "./findings.js";
import { Past } from "./past.js";
import { Supply } from "./supply.js";
import { framesOf } from "./unpack.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const REMIND_MS = 500;
const CALM_MS = 250; // between two pictures, for those who asked their system for less motion
const TELL_MS = 300; // of rest, before the session is told where
const NUMBER = new Intl.NumberFormat("en");

export class Player {
  constructor(carrier, transport, scene) {
    Object.assign(this, { transport, scene, clock: START });
    this.run = null; // what is known of the run: the header of runs/, its `name` and why it `stop`s
    this.own = null; // {experiment, text}: the text when no address can hold the experiment
    this.shown = null; // the frame on the screen
    this.changes = []; // {changes, wish}: at the shown step, one after the other
    this.single = new AbortController(); // the one frame that was asked for
    this.past = new Past();
    this.fetcher = new Fetcher(carrier, this);
    this.findings = new Findings(this.fetcher, (findings) => transport.showFindings(findings));
    this.supply = new Supply(this);
  }

  // --- time -----------------------------------------------------------------------------------

  dispatch(event) {
    const [state, effects] = after(this.clock, event);
    this.clock = state;
    const playing = state.mode === "play" || state.resume;
    if (playing !== window.nnviz.playing) {
      window.nnviz.playing = playing;
      this.transport.showPlaying(playing);
    }
    for (const effect of effects) this[effect]();
  }

  // The frame of the goal: recorded, already here, or to be fetched.
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
    this.transport.announce(shown, false, performance.now(), true);
    this.scene.diagram.draw(shown);
    this.refine();
    this.findings.rest(this.own.experiment, shown.step);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.clock.mode === "rest" && !this.isTold) this.tell();
    }, TELL_MS);
    this.nextChange();
  }

  play() {
    this.transport.showNotice("refused", null);
    this.transport.announce(this.shown, true, performance.now(), true);
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame((now) => this.tick(now));
    this.nextChange();
  }

  // One frame for each frame of the display: of the past up to its end, then of the server.
  tick(now) {
    if (this.clock.mode !== "play") return;
    this.ticket = requestAnimationFrame((next) => this.tick(next));
    if (!this.isSeen || (CALM.matches && now - this.shownAt < CALM_MS)) return;
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
    if (held || !this.isSeen || !this.shown) return;
    const from = this.past.recordedUntil(this.shown.step);
    if (mode === "play" || (mode === "rest" && from === this.shown.step)) this.supply.replenish(from, end, mode === "play");
  }

  // At rest: what is shown has all that is to be seen, and the next step is prepared.
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

  // Frames have come: some were waited for, some fill a hole of the past.
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

  // What the end of an answer says of the end of the run.
  end({ stopped }) {
    if (!stopped) return;
    this.run.stop = stopped;
    this.past.truncate(stopped.step);
    this.showStop();
    this.dispatch({ type: "end", step: stopped.step });
  }

  // What nobody is waiting for is not worth a word: it will be asked for again.
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

  // `changes`: texts "field-value". A wish of the session (its number) holds all that was wished
  // for and has not been answered.
  change(changes, wish = null) {
    const [current] = this.clock.held ? this.changes : [];
    if (wish !== null) this.changes = this.changes.filter((other) => other === current || other.wish === null);
    this.changes.push({ changes, wish });
    this.nextChange();
    // The session waits for a wish a second at most: while it is carried out, it hears where.
    const remind = () => this.changes.some((one) => one.wish === wish) && (this.tell(), setTimeout(remind, REMIND_MS));
    if (wish !== null) setTimeout(remind, REMIND_MS);
  }

  // On the way to another step a change waits: it is meant for what will be seen.
  nextChange() {
    if (!this.changes.length || !this.shown || this.clock.held || this.clock.mode === "seek") return;
    const [{ changes, wish }] = this.changes;
    this.single.abort();
    this.dispatch({ type: "hold" });
    this.supply.change(this.shown.step, changes, (header, frame) => this.adopt(header, frame, wish));
  }

  // The run is another one from here on; its past is the same.
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

  // --- what is seen ---------------------------------------------------------------------------

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
    this.scene.draw(frame, now, { playing, live });
    this.transport.showFrame(frame, this.run.has_test);
    this.showTime(frame.step);
    this.showStop();
    if (playing) this.transport.announce(frame, true, now);
    const { step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = frame;
    window.nnviz.frame = { run: this.run.name, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  showTime(step) {
    const rate = this.run.live.learning_rate.findLast(([from]) => from <= step)[1];
    const { moments, last } = this.past;
    this.transport.showTime(this.past.indexOf(step), moments.length, step, rate, step < last.step);
  }

  // The reason is told where it belongs: at the last step.
  showStop() {
    const { stop } = this.run;
    const isThere = stop && this.shown.step === stop.step;
    this.transport.showNotice("stopped", isThere ? `Stopped at step ${stop.step}: ${stop.cause} ${stop.advice}` : null);
  }
}
