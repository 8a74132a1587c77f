// The stage: plays the frames the server sends, and owns play, pause, step, reset and speed.
//
// Streamlit calls deliver() with every message, the same ones again after each rerun of the page.
// State is kept by element, so nothing is mounted twice, and old messages are dropped by their seq.

import { BoundaryView } from "./boundary.js";
import { CurveView } from "./curves.js";
import { build } from "./dom.js";
import { listen } from "./keys.js";
import { loadPlotly } from "./plotly.js";
import { FrameQueue } from "./queue.js";
import { readTheme } from "./theme.js";
import { Transport } from "./transport.js";
import { framesOf, unpack } from "./unpack.js";

const stages = new WeakMap();
const STEP_AHEAD = 8;

window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, frame: null };

class Stage {
  constructor(parent, plotlyUrl) {
    this.parent = parent;
    this.generation = 0;
    this.seen = new Map();
    this.unpacking = Promise.resolve();
    this.shown = null;
    this.hasTest = false;
    this.stopReason = null;
    this.steps = 0;
    this.send = () => {};
    this.root = build(parent);
    const actions = {
      toggle: () => this.setPlaying(!this.playing),
      step: () => this.step(),
      reset: () => this.reset(),
      setPerFrame: (updates) => this.setPerFrame(updates),
      slower: () => this.transport.changeSpeed(-1),
      faster: () => this.transport.changeSpeed(1),
    };
    this.transport = new Transport(this.root, actions);
    this.queue = new FrameQueue((pull) => this.send("need", pull));
    this.boundary = new BoundaryView(this.root.querySelector(".nnv-boundary"));
    this.curves = new CurveView(this.root.querySelector(".nnv-curve"));
    this.stopListening = listen(actions);
    this.playing = false;
    window.nnviz.mounts += 1;
    window.nnviz.playing = false;
    loadPlotly(plotlyUrl).then(
      (plotly) => {
        this.boundary.attachPlotly(plotly);
        this.curves.attachPlotly(plotly);
      },
      (error) => this.transport.showNotice(`${error.message}. Points and axes are missing; reload the page.`),
    );
  }

  // One message after the other, in the order they came.
  receive(message, send) {
    this.send = send;
    this.unpacking = this.unpacking.then(() => this.take(message));
  }

  async take(bytes) {
    const message = await unpack(bytes);
    const { header, sections } = message;
    if (header.seq <= (this.seen.get(header.run) ?? 0)) {
      this.refreshTheme();
      return;
    }
    this.seen.set(header.run, header.seq);
    const frames = framesOf(message);
    if (header.opening) this.open(header, sections, frames[0]);
    else if (header.run !== this.queue.run) this.queue.replenish(performance.now());
    else if (header.flush) {
      this.queue.flush(header.revision);
      this.curves.truncate(this.shown.step);
      this.setStopReason(null);
    } else if (this.queue.accept(header, frames)) {
      this.setStopReason(header.stopped);
      const last = frames[0];
      if (last) this.transport.showSpeed(last.step - header.start);
    }
    this.serveSteps();
    this.queue.replenish(performance.now(), this.playing ? undefined : STEP_AHEAD);
    this.checkStopped();
  }

  // A run this stage has seen nothing of.
  open(header, sections, frame) {
    this.hasTest = header.has_test;
    this.palettes = header.figures.palettes;
    this.root.classList.toggle("nnv-no-test", !this.hasTest);
    this.queue.startRun(header.run, header.revision, frame.step);
    this.queue.setPerFrame(this.transport.perFrame);
    this.steps = 0;
    this.setStopReason(null);
    this.boundary.setRun(header.figures.boundary);
    const history = Array.from(sections.history_step, (step, i) => ({
      step,
      lossTrain: sections.history_loss_train[i],
      lossTest: sections.history_loss_test[i],
    }));
    this.refreshTheme();
    this.curves.setRun(header.figures.loss, history);
    this.paint(frame, performance.now());
    this.root.classList.add("nnv-ready");
  }

