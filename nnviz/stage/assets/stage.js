// One stage on one page: what is shown, what is recorded, and what is asked of the server.
//
// What is shown is the truth. Frames in the queue are speculation; frames in the recorder are the
// past. Everything a person changes takes effect at the moment that is shown.

import { BoundaryView, neuronMap } from "./boundary.js";
import { CurveView } from "./curves.js";
import { DiagramView } from "./diagram.js";
import { Connection } from "./connection.js";
import { build } from "./dom.js";
import { Editor } from "./editor.js";
import { listen } from "./keys.js";
import { setLecture } from "./lecture.js";
import { loadPlotly } from "./plotly.js";
import { FrameQueue } from "./queue.js";
import { newRecorder } from "./recorder.js";
import { readTheme } from "./theme.js";
import { Transport } from "./transport.js";
import { framesOf, unpack } from "./unpack.js";

const AHEAD = 8; // frames kept ready while it is paused
const MOST_LAYERS = 8;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CALM_MS = 250; // between two pictures, for those who asked their system for less motion
const INPUTS = ["x1", "x2"];
const LOST = "The server does not answer. What has been seen can be replayed; training goes on when it is back.";

export class Stage {
  constructor(parent, plotlyUrl) {
    this.seen = new Map();
    this.unpacking = Promise.resolve();
    this.shown = null;
    this.shownAt = 0;
    this.position = 0;
    this.playing = false;
    this.stopReason = null;
    this.goal = null;
    this.lecture = false;
    this.send = () => {};
    this.root = build(parent);
    const find = (name) => this.root.querySelector(name);
    const actions = this.actions();
    this.transport = new Transport(this.root, actions);
    this.queue = new FrameQueue((pull) => this.send("need", pull));
    this.recorder = newRecorder();
    this.boundary = new BoundaryView(find(".nnv-boundary"));
    this.curves = new CurveView(find(".nnv-curve"));
    this.editor = new Editor(find(".nnv-diagram-box"), (field, value) => this.send("edit", { field, value }));
    this.diagram = new DiagramView(find(".nnv-diagram"), {
      look: (node) => this.look(node),
      edit: (request) => this.editor.open(request),
      setLayers: (hidden) => this.setLayers(hidden),
    });
    this.connection = new Connection(
      () => this.transport.showNotice(LOST),
      () => {
        this.transport.showNotice(null);
        this.queue.repeat(performance.now());
      },
    );
    this.views = [this.boundary, this.curves, this.diagram];
    this.stopListening = listen(actions);
    window.nnviz.mounts += 1;
    window.nnviz.playing = false;
    this.plotlyUrl = plotlyUrl;
  }

  // Once the first picture stands: reading Plotly takes the browser longer than all the rest.
  fetchPlotly() {
    if (!this.plotlyUrl) return;
    loadPlotly(this.plotlyUrl).then(
      (plotly) => [this.boundary, this.curves].forEach((view) => view.attachPlotly(plotly)),
      (error) => this.transport.showNotice(`${error.message}. Points and axes are missing; reload the page.`),
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
      addLayer: () => this.setLayers([...this.hidden, this.hidden[this.hidden.length - 1] ?? { units: 4, activation: "tanh" }]),
      removeLayer: () => this.setLayers(this.hidden.slice(0, -1)),
      lecture: () => this.setLecture(!this.lecture),
      help: () => this.transport.toggleHelp(),
    };
  }

  // --- messages of the server -----------------------------------------------------------------

  // One message after the other, in the order they came.
  receive(message, send) {
    this.send = send;
    this.unpacking = this.unpacking.then(() => this.take(message));
  }

  async take(bytes) {
    const message = await unpack(bytes);
    const { header, sections } = message;
    this.connection.heard();
    if (header.seq <= (this.seen.get(header.run) ?? 0)) {
      this.refreshTheme();
      return;
    }
    this.seen.set(header.run, header.seq);
    const frames = framesOf(message);
    if (header.resumed !== undefined && this.shown) this.resume(header);
    else if (header.opening && this.isStranger(header)) return;
    else if (header.opening) this.open(header, sections, frames[0]);
    else if (header.run === this.queue.run) this.goOn(header, frames);
    this.experiment = header.experiment;
    this.serveSteps();
    this.replenish();
    this.checkStopped();
  }

