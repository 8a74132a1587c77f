// The cost as a curve over one weight, with its tangent and the place where the update lands. The
// weight can be dragged: the plane then shows the boundary that it would have, until it is let go.

import { framesQuery } from "./address.js";
import { Axes, drawn, written } from "./axes.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { symbolText, write, writeCells, writeSentences } from "./quantity.js";
import { framesOf } from "./unpack.js";
import { WeightChoice } from "./weight_choice.js";

const SIZE = { width: 620, height: 300 };
const BESIDE = 10; // pixels from a place on the curve to its cost
const NOTCHES = 200; // of the slider
const TANGENT = 0.16; // of the width of the axis, to each side
const HEAD = 7; // pixels of the arrow's head
const WORDS = {
  drag: "Drag the weight",
  help: "The plane shows the boundary with this weight. Let go, or press Escape: nothing is changed.",
  label: (title) => `The cost over ${title}`,
  cost: (value, cost) => `${value}: cost ${cost}`,
};

export class OneWeight {
  // `page`: asking, weightAsk, stage, terms
  constructor(host, page) {
    Object.assign(this, { host, page, along: null, abort: new AbortController(), isDragged: false });
    this.head = element("h3");
    this.choice = new WeightChoice(page);
    this.step = element("span", { className: "nnv-at-step" });
    this.value = element("div", { className: "nnv-totals" });
    this.words = element("p", { className: "nnv-refused", hidden: true });
    this.axes = new Axes({ ...SIZE, label: "" });
    this.shapes = Object.fromEntries(["curve", "tangent", "update", "ghost", "dot"].map((name) => [name, drawn(name.match(/dot|ghost/) ? "circle" : "path", { class: `nnv-${name}` })]));
    this.said = drawn("text", { class: "nnv-said" });
    this.axes.root.append(...Object.values(this.shapes), this.said);
    this.axes.root.addEventListener("pointermove", (event) => this.point(event));
    this.axes.root.addEventListener("pointerleave", () => this.isDragged || this.hideGhost());
    this.range = element("input", { type: "range", min: 0, max: NOTCHES, step: 1 });
    this.help = element("span", { className: "nnv-drag-help", id: "nnv-drag-help" }, WORDS.help);
    this.range.setAttribute("aria-describedby", this.help.id);
    this.range.dataset.testid = "nnviz-drag-weight";
    const label = element("label", { className: "nnv-drag" }, element("span", {}, WORDS.drag), this.range);
    this.sentences = element("div", { className: "nnv-sentences" });
    this.body = element("div", {}, this.value, this.axes.root, legend(), label, this.help, this.sentences);
    host.append(element("div", { className: "nnv-update-head" }, this.choice.root, this.step), this.head, this.words, this.body);
    this.range.addEventListener("input", () => this.drag());
    for (const kind of ["pointerup", "pointercancel", "blur"]) this.range.addEventListener(kind, () => this.letGo());
    this.range.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || event.key === "Enter") this.letGo();
    });
  }

  keyOf({ experiment, at }) {
    const { weightAsk } = this.page;
    return weightAsk && !this.isDragged ? `${experiment}&at=${at}&ask=${weightAsk}` : null;
  }

  async bring(moment, signal) {
    const along = await this.page.asking.along(moment, `ask=${this.page.weightAsk}`, signal);
    if (this.isDragged) return;
    this.along = along;
    this.choice.show();
    this.words.hidden = true;
    this.body.hidden = false;
    this.show();
  }

  refuse(words) {
    this.words.hidden = false;
    this.body.hidden = true;
    write(this.words, words);
  }

  show() {
    const { title, symbol, step, value, numbers, shown, weights, costs, cost, gradient, new: next, new_cost: nextCost, sentences } = this.along;
    const { axes, shapes, page } = this, number = Number(value);
    page.terms.write(this.head, title);
    write(this.step, `Step ${step}`);
    writeCells(this.value, numbers);
    const known = costs.filter((one) => one !== null);
    const ends = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1], span = [weights[0], weights[weights.length - 1]];
    axes.root.ariaLabel = WORDS.label(title);
    axes.fit(span, ends, symbolText(symbol), "cost");
    shapes.curve.setAttribute("d", axes.path(weights, costs));
    const half = TANGENT * (span[1] - span[0]);
    const hasTangent = cost !== null && gradient !== null, hasUpdate = cost !== null && ![null, undefined].includes(nextCost);
    shapes.tangent.setAttribute("d", hasTangent ? axes.path([number - half, number + half], [cost - half * gradient, cost + half * gradient]) : "");
    shapes.update.setAttribute("d", hasUpdate ? arrow(axes.x(number), axes.y(cost), axes.x(next), axes.y(nextCost)) : "");
    shapes.dot.style.display = cost === null ? "none" : "";
    place(shapes.dot, axes.x(number), axes.y(cost ?? 0));
    this.hideGhost();
    this.range.value = String(NOTCHES * (number - span[0]) / (span[1] - span[0]));
    this.range.setAttribute("aria-valuetext", shown);
    writeSentences(this.sentences, sentences, page.terms);
  }

  // Shows the boundary with another value of the weight; only the latest request counts.
  async drag() {
    if (!this.along) return;
    const { stage } = this.page, { parameter } = this.along;
    this.isDragged = true;
    stage.dispatch({ type: "pause" });
    const value = this.showGhost(Number(this.range.value) / NOTCHES);
    this.range.setAttribute("aria-valuetext", this.said.textContent);
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const { experiment } = stage.own, from = this.along.step;
    const message = (found) => {
      const [frame] = framesOf(found);
      if (!signal.aborted && frame) stage.scene.boundary.draw(frame);
    };
    try {
      await stage.askFrames(framesQuery({ experiment, from, changes: [`theta.${parameter}-${value}`] }), { signal, message });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      write(this.help, error.words);
    }
  }

  // Marks a place on the curve, 0 to 1 from its left end, and says its cost; returns the weight.
  showGhost(share) {
    const { weights, costs } = this.along, { ghost } = this.shapes, { axes } = this;
    const at = Math.max(0, Math.min(1, share)) * (weights.length - 1), i = Math.min(Math.floor(at), weights.length - 2);
    const value = between(weights, i, at - i), cost = between(costs, i, at - i);
    const isKnown = costs[i] !== null && costs[i + 1] !== null;
    ghost.style.display = this.said.style.display = isKnown ? "" : "none";
    if (!isKnown) return value;
    place(ghost, axes.x(value), axes.y(cost));
    const isRight = share > 0.5, x = axes.x(value) + (isRight ? -BESIDE : BESIDE);
    for (const [name, said] of Object.entries({ x, y: axes.y(cost) - BESIDE, "text-anchor": isRight ? "end" : "start" })) this.said.setAttribute(name, said);
    write(this.said, WORDS.cost(brief(value), brief(cost)));
    return value;
  }

  hideGhost() { this.shapes.ghost.style.display = this.said.style.display = "none"; }

  // Says the cost of the place on the curve under the pointer.
  point({ clientX }) {
    if (!this.along || this.isDragged) return;
    const { left, width } = this.axes.root.getBoundingClientRect();
    this.showGhost(this.axes.shareAt(((clientX - left) / width) * SIZE.width));
  }

  // Shows the true boundary and the true weight again.
  letGo() {
    if (!this.isDragged) return;
    this.isDragged = false;
    this.abort.abort();
    write(this.help, WORDS.help);
    this.show();
    const { stage } = this.page;
    stage.show(stage.shown, performance.now(), false);
  }
}

const brief = (value) => written(Number(value.toPrecision(4)));
const between = (values, i, share) => values[i] + share * (values[i + 1] - values[i]);

function place(circle, cx, cy) {
  for (const [name, value] of Object.entries({ cx, cy, r: 6 })) circle.setAttribute(name, value);
}

// A line from one place to another, with a head at its end.
function arrow(x0, y0, x1, y1) {
  const along = Math.atan2(y1 - y0, x1 - x0);
  const side = (turn) => `${x1 - HEAD * Math.cos(along + turn)} ${y1 - HEAD * Math.sin(along + turn)}`;
  return `M${x0} ${y0}L${x1} ${y1}M${side(0.5)}L${x1} ${y1}L${side(-0.5)}`;
}

const legend = () => element("p", { className: "nnv-curve-legend" }, ...[
  ["curve", "cost"], ["tangent", "gradient (tangent)"], ["update", "the update"],
].map(([name, words]) => element("span", { className: `nnv-of-${name}` }, words)));
