// The Explain page: which sample, which number and which tab are open, and what is asked for them.

import { AnswerPanel } from "./answer_panel.js";
import { askingOf } from "./asking.js";
import { Chooser } from "./chooser.js";
import { ExplainDiagram } from "./explain_diagram.js";
import { buildExplain } from "./explain_page.js";
import { GradientCheck } from "./gradient_check.js";
import { LayersView } from "./layers_view.js";
import { OneWeight } from "./one_weight.js";
import { goToPage } from "./pages.js";
import { write, writeCells } from "./quantity.js";
import { Tabs } from "./tabs.js";
import { Terms } from "./terms.js";
import { TheUpdate } from "./the_update.js";
import { Turns } from "./turns.js";
import { Worksheet } from "./worksheet.js";

const WIDE = matchMedia("(min-width: 1800px)"); // both ways of the diagram at once
const WAIT = "The first numbers are on their way.";

export class Explain {
  constructor(stage) {
    const root = (this.root = buildExplain(stage.root)), find = (name) => root.querySelector(`.nnv-${name}`);
    Object.assign(this, { stage, ask: null, weight: null, isUrgent: false, isOn: false, trace: null });
    this.terms = new Terms(stage.root);
    this.asking = askingOf(stage.fetcher);
    this.turns = new Turns(() => this.moment, () => this.isPlaying, () => this.blocks);
    this.chooser = new Chooser(root, stage.scene.boundary, () => this.turns.follow(true));
    this.diagram = new ExplainDiagram(find("one-sample"), this.terms);
    this.panel = new AnswerPanel(find("answer"), this.terms, { ask: (ask, isBack) => this.open(ask, isBack) });
    const view = (View, name) => new View(find(`tab-${name}`), this);
    this.views = {
      update: view(TheUpdate, "update"), weight: view(OneWeight, "weight"),
      layers: view(LayersView, "layers"), worksheet: view(Worksheet, "worksheet"),
    };
    this.check = new GradientCheck(find("badge"), this);
    this.tracing = this.tracingBlock();
    this.answering = this.answeringBlock();
    this.tabs = new Tabs(root, () => this.turns.follow(true));
    this.tabs.choose("sample");
    for (const button of root.querySelectorAll("[data-show]")) button.addEventListener("click", () => this.setWay(button.dataset.show));
    this.setWay(WIDE.matches ? "both" : "forward");
    root.addEventListener("click", ({ target }) => {
      const part = target.closest("button[data-ask], path[data-line]");
      if (part) this.open(part.dataset.ask ?? part.dataset.line);
    });
    find("go-back").addEventListener("click", () => goToPage("playground"));
    write(find("summary"), WAIT);
  }

  // Shows or hides the page; `glossary` holds pairs of a term and its definition.
  turn(on, glossary) {
    this.isOn = on;
    this.root.hidden = !on;
    if (glossary) this.terms.use(glossary);
    this.chooser.turn(on);
    this.views.weight.letGo();
    this.turns.follow(true);
  }

  // Shows another run. The answer stays open, if that run has its number.
  setRun({ labels }) {
    this.chooser.setRun(labels);
    this.weight = null;
    this.turns.follow(true);
  }

  // Opens what a link or the playground asks for.
  begin({ ask, sample }) {
    if (sample !== null && sample !== undefined) this.chooser.choose(Number(sample));
    if (ask) this.open(ask);
  }

  // Goes from the playground to this page, and asks for a number there.
  enter(ask) {
    this.tabs.choose("sample");
    this.open(ask);
    goToPage("explain");
  }

  get isPlaying() { return this.stage.clock.mode === "play"; }

  // What the page shows: the run and the step on the screen, and the chosen sample.
  get moment() {
    const { shown, own, clock, isSeen } = this.stage;
    if (!this.isOn || !isSeen || !shown || clock.held) return null;
    return { experiment: own.experiment, at: shown.step, sample: this.chooser.sample };
  }

  // The stage shows another step, or rests.
  follow() {
    if (!this.isOn) return;
    this.panel.setLive(!this.isPlaying);
    this.turns.follow();
  }

  get blocks() {
    const { tracing, answering } = this, view = this.views[this.tabs.name];
    const seen = view ? [tracing, answering, view] : [tracing, answering];
    return [...(this.isUrgent ? [answering, tracing, ...seen.slice(2)] : seen), this.check];
  }

  // Asks for a number. The answer comes before anything else is asked.
  open(ask, isBack = false) {
    this.note(ask, isBack);
    this.turns.follow(true);
  }

  note(ask, isBack = false) {
    this.ask = ask;
    this.isUrgent = true;
    const [, name, place] = ask.match(/^(?:[su][\d-]*)?(?:d|g|new)?([Wb])(\.[\d.]+)$/) ?? [];
    if (name) this.weight = `${name}${place}`;
    this.panel.open(ask, isBack);
  }

  setWay(way) {
    for (const button of this.root.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === way));
    this.diagram.setWay(way);
  }

  // The weight that the page is about: the one last asked, or else the one with the largest gradient.
  get weightAsk() {
    if (this.weight) return this.weight;
    const [first] = [...(this.trace?.weights ?? [])].sort((one, other) => Math.abs(other[6]) - Math.abs(one[6]));
    return first ? `W.${first.slice(0, 3).join(".")}` : null;
  }

  tracingBlock() {
    return {
      keyOf: ({ experiment, at, sample }) => `${experiment}&at=${at}&sample=${sample}`,
      bring: async (moment, signal) => {
        this.showTrace(await this.asking.trace(moment, `sample=${moment.sample}`, signal));
        this.traced = moment;
      },
      refuse: (words) => write(this.root.querySelector(".nnv-summary"), words),
    };
  }

  answeringBlock() {
    return {
      keyOf: ({ experiment, at, sample }) => this.ask && `${experiment}&at=${at}&sample=${sample}&ask=${this.ask}`,
      bring: async (moment, signal) => {
        const asked = this.asked(moment);
        const answer = await this.asking.why(asked, `sample=${moment.sample}&ask=${this.ask}`, signal);
        this.isUrgent = false;
        const isNew = this.panel.answer.ask !== answer.ask;
        this.panel.show(answer);
        this.diagram.light(answer.lit, answer.ask);
        this.revealing ||= isNew;
        this.reveal();
        return asked;
      },
      refuse: (words) => {
        this.isUrgent = false;
        this.panel.refuse(words);
      },
    };
  }

  // The moment to ask about. In play, a click means a number of the diagram, so it is about the
  // diagram's step; the server has it at hand.
  asked(moment) {
    const { traced, isUrgent, isPlaying } = this;
    const isSame = traced?.experiment === moment.experiment && traced.sample === moment.sample;
    return isUrgent && isPlaying && isSame ? traced : moment;
  }

  showTrace(trace) {
    const find = (name) => this.root.querySelector(`.nnv-${name}`);
    this.trace = trace;
    this.diagram.show(trace);
    this.terms.write(find("summary"), trace.summary);
    this.terms.write(find("batch"), trace.batch);
    writeCells(find("totals"), trace.totals);
    write(find("diagram-head .nnv-at-step"), `Step ${trace.step}`);
    if (!this.ask) this.note(trace.totals[0].ask);
    this.reveal();
  }

  // Shows the way of the diagram that has the number of a new answer, once both are there.
  reveal() {
    if (!this.revealing || !this.trace) return;
    this.revealing = false;
    const way = this.diagram.hiddenWay();
    if (way) this.setWay(way);
  }
}
