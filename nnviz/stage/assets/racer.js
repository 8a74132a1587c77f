// One racer: its plane, its place, what differs in it, and its numbers.

import { element } from "./dom.js";
import { Plane } from "./plane.js";
import { formatLoss, formatShare } from "./tiles.js";

export const LETTERS = ["A", "B", "C", "D"];
export const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

const NUMBER = new Intl.NumberFormat("en");
const ORDINALS = ["1st", "2nd", "3rd", "4th"];
const NUMBERS = { lossTrain: "Train loss", lossTest: "Test loss", accuracyTrain: "Train accuracy", accuracyTest: "Test accuracy" };

// The places of all racers by one of their numbers, {place, shared}. Numbers that look equal share a
// place; a number that is none comes last.
export function placesOf(frames, ranking) {
  const isLoss = ranking.startsWith("loss");
  const level = (frame) => {
    const value = frame[ranking];
    if (!Number.isFinite(value)) return Infinity;
    return isLoss ? Number(formatLoss(value)) : -Number(value.toFixed(3));
  };
  const levels = frames.map(level);
  return levels.map((own) => ({
    place: levels.filter((other) => other < own).length,
    shared: levels.filter((other) => other === own).length > 1,
  }));
}

export class Racer {
  // `racer`: an entry of race/, `run` the header of its runs/; `actions`: open(step), and remove() or
  // null.
  constructor(i, racer, run, actions) {
    this.letter = LETTERS[i];
    this.title = racer.title;
    this.hasTest = run.has_test;
    this.plane = new Plane(`The boundary of racer ${this.letter}`);
    this.plane.setData(run);
    this.place = element("output", { className: "nnv-racer-place" });
    this.stopped = element("p", { className: "nnv-racer-stopped", hidden: true });
    this.heading = element("h3", { tabIndex: -1 }, lineOf(i), element("span", { textContent: `${this.letter} · ${racer.title}` }));
    this.root = element("article", { className: "nnv-racer" },
      element("header", {}, this.heading, this.place), differing(racer.changed), this.plane.root, this.numbers(),
      element("div", { className: "nnv-racer-notes" }, this.stopped, ...racer.notes.map((textContent) => element("p", { textContent }))),
      this.buttons(actions));
    this.root.dataset.testid = `nnviz-racer-${this.letter}`;
    this.root.setAttribute("aria-label", `Racer ${this.letter}: ${racer.title}`);
    this.frame = null;
  }

  numbers() {
    this.cells = {};
    const list = element("dl", { className: "nnv-racer-numbers" });
    for (const [name, label] of [["step", "Step"], ...Object.entries(NUMBERS)]) {
      if (name.endsWith("Test") && !this.hasTest) continue;
      this.cells[name] = element("dd", { textContent: "–" });
      list.append(element("div", {}, element("dt", { textContent: label }), this.cells[name]));
    }
    return list;
  }

  buttons({ open, remove }) {
    const part = element("div", { className: "nnv-racer-buttons" });
    const add = (textContent, act, title) => {
      const button = element("button", { type: "button", textContent, title, ariaLabel: `${textContent}: racer ${this.letter}` });
      button.addEventListener("click", act);
      part.append(button);
    };
    add("Open in the playground", () => this.frame && open(this.frame.step), "Open this run in the playground, at this step");
    if (remove) add("Remove", remove, "Take this racer out of the race");
    return part;
  }

  focus() { this.heading.focus(); }

  paint(frame) {
    this.frame = frame;
    this.plane.paint(frame.surface);
  }

  // Writes the numbers. `place`: {place, shared}; `stop`: why and where the run ends, or null.
  write(frame, { place, shared }, stop) {
    write(this.place, shared ? `${ORDINALS[place]}, shared` : ORDINALS[place]);
    for (const [name, cell] of Object.entries(this.cells)) {
      write(cell, name === "step" ? NUMBER.format(frame.step) : name.startsWith("loss") ? formatLoss(frame[name]) : formatShare(frame[name]));
    }
    this.stopped.hidden = stop?.step !== frame.step;
    if (!this.stopped.hidden) write(this.stopped, `Stopped at step ${NUMBER.format(stop.step)}: ${stop.cause}`);
  }

  // Keeps the exact numbers of the shown step.
  note(frame) {
    Object.assign(this.root.dataset, { step: frame.step, lossTrain: frame.lossTrain, lossTest: frame.lossTest });
  }

  get words() {
    const shown = this.hasTest ? ["lossTest", "accuracyTest"] : ["lossTrain", "accuracyTrain"];
    const numbers = shown.map((name) => `${NUMBERS[name].toLowerCase()} ${this.cells[name].textContent}`);
    return `${this.place.textContent}: racer ${this.letter}, ${this.title}, ${numbers.join(", ")}.`;
  }

  setTheme(theme) { this.plane.setTheme(theme); }
}

// The settings in which the racers differ, with this racer's values.
function differing(changed) {
  const list = element("ul", { className: "nnv-racer-differs", ariaLabel: "What differs" });
  for (const { label, shown } of changed) list.append(element("li", {}, element("span", { textContent: `${label}: ` }), element("strong", { textContent: shown })));
  return list;
}

// The line of a racer, as in the chart.
function lineOf(i) {
  const canvas = element("span", { className: `nnv-racer-line nnv-racer-${i + 1}`, ariaHidden: "true" });
  canvas.innerHTML = `<svg viewBox="0 0 34 8"><path d="M0 4h34" stroke-dasharray="${DASHES[i].join(" ")}"/></svg>`;
  return canvas;
}

function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
