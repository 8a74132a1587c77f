// One stage on one page: what is shown, what is recorded, and what is asked of the server.
//
// What is shown is the truth. Frames in the queue are speculation; frames in the recorder are the
// past. Everything a person changes takes effect at the moment that is shown.

import { build } from "./dom.js";
import { listen } from "./keys.js";
import { Memory } from "./memory.js";
import { savePicture } from "./picture.js";
import { Placing } from "./placing.js";
import { Post } from "./post.js";
import { FrameQueue } from "./queue.js";
import { newRecorder } from "./recorder.js";
import { Scene } from "./scene.js";
import { Transport } from "./transport.js";

const AHEAD = 8; // frames kept ready while it is paused
const MOST_LAYERS = 8;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CALM_MS = 250; // between two pictures, for those who asked their system for less motion
const PULSE_MS = 5000;
const FASTEST = 512; // updates a frame, on the way to a step that was shown elsewhere
const LOST = "The server does not answer. What has been seen can be replayed; training goes on when it is back.";

export class Stage {
  constructor(parent, plotlyUrl) {
    this.shown = null;
    this.shownAt = 0;
    this.position = 0;
    this.playing = false;
    this.stopReason = null;
    this.goal = null;
    this.root = build(parent);
    const actions = this.actions();
    this.transport = new Transport(this.root, actions);
    this.post = new Post({
      message: (...message) => this.take(...message),
      again: () => this.scene.refreshTheme(),
      lost: () => this.transport.showNotice(LOST),
      found: () => {
        this.transport.showNotice(null);
        this.queue.repeat(performance.now());
      },
    });
    this.queue = new FrameQueue((pull) => this.post.pull(pull));
    this.recorder = newRecorder();
    this.memory = new Memory(() => this.shown && { experiment: this.experiment, own: this.own, step: this.shown.step });
    this.scene = new Scene(this.root, {
      editWeights: (weights) => this.post.edit({ weights }),
      changeLayers: (change) => this.changeLayers(change),
    });
    this.placing = new Placing(this.scene.boundary, {
      place: (point) => this.post.edit({ place: point }),
      remove: (point) => this.post.edit({ remove: point }),
    });
    this.stopListening = listen(actions);
    // A question can get lost before the server has heard of this stage.
    this.pulse = setInterval(() => this.shown && this.replenish(), PULSE_MS);
    window.nnviz.mounts += 1;
    window.nnviz.playing = false;
    this.plotlyUrl = plotlyUrl;
    if (new URLSearchParams(window.location.search).get("lecture") === "1") this.setLecture(true);
  }

  // Once the first picture stands: reading Plotly takes the browser longer than all the rest.
  fetchPlotly() {
    if (!this.plotlyUrl) return;
    this.scene.fetchPlotly(this.plotlyUrl).catch((error) =>
      this.transport.showNotice(`${error.message}. Points and axes are missing; reload the page.`),
    );
    this.plotlyUrl = null;
  }

  actions() {
    return {
      toggle: () => this.setPlaying(!this.playing),
      step: () => this.step(1),
      epoch: () => this.step(this.stepsPerEpoch),
      back: () => this.scrub(this.position - 1),
      reset: () => this.reset(),
      branch: () => this.branch(),
      scrub: (index) => this.scrub(index),
      setPerFrame: (updates) => this.setPerFrame(updates),
      slower: () => this.transport.changeSpeed(-1),
      faster: () => this.transport.changeSpeed(1),
      setView: (view) => this.setView(view),
      addLayer: () => this.changeLayers((hidden) => [...hidden, hidden[hidden.length - 1] ?? { units: 4, activation: "tanh" }]),
      removeLayer: () => this.changeLayers((hidden) => hidden.slice(0, -1)),
      place: (label) => this.placing.setLabel(label),
      picture: (format) => this.savePicture(format),
      takeHome: () => this.takeHome(),
      lecture: () => this.setLecture(!this.scene.lecture),
      help: () => this.transport.toggleHelp(),
    };
  }

  // --- messages of the server -----------------------------------------------------------------

  receive(message, trigger) {
    this.post.receive(message, trigger);
  }

  take(header, sections, frames) {
    if (header.resumed !== undefined && this.shown) this.resume(header);
    else if (header.opening && this.isStranger(header)) return;
    else if (header.opening) this.open(header, sections, frames[0]);
    else if (header.run === this.queue.run) this.goOn(header, frames);
    else return;
    this.experiment = header.experiment;
    this.rates = header.rates;
    this.transport.showFindings(header.findings);
    this.serveSteps();
    this.replenish();
    this.checkStopped();
  }