  refreshTheme() {
    if (!this.palettes) return;
    const theme = readTheme(this.root, this.palettes);
    const key = JSON.stringify(theme);
    if (key === this.themeKey) return;
    this.themeKey = key;
    const style = this.root.style;
    for (const [name, value] of Object.entries(theme.palette)) {
      style.setProperty(`--nnv-${name.replaceAll("_", "-")}`, value);
    }
    this.root.classList.toggle("nnv-dark", theme.dark);
    this.boundary.setTheme(theme);
    this.curves.setTheme(theme);
  }

  setPlaying(playing) {
    if (playing === this.playing) return;
    if (playing && this.stopReason && !this.queue.length) return;
    this.playing = playing;
    this.steps = 0;
    window.nnviz.playing = playing;
    this.transport.showPlaying(playing);
    if (this.shown) this.transport.announce(this.shown, playing, performance.now(), true);
    if (playing) {
      this.queue.setPerFrame(this.transport.perFrame);
      requestAnimationFrame((now) => this.tick(now));
    }
  }

  // One server frame for each frame of the display, for as long as there are any.
  tick(now) {
    if (!this.playing || !this.root.isConnected) return;
    const frame = this.queue.take();
    if (frame) this.paint(frame, now);
    else window.nnviz.stalls += 1;
    this.queue.replenish(performance.now());
    this.checkStopped();
    if (this.playing) requestAnimationFrame((next) => this.tick(next));
  }

  step() {
    this.setPlaying(false);
    this.queue.setPerFrame(1);
    this.steps += 1;
    this.serveSteps();
    this.queue.replenish(performance.now(), STEP_AHEAD);
    this.checkStopped();
  }

  serveSteps() {
    while (this.steps > 0 && this.queue.length) {
      this.steps -= 1;
      const now = performance.now();
      this.paint(this.queue.take(), now);
      this.transport.announce(this.shown, false, now, true);
    }
  }

  reset() {
    this.setPlaying(false);
    this.queue.flush();
    this.send("reset", { run: this.queue.run });
  }

  setPerFrame(updates) {
    this.transport.showSpeed();
    this.queue.setPerFrame(updates);
    this.queue.replenish(performance.now(), this.playing ? undefined : STEP_AHEAD);
  }

  setStopReason(reason) {
    this.stopReason = reason;
    if (!reason) this.transport.showNotice(null);
  }

  // The reason is told when its moment is on the screen, not when the server met it.
  checkStopped() {
    if (!this.stopReason || this.queue.length || this.queue.waiting) return;
    const { step, cause, advice } = this.stopReason;
    this.setPlaying(false);
    this.steps = 0;
    this.transport.showNotice(`Stopped at step ${step}: ${cause} ${advice}`);
  }

  paint(frame, now) {
    this.shown = frame;
    this.boundary.draw(frame);
    this.curves.draw(frame, now);
    this.transport.showFrame(frame, this.hasTest);
    if (this.playing) this.transport.announce(frame, true, now);
    window.nnviz.painted += 1;
    const { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest } = frame;
    window.nnviz.frame = { run, step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest };
  }

  destroy() {
    this.setPlaying(false);
    this.stopListening();
    this.boundary.destroy();
    this.curves.destroy();
    this.root.remove();
  }
}

// Called for every message; returns the number of the call, for release().
export function deliver({ parentElement, data, setTriggerValue }, plotlyUrl) {
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement, plotlyUrl);
    stages.set(parentElement, stage);
  }
  stage.receive(data, setTriggerValue);
  stage.generation += 1;
  return stage.generation;
}

// Streamlit may clean up after a stale call, when the element is alive and was called again.
export function release(parentElement, generation) {
  const stage = stages.get(parentElement);
  if (!stage || stage.generation !== generation || parentElement.isConnected) return;
  stages.delete(parentElement);
  stage.destroy();
}
