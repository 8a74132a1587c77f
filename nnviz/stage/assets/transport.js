// The controls of the stage: buttons, speed, learning rate, numbers and notices. It calls `actions`
// and displays what it is given.

import { icon } from "./dom.js";
import { Panel } from "./panel.js";
import { Tiles, formatLoss } from "./tiles.js";

const ANNOUNCE_MS = 5000;
const PRESSING = ["lost", "refused", "progress", "stopped"];

function rateWords(before, now) {
  if (before === undefined) return `Starts at rate ${now}.`;
  return before === now ? `Reached at rate ${now}.` : `Reached at rate ${before}, goes on at rate ${now}.`;
}

export class Transport {
  constructor(root, actions) {
    const find = (id) => root.querySelector(`[data-testid="nnviz-${id}"]`);
    this.root = root;
    for (const name of ["play", "speed", "notice", "time", "continue", "lecture", "lower-rate", "raise-rate"]) this[`${name}Part`] = find(name);
    this.addPart = find("add-layer");
    this.ways = { undo: find("undo"), redo: find("redo") };
    for (const name of ["rate", "status", "caption"]) this[`${name}Part`] = root.querySelector(`.nnv-${name}`);
    this.speedText = root.querySelector(".nnv-speed output");
    this.tiles = new Tiles(root, (ask) => actions.explain(ask));
    this.keys = new Panel(find("help"), root.querySelector(".nnv-keys"));
    new Panel(find("legend"), root.querySelector(".nnv-legend"));
    this.announced = 0;
    this.notices = {};
    for (const [id, action] of Object.entries({
      play: "toggle", step: "step", "epoch-step": "epoch", reset: "reset", undo: "undo", redo: "redo", lecture: "lecture",
      "take-home": "takeHome", continue: "branch", "add-layer": "addLayer", "remove-layer": "removeLayer",
    })) find(id).addEventListener("click", () => actions[action]());
    this.speedPart.addEventListener("input", () => actions.setPerFrame());
    this["lower-ratePart"].addEventListener("click", () => actions.changeRate(-1));
    this["raise-ratePart"].addEventListener("click", () => actions.changeRate(1));
    for (const format of ["svg", "png"]) find(`picture-${format}`).addEventListener("click", () => actions.picture(format));
    const views = ["show-test", "show-wrong", "show-classes", "gradients", "show-accuracy", "log-scale"].map(find);
    const [test, wrong, hard, gradients, accuracy, log] = views;
    this.switches = { test, mistakes: wrong, classes: hard, gradients, accuracy, log };
    this.view = () => ({
      test: test.checked, wrong: wrong.checked, hard: hard.checked,
      gradients: gradients.checked, curve: accuracy.checked ? "accuracy" : "loss", log: log.checked,
    });
    for (const box of views) box.addEventListener("change", () => {
      this.refreshSwitches();
      actions.setView(this.view());
    });
    this.showSpeed();
  }

  refreshSwitches() {
    this.switches.log.disabled = this.switches.accuracy.checked;
  }

  // Speed and switches as texts of a link.
  get settings() {
    const on = Object.entries(this.switches).filter(([, box]) => box.checked).map(([name]) => name);
    return { speed: String(this.perFrame), show: on.join(".") || "none" };
  }

  // Takes over speed and switches from the texts of a link; null leaves them.
  take({ speed, show }) {
    if (speed) this.speedPart.value = String(Math.log2(Number(speed)));
    if (show) for (const [name, box] of Object.entries(this.switches)) box.checked = show.split(".").includes(name);
    this.refreshSwitches();
    this.showSpeed();
  }

  // Updates between two frames, a power of two.
  get perFrame() { return 2 ** Number(this.speedPart.value); }

  changeSpeed(by) {
    this.speedPart.value = String(Number(this.speedPart.value) + by);
    this.speedPart.dispatchEvent(new Event("input"));
  }

  showSpeed() {
    this.speedText.textContent = String(this.perFrame);
    this.speedPart.setAttribute("aria-valuetext", this.perFrame === 1 ? "1 update a picture" : `${this.perFrame} updates a picture`);
  }

  // Sets the number of speeds and the round learning rates, and enables the button for another
  // hidden layer.
  setBounds(speeds, layers, mostLayers, rates) {
    this.rates = rates;
    this.speedPart.max = String(speeds - 1);
    this.showSpeed();
    this.addPart.disabled = layers >= mostLayers;
  }

  // Enables the buttons for the ways, undo and redo, in which there is a state to go to.
  showWays(ways) {
    for (const [way, button] of Object.entries(this.ways)) button.disabled = !ways.includes(way);
  }

  showPlaying(playing) {
    const [name, word] = playing ? ["pause", "Pause"] : ["play", "Play"];
    this.playPart.innerHTML = `${icon(name)}<span>${word}</span>`;
    this.playPart.classList.toggle("nnv-playing", playing);
  }

  // Shows the step among those up to the `last` one, and the learning rates before and after it.
  // `rates`: pairs of a first step and a rate.
  showTime(step, last, rates) {
    for (const [name, value] of Object.entries({ max: last, now: step, text: `step ${step}` })) {
      this.timePart.setAttribute(`aria-value${name}`, value);
    }
    const now = rates.findLast(([from]) => from <= step)[1], before = rates.findLast(([from]) => from < step)?.[1];
    const text = rateWords(before, now);
    if (this.ratePart.textContent !== text) this.ratePart.textContent = text;
    this["lower-ratePart"].disabled = now <= this.rates[0];
    this["raise-ratePart"].disabled = now >= this.rates[this.rates.length - 1];
    if (this.continuePart.disabled !== (step >= last)) this.continuePart.disabled = step >= last;
  }

  // Sets a notice. If there are several, only the most important one is shown.
  showNotice(kind, words) {
    if (this.notices[kind] === words) return;
    this.notices[kind] = words;
    const text = PRESSING.map((one) => this.notices[one]).find(Boolean) ?? "";
    this.noticePart.hidden = !text;
    this.noticePart.textContent = text;
  }

  // Shows a caption; only lecture mode has a place for it.
  showCaption(words) {
    this.captionPart.hidden = !words;
    this.captionPart.textContent = words;
  }

  showLecture(on) {
    this.lecturePart.setAttribute("aria-pressed", String(on));
    this.statusPart.textContent = on ? "Lecture mode: only the stage is shown. L ends it." : "Lecture mode has ended.";
  }

  // Tells screen readers the state, not too often, while it plays.
  announce(frame, now, must = false) {
    if (!must && now - this.announced < ANNOUNCE_MS) return;
    this.announced = now;
    const accuracy = (100 * frame.accuracyTrain).toFixed(0);
    this.say(`Training at step ${frame.step}: train loss ${formatLoss(frame.lossTrain)}, train accuracy ${accuracy} percent.`);
  }

  say(words) { this.statusPart.textContent = words; }
}
