// The guided first five minutes: things to do on the page, each noticed when it is done.

import { store } from "./memory.js";
import { formatLoss } from "./tiles.js";

const KEY = "nnviz-guide"; // kept by the browser once the guide was offered
const NOTICE_MS = 200;
const WATCHED = 50, STRAIGHT = 80; // steps
const SEPARATED = 0.95;

const percent = (value) => `${Number((100 * value).toFixed(1))} %`;
const ratio = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

// Each step: what to do, and where; `praise` says what was seen, or nothing until it is done. It is
// given what is seen now, and what was seen when the step began.
export const STEPS = [
  {
    words: "Press Play, and watch the boundary bend.",
    part: "play",
    praise: (now, first) => now.playing && now.step >= first.step + WATCHED &&
      `In ${now.step} updates the train loss went from ${formatLoss(now.start)} to ${formatLoss(now.loss)}: the network learns.`,
  },
  {
    words: "Pause, and go back in time: drag the mark on the curve to the left, or press ←.",
    part: "time",
    praise: (now) => !now.playing && now.step < now.newest &&
      `This is step ${now.step} again, with a loss of ${formatLoss(now.loss)}: every moment is kept, and Play goes on from here.`,
  },
  {
    words: "Point at a neuron of the network, or tap it: the plane shows what it sees.",
    part: "diagram",
    praise: (now) => now.neuron &&
      `The plane showed the output of ${now.neuron}: every neuron divides the plane in its own way, and the output adds them up.`,
  },
  {
    words: "Change the learning rate, with + or − below the curve.",
    part: "raise-rate",
    praise: (now, first) => now.rate !== first.rate &&
      `From step ${now.changed} on, the rate is ${now.rate}: each update is ${ratio.format(now.rate / first.rate)} times as long as before.`,
  },
  {
    words: "Take all hidden layers away with “− layer”, and press Play.",
    part: "remove-layer",
    praise: (now) => now.layers === 0 && now.step >= STRAIGHT &&
      `Without hidden layers the boundary is a straight line, right for ${percent(now.accuracy)} of the training points.`,
  },
  {
    words: `How few hidden neurons get ${percent(SEPARATED)} of the training points right? Add layers with “+ layer”, change their neurons, and play.`,
    part: "add-layer",
    praise: (now) => now.layers > 0 && now.accuracy >= SEPARATED &&
      `With ${now.neurons} of them it is ${percent(now.accuracy)} at step ${now.step}. Can fewer do it? Try on, or finish here.`,
  },
];

export class Guide {
  constructor(stage) {
    Object.assign(this, { stage, at: null, praised: null });
    stage.root.querySelector('[data-testid="nnviz-guide"]').addEventListener("click", () => {
      stage.transport.keys.show(false);
      this.start();
    });
  }

  // Offers the guide once to a visitor whose link asks for nothing.
  offer() {
    const known = store((storage) => storage.getItem(KEY), "localStorage");
    if (known || window.location.search) return;
    store((storage) => storage.setItem(KEY, "offered"), "localStorage");
    const words = "New here? Six things to try on this page, in about five minutes.";
    this.stage.advice.say("offer", { words, buttons: [
      { words: "Show me", act: () => this.start() },
      { words: "No, thanks", act: () => this.end() },
    ] });
  }

  start() {
    this.end();
    this.timer = setInterval(() => this.notice(), NOTICE_MS);
    this.go(0);
  }

  end() {
    clearInterval(this.timer);
    this.mark(null);
    for (const source of ["guide", "offer"]) this.stage.advice.say(source, null);
  }

  go(at) {
    if (at >= STEPS.length) {
      this.end();
      return;
    }
    Object.assign(this, { at, first: this.seen, praised: null });
    this.mark(STEPS[at].part);
    this.say(STEPS[at].words, at < STEPS.length - 1 ? "Skip" : "End");
  }

  say(words, next) {
    const buttons = [{ words: next, act: () => this.go(this.at + 1) }];
    if (this.at < STEPS.length - 1) buttons.push({ words: "End", act: () => this.end() });
    this.stage.advice.say("guide", { words: `${this.at + 1}/${STEPS.length} · ${words}`, buttons });
  }

  // Marks the control that a step is about.
  mark(part) {
    for (const marked of this.stage.root.querySelectorAll(".nnv-guided")) marked.classList.remove("nnv-guided");
    if (part) this.stage.root.querySelector(`[data-testid="nnviz-${part}"]`).classList.add("nnv-guided");
  }

  get seen() {
    const { clock, shown, past, run, scene } = this.stage;
    const rates = run.live.learning_rate, [changed, rate] = rates[rates.length - 1];
    const hidden = run.layers.slice(0, -1), node = scene.diagram.marked?.node;
    return {
      playing: clock.mode === "play", step: shown.step, newest: past.last.step,
      loss: shown.lossTrain, start: past.moments[0].lossTrain, accuracy: shown.accuracyTrain,
      neuron: node && node.column > 0 && node.column <= hidden.length ? scene.diagram.nameOf(node) : null,
      rate, changed, layers: hidden.length, neurons: hidden.reduce((sum, { units }) => sum + units, 0),
    };
  }

  // Praises what was done. The last step goes on: fewer neurons are praised again.
  notice() {
    const now = this.seen, isLast = this.at === STEPS.length - 1;
    if (this.praised !== null && !(isLast && now.neurons < this.praised)) return;
    const words = STEPS[this.at].praise(now, this.first);
    if (!words) return;
    this.praised = now.neurons;
    this.mark(null);
    this.say(words, isLast ? "Finish" : "Next");
  }
}