  // A server that was started anew knows nothing of this run: it is told, and goes on from here.
  isStranger(header) {
    const known = this.session ?? header.session;
    this.session = header.session;
    if (known === header.session) return false;
    this.post.edit({ resume: { experiment: this.experiment, own: this.own, step: this.shown.step } });
    return true;
  }

  resume(header) {
    const { perFrame } = this.queue;
    this.queue.startRun(header.run, header.revision, this.shown.step);
    this.queue.setPerFrame(perFrame);
    this.abandonFuture();
    this.setStopReason(null);
  }

  // A run this stage has seen nothing of.
  open(header, sections, frame) {
    const { run, revision, experiment, own } = header;
    this.hidden = header.layers.slice(0, -1);
    this.hasTest = header.has_test;
    this.stepsPerEpoch = header.steps_per_epoch;
    this.own = own;
    this.rates = header.rates;
    this.experiment = experiment;
    this.queue.startRun(run, revision, frame.step);
    this.queue.setPerFrame(this.transport.perFrame);
    this.recorder.clear();
    this.goal = null;
    this.setStopReason(null);
    this.scene.setRun(header, sections);
    const kept = this.memory.recall();
    if (kept) this.post.edit({ restore: kept });
    this.paint(frame, performance.now());
    if (header.goal > 0) this.setPlaying(false); // a run that was opened at a step rests there
    if (header.goal > frame.step) [this.goal, this.stride] = [header.goal, FASTEST];
    this.root.classList.add("nnv-ready");
    afterPicture(() => {
      this.scene.redrawPlots();
      this.fetchPlotly();
    });
  }

  goOn(header, frames) {
    if (header.flush) {
      this.queue.shownStep = this.shown.step;
      this.queue.flush(header.revision);
      this.abandonFuture();
      this.setStopReason(null);
      return;
    }
    if (!this.queue.accept(header, frames)) return;
    this.setStopReason(header.stopped);
    if (this.queue.frames[0]?.step === this.shown.step) this.paint(this.queue.take(), performance.now());
    const first = frames.find((frame) => frame.step > header.start);
    if (first) this.transport.showSpeed(first.step - header.start);
  }

  replenish() {
    this.queue.replenish(performance.now(), this.playing ? undefined : AHEAD);
  }

  // --- time -----------------------------------------------------------------------------------

  get atTip() {
    return this.position >= this.recorder.moments.length - 1;
  }

  setPlaying(playing) {
    if (playing === this.playing || !this.shown) return;
    if (playing && this.atTip && this.stopReason && !this.queue.length) return;
    this.playing = playing;
    this.goal = null;
    window.nnviz.playing = playing;
    this.transport.showPlaying(playing);
    this.transport.announce(this.shown, playing, performance.now(), true);
    this.scene.diagram.draw(this.shown);
    if (playing) {
      this.queue.setPerFrame(this.transport.perFrame);
      requestAnimationFrame((now) => this.tick(now));
    }
  }

  // One frame for each frame of the display: of the past up to its end, then of the server.
  tick(now) {
    if (!this.playing || !this.root.isConnected) return;
    if (CALM.matches && now - this.shownAt < CALM_MS) {
      requestAnimationFrame((next) => this.tick(next));
      return;
    }
    this.shownAt = now;
    if (!this.atTip) this.showMoment(this.position + 1, now);
    else {
      const frame = this.queue.take();
      if (frame) this.paint(frame, now);
      else window.nnviz.stalls += 1;
    }
    this.replenish();
    this.checkStopped();
    if (this.playing) requestAnimationFrame((next) => this.tick(next));
  }

  // Exactly so many updates; a past that was recorded at that step is shown, else trained again.
  step(updates) {
    if (this.playing) this.setPlaying(false);
    if (!this.shown) return;
    const target = (this.goal ?? this.shown.step) + updates;
    const recorded = this.recorder.indexOf(target);
    if (this.recorder.moments[recorded]?.step === target) {
      this.showMoment(recorded, performance.now());
      return;
    }
    if (!this.atTip) this.continueFromShown();
    this.goal = target;
    this.stride = updates;
    this.queue.setPerFrame(Math.min(updates, target - this.shown.step));
    this.serveSteps();
    this.replenish();
    this.checkStopped();
  }

