// Time on the stage: which frame is shown when, and what is asked of the server for it.

import { actionsOf } from "./actions.js";
import { batchStart, framesQuery } from "./address.js";
import { Carrier } from "./carrier.js";
import { START, after } from "./clock.js";
import { build } from "./dom.js";
import { Fetcher, Refusal } from "./fetcher.js";
import { Findings } from "./findings.js";
import { Outbox } from "./outbox.js";
import { Past } from "./past.js";
import { Scene } from "./scene.js";
import { Supply } from "./supply.js";
import { Transport } from "./transport.js";
import { LOST, Trouble, progressOf, sentence, stopOf } from "./trouble.js";
import { framesOf } from "./unpack.js";
import { Wishes } from "./wishes.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CALM_MS = 250; // between two pictures, for those who asked their system for less motion
const TELL_MS = 300; // of rest, before the session is told where

export class Player {
  constructor(parent) {
    this.clock = START;
    this.run = null; // what is known of the run: the header of runs/, its `name` and why it `stop`s
    this.own = null; // {experiment, text}: the text when no address can hold the experiment
    this.shown = null; // the frame on the screen
    this.displayed = true;
    this.single = new AbortController(); // the one frame that was asked for
    this.root = build(parent);
    this.actions = actionsOf(this);
    this.transport = new Transport(this.root, this.actions);
    this.trouble = new Trouble((text) => this.transport.showNotice(text));
    this.scene = new Scene(this.root, this.actions);
    this.past = new Past();
    const send = (...message) => this.trigger(...message);
    this.outbox = new Outbox((edits) => send("tell", edits));
    this.carrier = new Carrier(send, (kind) => (window.nnviz.carrier = kind));
    this.fetcher = new Fetcher(this.carrier, {
      lost: () => this.trouble.set("lost", LOST),
      found: () => this.found(),
      moved: () => this.moved(),
      isSeen: () => this.isSeen,
      own: (query) => (query.startsWith(this.own.experiment) ? this.own.text : null),
      introduce: () => this.tell(),
    });
    this.findings = new Findings(
      (...asked) => this.fetcher.get("moment", ...asked),
      (findings) => this.transport.showFindings(findings),
    );
    this.supply = new Supply((...asked) => this.askFrames(...asked), {
      frames: (frames) => this.arrive(frames),
      end: (end) => this.learnEnd(end),
      refused: (error) => this.refuse(error),
    });
    this.wishes = new Wishes((wish) => this.change(wish));
  }

  get isSeen() {
    return this.displayed && !document.hidden;
  }

  get atTip() {
    return this.shown.step >= this.past.last.step;
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
    this.trouble.set("refused", null);
    const frame = this.past.at(goal) ?? this.supply.find(goal);
    if (frame) this.paint(frame);
    else {
      this.showTime(goal);
      this.fetchSingle(goal);
    }
  }

  rest() {
    const { shown } = this;
    this.trouble.set("progress", null);
    this.transport.announce(shown, false, performance.now(), true);
    this.scene.diagram.draw(shown);
    this.refine();
    this.findings.rest(this.own.experiment, shown.step);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const isTold = this.told === `${this.own.experiment} ${this.shown.step}`;
      if (this.clock.mode === "rest" && !isTold) this.tell();
    }, this.told ? TELL_MS : 0);
    this.wishes.next();
  }

  play() {
    this.trouble.set("refused", null);
    this.transport.announce(this.shown, true, performance.now(), true);
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame((now) => this.tick(now));
    this.wishes.next();
  }

  // One frame for each frame of the display: of the past up to its end, then of the server.
  tick(now) {
    if (this.clock.mode !== "play" || !this.root.isConnected) return;
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
    const progress = (reached) => this.clock.mode !== "rest" && this.trouble.set("progress", progressOf(reached));
    return this.fetcher.get("frames", query, { progress, ...options });
  }

  async fetchSingle(from) {
    this.single.abort();
    const { signal } = (this.single = new AbortController());
    const { experiment, gradients } = this.supply;
    const message = (found) => !signal.aborted && this.arrive(framesOf(found));
    try {
      this.learnEnd(await this.askFrames(framesQuery({ experiment, from, gradients }), { signal, message }));
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  // Frames have come: some were waited for, some fill a hole of the past.
  arrive(frames) {
    this.trouble.set("progress", null);
    for (const frame of frames) {
      const isGoal = this.clock.mode === "seek" ? frame.step === this.clock.goal : false;
      const isBetter = this.clock.mode === "rest" && frame.step === this.shown.step && frame.gradients && !this.shown.gradients;
      if (isGoal) this.single.abort();
      if (isGoal || isBetter) this.paint(frame);
      else if (frame.step <= this.past.last.step) this.past.put(frame);
    }
  }

  learnEnd({ stopped }) {
    if (!stopped) return;
    this.run.stop = stopped;
    this.past.truncate(stopped.step);
    this.showStop();
    this.dispatch({ type: "end", step: stopped.step });
  }

  // What nobody is waiting for is not worth a word: it will be asked for again.
  refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    const { current } = this.wishes;
    if (!current && this.clock.mode === "rest") return;
    this.dispatch({ type: current ? "release" : "stop" });
    this.trouble.set("refused", sentence(error.rule));
    if (!current) return;
    this.tell(current.wish);
    this.wishes.done();
  }

  // --- changes --------------------------------------------------------------------------------

  // Returns whether the change could be begun: on the way to another step it must wait.
  change({ changes, wish }) {
    if (!this.shown || this.clock.mode === "seek") return false;
    const { step } = this.shown;
    this.single.abort();
    this.dispatch({ type: "hold" });
    this.supply.change(step, changes, (header, frame) => this.adopt(header, frame, wish));
    return true;
  }

  // The run is another one from here on; its past is the same.
  adopt({ experiment, live, own = null, same_until: until }, frame, wish) {
    this.own = { experiment, text: own };
    Object.assign(this.run, { live, stop: null });
    this.supply.experiment = experiment;
    this.abandon(Math.min(frame.step, until ?? frame.step));
    this.findings.forget();
    this.trouble.set("refused", null);
    this.record(frame, performance.now());
    this.tell(wish);
    this.dispatch({ type: "release", end: null });
    this.wishes.done();
  }

  abandon(step) {
    this.past.truncate(step);
    this.scene.curves.abandon(step);
  }

  // --- what is seen ---------------------------------------------------------------------------

  paint(frame, now = performance.now()) {
    const again = this.shown.step === frame.step;
    this.record(frame, now);
    if (!again) window.nnviz.painted += 1;
    this.dispatch({ type: "painted", step: frame.step });
  }

  record(frame, now) {
    const isNew = this.past.put(frame);
    this.show(frame, now, isNew);
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
    const { moments } = this.past;
    this.transport.showTime(this.past.indexOf(step), moments.length, step, rate, step < this.past.last.step);
  }

  // The reason is told where it belongs: at the last step.
  showStop() {
    const { stop } = this.run;
    this.trouble.set("stopped", stop && this.shown.step === stop.step ? stopOf(stop) : null);
  }
}
