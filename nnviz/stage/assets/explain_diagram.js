// The diagram of one sample: a card with numbers for every unit, column by column from the inputs
// to the output, and a line for every weight. What an answer is about is lit.

import { drawn } from "./axes.js";
import { element } from "./dom.js";
import { WEIGHT_AT_WIDEST } from "./layout.js";
import { write, writeCells, writeList } from "./quantity.js";

const WIDEST = 7; // pixels of a line
const THINNEST = 0.6;
const BEND = 0.4; // of the distance between two columns

const WORDS = {
  weight: ([layer, from, to, shown, gradient]) => `Weight from ${from} to ${to} in layer ${layer}: ${shown}; its gradient: ${gradient}`,
  dropped: "dropped in this update",
};

const askOf = ([layer, from, to]) => `W.${layer}.${from}.${to}`;

export class ExplainDiagram {
  constructor(host, terms) {
    Object.assign(this, { host, terms, trace: null, lit: new Set(), asked: "", lines: new Map() });
    this.sheet = element("div", { className: "nnv-columns" });
    this.picture = drawn("svg", { class: "nnv-lines", "aria-hidden": "true" });
    this.columns = element("div", { className: "nnv-column-row" });
    this.sheet.append(this.picture, this.columns);
    host.append(this.sheet);
    new ResizeObserver(() => this.place()).observe(this.sheet);
  }

  // Shows "forward" or "backward" numbers, or "both".
  setWay(way) {
    this.way = way;
    this.host.dataset.way = way;
    if (this.trace) this.show(this.trace);
    this.place();
  }

  isShown({ way }) { return [way, "both"].includes(this.way); }

  show(trace) {
    this.trace = trace;
    writeList(this.columns, trace.columns, ({ layer, units, more }) => [layer, units.length, more], columnPart, (part, column) => {
      this.terms.write(part.querySelector("h4"), column.title);
      write(part.querySelector(".nnv-column-kind"), column.activation ?? "");
      writeList(part.querySelector(".nnv-cards"), column.units, ({ unit }) => unit, cardPart, (card, unit) => {
        writeCard(card, unit, unit.cells.filter((cell) => this.isShown(cell)));
      });
      write(part.querySelector(".nnv-more"), column.more_words);
    });
    this.pair();
    this.drawLines();
    this.showLight();
  }

  // Makes a line for each weight; the same lines stay for the same weights.
  pair() {
    const kinds = this.trace.weights.map(askOf).join();
    if (kinds === this.kinds) return;
    this.kinds = kinds;
    this.lines.clear();
    for (const weight of this.trace.weights) {
      const ask = askOf(weight), line = drawn("path", { class: "nnv-weight" }), title = drawn("title", {});
      const target = drawn("path", { class: "nnv-weight-target", "data-line": ask });
      target.append(title);
      this.lines.set(ask, { line, target, title });
    }
    const all = [...this.lines.values()];
    this.picture.replaceChildren(...all.map(({ line }) => line), ...all.map(({ target }) => target));
    this.place();
  }

  // Lays the lines between the cards.
  place() {
    if (!this.trace || !this.sheet.offsetWidth) return;
    const { width: wide, height: high, left: x, top: y } = this.sheet.getBoundingClientRect();
    this.picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    const cards = new Map();
    this.trace.columns.forEach(({ layer, units }, i) => {
      const parts = this.columns.children[i].querySelectorAll(".nnv-card");
      units.forEach(({ unit }, k) => {
        const { left, right, top, height } = parts[k].getBoundingClientRect();
        cards.set(`${layer}.${unit}`, { left: left - x, right: right - x, middle: top - y + height / 2 });
      });
    });
    for (const [layer, from, to] of this.trace.weights) {
      const start = cards.get(`${layer - 1}.${from}`), end = cards.get(`${layer}.${to}`);
      if (!start || !end) continue;
      const bend = BEND * (end.left - start.right);
      const d = `M${start.right} ${start.middle}C${start.right + bend} ${start.middle} ${end.left - bend} ${end.middle} ${end.left} ${end.middle}`;
      const { line, target } = this.lines.get(askOf([layer, from, to]));
      for (const path of [line, target]) path.setAttribute("d", d);
    }
  }

  // Width and dashes say size and sign, of the weights or of their gradients.
  drawLines() {
    if (!this.trace) return;
    const back = this.way === "backward", at = back ? 6 : 5;
    const largest = back ? this.trace.weights.reduce((most, weight) => Math.max(most, Math.abs(weight[at])), 1e-30) : WEIGHT_AT_WIDEST;
    for (const weight of this.trace.weights) {
      const { line, title } = this.lines.get(askOf(weight)), share = Math.min(1, Math.abs(weight[at]) / largest);
      line.style.strokeWidth = `${(THINNEST + (WIDEST - THINNEST) * share).toFixed(2)}px`;
      line.style.opacity = (0.25 + 0.65 * share).toFixed(2);
      line.classList.toggle("nnv-minus", weight[at] < 0);
      write(title, WORDS.weight(weight));
    }
  }

  // Lights the quantities of an answer, and marks the one that was asked.
  light(lit, asked) {
    [this.lit, this.asked] = [new Set(lit), asked];
    this.showLight();
  }

  // The way whose numbers hold the one that was asked, if it is not shown.
  hiddenWay() {
    const cells = (this.trace?.columns ?? []).flatMap(({ units }) => units.flatMap((unit) => unit.cells));
    const cell = cells.find(({ ask }) => ask === this.asked);
    return cell && !this.isShown(cell) ? cell.way : null;
  }

  showLight() {
    for (const cell of this.columns.querySelectorAll("[data-ask]")) {
      const { ask } = cell.dataset, isAsked = ask === this.asked;
      cell.classList.toggle("nnv-lit", this.lit.has(ask) || isAsked);
      if (isAsked) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
    for (const [ask, { line }] of this.lines) {
      line.classList.toggle("nnv-lit", [ask, `d${ask}`].some((one) => this.lit.has(one) || one === this.asked));
    }
  }
}

const columnPart = () => element("section", { className: "nnv-column" },
  element("h4"), element("p", { className: "nnv-column-kind" }),
  element("div", { className: "nnv-cards" }), element("p", { className: "nnv-more" }));

const cardPart = () => element("div", { className: "nnv-card", role: "group" },
  element("p", { className: "nnv-card-title" }, element("span"), element("small")), element("div", { className: "nnv-cells" }));

function writeCard(card, { title, dropped }, cells) {
  const [name, note] = card.firstChild.children;
  write(name, title);
  write(note, dropped ? WORDS.dropped : "");
  if (card.ariaLabel !== title) card.ariaLabel = title;
  card.classList.toggle("nnv-dropped", dropped);
  writeCells(card.lastChild, cells);
}
