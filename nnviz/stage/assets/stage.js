// The stage of the page: opens the runs that the session asks for, and reports the shown step.
//
// The stage controls the time, the session the experiment. All changes that a visitor makes take
// effect at the shown step.

import { actionsOf } from "./actions.js";
import { joined } from "./address.js";
import { Advice } from "./advice.js";
import { Blank } from "./blank.js";
import { Carrier } from "./carrier.js";
import { watchConnection } from "./connection.js";
import { build } from "./dom.js";
import { Explain } from "./explain.js";
import { Guide } from "./guide.js";
import { listen } from "./keys.js";
import { Lab } from "./lab.js";
import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { Placing } from "./placing.js";
import { Player } from "./player.js";
import { readBody } from "./records.js";
import { Scene } from "./scene.js";
import { Sweep } from "./sweep.js";
import { Transport } from "./transport.js";
import { columnsOf, framesOf, unpack } from "./unpack.js";

const LOST = "The server does not answer. The steps shown so far can be replayed; training continues when it is back.";
const GOAL_MS = 800; // that axes, points and controls wait for the step that a link names

export class Stage extends Player {
  constructor(parent, plotlyUrl) {
    const root = build(parent), actions = {}, outbox = new Outbox((edits) => this.trigger("tell", edits));
    const carrier = new Carrier((...message) => this.trigger(...message), (kind) => (window.nnviz.carrier = kind));
    super(carrier, new Transport(root, actions), new Scene(root, actions));
    Object.assign(this, { root, outbox, plotlyUrl, runs: 0, displayed: true });
    Object.assign(actions, actionsOf(this));
    this.leaving = new AbortController(); // aborts the requests for this run
    this.placing = new Placing(this.scene.boundary, actions);
    this.memory = new Memory(() => this.shown && { ...this.own, step: this.moment.step });
    this.advice = new Advice(root.querySelector(".nnv-advice"), actions);
    this.guide = new Guide(this);
    this.blank = new Blank(() => this.replenish());
    listen(root, actions);
    watchConnection(() => this.loseConnection());
    new ResizeObserver(([{ contentRect }]) => {
      this.see(contentRect.width > 0);
      this.scene.refreshTheme(); // the size of the type depends on the window
    }).observe(root);
    document.addEventListener("visibilitychange", () => this.see(this.displayed));
    // The dialog that shares this moment must know it, so it is told before the button is pressed.
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, ({ target }) => this.shown && target.closest?.(".st-key-share") && this.tell(), { capture: true });
    }
    if (new URLSearchParams(window.location.search).get("lecture") === "1") this.setLecture(true);
  }

  // Receives a message of the session, which may be the last one again.
  async receive(data, trigger) {
    this.trigger = trigger;
    const { header, sections } = unpack(data);
    const { session, seq, run, experiment, own, wish } = header;
    this.outbox.settle(header.edited);
    if (header.reply) this.fetcher.carrier.reply(header.reply, sections.reply);
    const isKnown = session === this.session;
    if (isKnown && seq <= this.seq) return;
    const isNew = isKnown ? run !== this.opened : this.own === null;
    Object.assign(this, { session, seq, opened: run });
    this.laboratory?.settle(isNew);
    this.fetcher.find();
    this.transport.showWays(header.ways);
    this.transport.showCaption(header.caption);
    if (isNew && isKnown && this.shown) {
      this.outbox.put({ left: this.moment }); // it played on until now
      this.advice.tellNews(this.shown.step > 0 ? header.news : null);
    }
    if (isNew) await this.open(header, sections.opening);
    else if (!isKnown) this.tell(); // a restarted server does not know what is shown
    if (experiment === this.own.experiment && own !== null) this.own = { experiment, text: own };
    const number = wish && `${session} ${wish.id}`;
    if (!wish || number === this.wished || seq !== this.seq) return;
    this.wished = number;
    this.change(wish.changes, wish.id);
  }

  // What is shown, or sought.
  get moment() { return { experiment: this.own.experiment, step: this.watched.time }; }

  // The player that the visitor watches.
  get watched() { return this.laboratory?.isOn ? this.laboratory.player : this; }

  get isTold() { return this.told === JSON.stringify(this.moment); }

  // Tells the session the shown step, or the goal; `wish` is the number of an answered wish.
  tell(wish = null) {
    this.told = JSON.stringify(this.moment);
    this.outbox.put({ now: { ...this.moment, view: this.transport.settings, wish, own: this.own.text, run: this.opened } });
  }

  // Makes the session open another experiment; the page `stays`, or the playground shows it.
  openOther({ experiment, own }, step = 0, stays = false) { this.outbox.put({ apply: { experiment, own, step, stays } }); }

  // --- runs -----------------------------------------------------------------------------------

  // Opens a run. Up to step `same_until` (if given), it is the same as the run that is shown. `view`
  // has the speed and the switches of a link, or null, and whether to play; not after a reload.
  async open({ experiment, own, version, step, same_until: until = null, view = null }, body = null) {
    this.leave();
    const { signal } = this.leaving;
    const before = this.own, kept = this.memory.recall();
    const isKept = kept?.experiment === experiment;
    this.own = { experiment, text: own };
    this.fetcher.version = version;
    try {
      const opening = await this.fetchOpening(body, signal);
      if (signal.aborted) return;
      this.begin(opening, isKept ? kept.step : step, this.shown === null || until < 0 ? null : until, kept ? { ...view, play: false } : view);
    } catch (error) {
      if (signal.aborted) return;
      if (before) this.own = before;
      this.refuse(error);
      return;
    }
    if (!kept || isKept) return;
    await this.open({ experiment: kept.experiment, own: kept.text, version, step: kept.step });
  }

  // Returns the message of runs/, from the session's message or else from the server.
  async fetchOpening(body, signal) {
    let opening = null;
    if (body && (await readBody([body], (found) => (opening = found)))) return opening;
    return this.fetchRun(this.own.experiment, signal);
  }

  // Returns the message of runs/ of an experiment.
  async fetchRun(experiment, signal) {
    let opening = null;
    await this.fetcher.get("runs", experiment, { signal, message: (found) => (opening = found) });
    return opening;
  }

  begin(opening, step, until, view) {
    const { header, sections } = opening;
    const { experiment, counts } = header;
    const { mode, resume } = this.clock;
    this.run = { ...header, name: `${this.fetcher.carrier.visit}-${++this.runs}`, stop: null };
    this.transport.setBounds(counts.length, header.layers.length - 1, header.most.hidden_layers, header.rates);
    this.transport.tiles.setRun(header);
    this.scene.setRun(header, sections, until !== null);
    this.placing.setRun();
    this.explaining?.setRun(header);
    if (view) this.transport.take(view);
    if (view?.ask || view?.sample) this.explain.begin(view);
    if (view?.lab) this.lab.begin(view);
    if (view?.sweep) this.sweep.begin(view.sweep);
    const plays = view?.play && this.isInFront;
    if (view?.show) this.scene.setView(this.transport.view(), null);
    this.supply.use({ experiment, counts, every: this.transport.perFrame, gradients: this.transport.view().gradients });
    if (until === null) {
      this.past.clear();
      this.record(framesOf(opening)[0], performance.now());
      this.past.reach(step);
      window.nnviz.painted += 1;
      this.dispatch({ type: "open", shown: 0, goal: step, resume: plays });
      if (step > 0) this.recallCurve(step);
    } else {
      const shown = this.shown.step;
      this.abandon(until);
      this.show(this.shown, performance.now(), false);
      this.dispatch({ type: "open", shown, goal: Math.min(shown, until), resume: mode === "play" || resume });
    }
    this.laboratory?.setRun();
    this.sweeping?.setRun();
    this.root.classList.add("nnv-ready");
    const { signal } = this.leaving, latest = performance.now() + GOAL_MS;
    const isTime = () => signal.aborted || this.clock.mode !== "seek" || performance.now() > latest;
    afterPicture(isTime, () => {
      if (!signal.aborted && !this.isTold) this.tell(); // so that the page is redrawn for the new run
      const complain = ({ message }) => this.transport.showNotice("refused", `${message}. Points and axes are missing; reload the page.`);
      this.scene.drawPlots(this.plotlyUrl).catch(complain);
      if (this.runs === 1 && !this.scene.lecture) this.guide.offer();
    });
  }

  // Fetches the curves up to a step that this stage has not played.
  async recallCurve(step) {
    const { signal } = this.leaving;
    try {
      this.scene.curves.recall(await this.fetchCurve(this.own.experiment, step, signal));
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  // Returns the blocks of an experiment's history up to a step. All have the same length, except the
  // last one.
  async fetchCurve(experiment, step, signal) {
    const blocks = [];
    do {
      const k = blocks.length;
      const message = ({ sections }) => (blocks[k] = columnsOf(sections));
      await this.fetcher.get("curve", joined(experiment, `block=${k}&at=${step}`), { signal, message });
    } while (blocks[blocks.length - 1].step.length === blocks[0].step.length);
    return blocks;
  }

  // Cancels everything that belongs to the current run.
  leave() {
    for (const asked of [this.leaving, this.single]) asked.abort();
    this.leaving = new AbortController();
    clearTimeout(this.telling);
    this.told = null;
    this.changes = [];
    this.supply.flush();
    this.findings.forget();
    for (const kind of ["refused", "progress", "stopped"]) this.transport.showNotice(kind, null);
  }

  // --- the server -----------------------------------------------------------------------------

  // Streamlit's connection is lost. A request that no cache may answer is repeated until the server
  // is back.
  loseConnection() {
    this.fetcher.lose();
    if (this.shown) this.findings.ask(this.own.experiment, this.shown.step, { cache: "no-store" });
  }

  // The JSON of an experiment whose address is only a digest, if it is known.
  textOf(experiment) { return this.own.experiment === experiment ? this.own.text : this.laboratory?.textOf(experiment); }

  lost() {
    this.transport.showNotice("lost", LOST);
  }

  found() {
    this.transport.showNotice("lost", null);
    this.outbox.repeat();
  }

  // A new version of the server may have other batches, so the run is opened again.
  moved() {
    const { experiment, text: own } = this.own, { version } = this.fetcher;
    const step = this.clock.goal ?? this.shown?.step ?? 0;
    this.open({ experiment, own, version, step, same_until: this.shown && step });
  }

  // --- the page -------------------------------------------------------------------------------

  get isSeen() { return this.displayed && !document.hidden && !this.blank.isOn; }

  // Whether the page shows this run, not those of the Lab or of a sweep.
  get isInFront() { return !this.laboratory?.isOn && !this.sweeping?.isOn; }

  get isWatched() { return this.isSeen && this.isInFront; }

  see(displayed) {
    this.displayed = displayed;
    this.replenish();
  }

  // The page Explain, made when it is needed first.
  get explain() {
    if (!this.explaining) {
      this.explaining = new Explain(this);
      if (this.run) this.explaining.setRun(this.run);
    }
    return this.explaining;
  }

  // The page Lab, made when it is needed first.
  get lab() { return (this.laboratory ??= new Lab(this)); }

  // The page Sweep, made when it is needed first.
  get sweep() { return (this.sweeping ??= new Sweep(this)); }

  // Shows the stage as a page needs it: hidden for none, in a small form for "explain", and nothing
  // but its buttons for "lab" and "sweep".
  setPage(view, glossary) {
    const explains = view === "explain", experiments = view === "lab", sweeps = view === "sweep";
    this.root.hidden = view === "";
    this.root.classList.toggle("nnv-explaining", explains);
    this.root.classList.toggle("nnv-in-lab", experiments || sweeps);
    this.root.classList.toggle("nnv-in-sweep", sweeps);
    this.scene.setSmall(explains || experiments || sweeps);
    if (experiments !== Boolean(this.laboratory?.isOn)) this.enterLab(experiments);
    if (sweeps !== Boolean(this.sweeping?.isOn)) {
      if (sweeps && this.shown) this.dispatch({ type: "pause" });
      this.sweep.turn(sweeps);
    }
    if (explains !== Boolean(this.explaining?.isOn)) {
      this.placing.setLabel(null);
      this.explain.turn(explains, glossary);
    }
    if (view) this.scene.refreshTheme();
    if (this.shown && this.isInFront) this.report();
  }

  // Enters or leaves the Lab. All pages show the same moment.
  enterLab(on) {
    const { departing, player } = this.lab, { time } = player;
    if (on && this.shown) this.dispatch({ type: "pause" });
    this.lab.turn(on);
    if (!on && this.shown && !departing && time !== this.time) this.dispatch({ type: "go", to: time });
  }

  setLecture(on) {
    this.scene.setLecture(on);
    this.transport.showLecture(on);
  }
}

// Runs a function after the browser has painted a picture in which it `isTime`.
const afterPicture = (isTime, then) => requestAnimationFrame(() => (isTime() ? setTimeout(then) : afterPicture(isTime, then)));