  // A server that was started anew knows nothing of this run: it is told, and goes on from here.
  isStranger(header) {
    const known = this.session ?? header.session;
    this.session = header.session;
    if (known === header.session) return false;
    this.send("edit", { resume: { experiment: this.experiment, step: this.shown.step } });
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
    this.palettes = header.figures.palettes;
    this.layers = header.layers;
    this.hidden = header.layers.slice(0, -1);
    this.hasTest = header.has_test;
    this.stepsPerEpoch = header.steps_per_epoch;
    this.root.classList.toggle("nnv-no-test", !this.hasTest);
    this.queue.startRun(header.run, header.revision, frame.step);
    this.queue.setPerFrame(this.transport.perFrame);
    this.recorder.clear();
    this.editor.close();
    this.goal = null;
    this.setStopReason(null);
    this.refreshTheme();
    this.boundary.setRun(header.figures.boundary, header.window);
    this.curves.setRun(header.figures.loss, historyOf(sections));
    this.diagram.setRun(this.layers, INPUTS);
    this.paint(frame, performance.now());
    this.root.classList.add("nnv-ready");
    afterPicture(() => {
      this.boundary.redrawPlot();
      this.curves.redraw();
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
    this.diagram.draw(this.shown);
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
    this.send("edit", { branch: true });
  }

  continueFromShown() {
    this.queue.shownStep = this.shown.step;
    this.queue.flush();
    this.abandonFuture();
  }

  abandonFuture() {
    this.recorder.truncate(this.shown.step);
    this.position = this.recorder.moments.length - 1;
    this.curves.abandon(this.shown.step);
    this.transport.showTime(this.position, this.recorder.moments.length, this.shown);
  }

  reset() {
    this.setPlaying(false);
    this.queue.flush();
    this.send("reset", { run: this.queue.run });
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

  refreshTheme() {
    if (!this.palettes) return;
    const theme = { ...readTheme(this.root, this.palettes), scale: this.lecture ? 1.6 : 1 };
    const key = JSON.stringify(theme);
    if (key === this.themeKey) return;
    this.themeKey = key;
    for (const [name, value] of Object.entries(theme.palette)) {
      this.root.style.setProperty(`--nnv-${name.replaceAll("_", "-")}`, value);
    }
    this.root.classList.toggle("nnv-dark", theme.dark);
    for (const view of this.views) view.setTheme(theme);
  }

  setView({ test, wrong, hard, gradients, curve, log }) {
    this.boundary.setView({ test, wrong, hard });
    this.curves.setView(curve, log);
    this.diagram.showGradients = gradients;
    this.queue.setGradients(gradients);
    if (this.shown) this.diagram.draw(this.shown);
    this.replenish();
  }

  setLecture(on) {
    this.lecture = on;
    setLecture(this.root, on);
    this.transport.showLecture(on);
    this.refreshTheme();
  }

  look(node) {
    this.boundary.look(node && neuronMap(node, this.layers, INPUTS, this.diagram.nameOf(node)));
  }

  setLayers(hidden) {
    if (hidden.length > MOST_LAYERS) return;
    const kept = hidden.map(({ units, activation, dropout }) => ({ units, activation, dropout: dropout ?? 0 }));
    this.send("edit", { layers: kept });
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
    this.boundary.draw(frame);
    this.diagram.draw(frame, this.playing);
    this.curves.draw(frame, now, live);
    this.transport.showFrame(frame, this.hasTest);
    this.transport.showTime(this.position, this.recorder.moments.length, frame);
    if (this.playing) this.transport.announce(frame, true, now);
    const { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = frame;
    window.nnviz.frame = { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  destroy() {
    this.setPlaying(false);
    if (this.lecture) this.setLecture(false);
    this.stopListening();
    this.connection.destroy();
    for (const view of this.views) view.destroy();
    this.root.remove();
  }
}

// Runs something once the browser has had the time to show what was drawn.
function afterPicture(then) {
  requestAnimationFrame(() => setTimeout(then));
}

function historyOf(sections) {
  return Array.from(sections.history_step, (step, i) => ({
    step,
    lossTrain: sections.history_loss_train[i],
    lossTest: sections.history_loss_test[i],
    accuracyTrain: sections.history_accuracy_train[i],
    accuracyTest: sections.history_accuracy_test[i],
  }));
}