  // A heavy network may need several pulls to get to the step that was asked for.
  serveSteps() {
    if (this.goal === null) return;
    while (this.queue.length && this.queue.frames[0].step <= this.goal) {
      this.paint(this.queue.take(), performance.now());
    }
    if (this.shown.step < this.goal) this.queue.setPerFrame(Math.min(this.stride, this.goal - this.shown.step));
    else {
      this.goal = null;
      this.transport.announce(this.shown, false, performance.now(), true);
    }
  }

  scrub(index) {
    if (index < 0 || index >= this.recorder.moments.length) return;
    this.setPlaying(false);
    this.showMoment(index, performance.now());
  }

  // Train on from a moment of the past with what is set now; what came after is abandoned.
  branch() {
    if (this.atTip) return;
    this.post.edit({ branch: true });
  }

  continueFromShown() {
    this.queue.shownStep = this.shown.step;
    this.queue.flush();
    this.abandonFuture();
  }

  abandonFuture() {
    this.recorder.truncate(this.shown.step);
    this.position = this.recorder.moments.length - 1;
    this.scene.curves.abandon(this.shown.step);
    this.showTime();
  }

  reset() {
    this.setPlaying(false);
    this.queue.flush();
    this.post.reset(this.queue.run);
  }

  setPerFrame(updates) {
    this.transport.showSpeed();
    this.queue.setPerFrame(updates);
    this.replenish();
  }

  // --- trouble --------------------------------------------------------------------------------

  setStopReason(reason) {
    this.stopReason = reason;
    if (!reason) this.transport.showNotice(null);
  }

  // The reason is told when its moment is on the screen, not when the server met it.
  checkStopped() {
    if (!this.stopReason || this.queue.length || this.queue.waiting || !this.atTip) return;
    const { step, cause, advice } = this.stopReason;
    this.setPlaying(false);
    this.goal = null;
    this.transport.showNotice(`Stopped at step ${step}: ${cause} ${advice}`);
  }

  // --- what is seen ---------------------------------------------------------------------------

  setView(view) {
    this.scene.setView(view, this.shown);
    this.queue.setGradients(view.gradients);
    this.replenish();
  }

  setLecture(on) {
    this.scene.setLecture(on);
    this.transport.showLecture(on);
  }

  savePicture(format) {
    const { boundary } = this.scene;
    if (!boundary.plotly) return;
    const { step, lossTrain } = this.shown;
    const name = `nnviz-step-${step}`;
    savePicture(boundary.plotly, boundary, format, `step ${step}, train loss ${lossTrain.toPrecision(4)}`, name);
  }

  // The server writes files of the moment that is shown.
  takeHome() {
    if (!this.shown) return;
    this.setPlaying(false);
    this.post.edit({ take_home: this.shown.step });
  }

  // A second click may come before the server has answered the first: both count.
  changeLayers(change) {
    const hidden = change(this.post.last("layers") ?? this.hidden);
    if (hidden.length > MOST_LAYERS) return;
    const kept = hidden.map(({ units, activation, dropout }) => ({ units, activation, dropout: dropout ?? 0 }));
    this.post.edit({ layers: kept });
  }

  // A new moment at the end of the record.
  paint(frame, now) {
    const again = this.shown?.run === frame.run && this.shown.step === frame.step;
    this.recorder.push(frame);
    this.position = this.recorder.moments.length - 1;
    this.show(frame, now, true);
    if (!again) window.nnviz.painted += 1;
  }

  // A moment that was recorded.
  showMoment(index, now) {
    this.position = index;
    this.show(this.recorder.moments[index], now, false);
    window.nnviz.painted += 1;
  }

  show(frame, now, live) {
    this.shown = frame;
    this.scene.draw(frame, now, { playing: this.playing, live });
    this.transport.showFrame(frame, this.hasTest);
    this.showTime();
    if (this.playing) this.transport.announce(frame, true, now);
    const { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = frame;
    window.nnviz.frame = { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  showTime() {
    const { step } = this.shown;
    const rate = this.rates.findLast(([from]) => from <= step)[1];
    this.transport.showTime(this.position, this.recorder.moments.length, step, rate);
  }

  destroy() {
    this.setPlaying(false);
    this.stopListening();
    clearInterval(this.pulse);
    this.post.destroy();
    this.memory.destroy();
    this.scene.destroy();
    this.root.remove();
  }
}

// Runs something once the browser has had the time to show what was drawn.
function afterPicture(then) {
  requestAnimationFrame(() => setTimeout(then));
}
