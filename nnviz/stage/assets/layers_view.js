// Layer by layer: the activation and its derivative, and on the same axis the histogram of the
// layer's z over the training points; the shapes of its arrays.

import { Axes, drawn } from "./axes.js";
import { element } from "./dom.js";
import { symbolPart, write, writeList, writeSentences } from "./quantity.js";

const SIZE = { width: 360, height: 190, left: 44 };
const TALL = 0.45; // of the axis, for the largest bar
const WORDS = {
  drawing: (title) => `Activation, derivative and histogram of z of ${title}`,
  shapes: "Shapes",
};

export class LayersView {
  // `page`: asking, terms
  constructor(host, page) {
    Object.assign(this, { host, page, cards: new Map() });
    this.step = element("span", { className: "nnv-at-step" });
    this.words = element("p", { className: "nnv-refused", hidden: true });
    this.list = element("div", { className: "nnv-layers" });
    host.append(this.step, this.words, this.list);
  }

  keyOf({ experiment, at }) { return `${experiment}&at=${at}`; }

  async bring(moment, signal) {
    const { step, layers } = await this.page.asking.layers(moment, "", signal);
    this.words.hidden = true;
    this.list.hidden = false;
    write(this.step, `Step ${step}`);
    writeList(this.list, layers, ({ layer, shapes }) => [layer, shapes.length], () => this.make(), (card, layer) => this.cards.get(card).show(layer));
  }

  make() {
    const card = new LayerCard(this.page.terms);
    this.cards.set(card.root, card);
    return card.root;
  }

  refuse(words) {
    this.words.hidden = false;
    this.list.hidden = true;
    write(this.words, words);
  }
}

class LayerCard {
  constructor(terms) {
    this.terms = terms;
    this.title = element("h3");
    this.formula = element("p", { className: "nnv-layer-formula" });
    this.axes = new Axes({ ...SIZE, label: "" });
    this.bars = drawn("g", { class: "nnv-bars" });
    this.curves = { f: drawn("path", { class: "nnv-curve-f" }), df: drawn("path", { class: "nnv-curve-df" }) };
    this.axes.root.append(this.bars, ...Object.values(this.curves));
    this.shapes = element("tbody");
    const table = element("table", { className: "nnv-shapes" }, element("caption", {}, WORDS.shapes), this.shapes);
    this.sentences = element("div", { className: "nnv-sentences" });
    const legend = element("p", { className: "nnv-curve-legend" }, ...[["f", "activation"], ["df", "derivative"], ["bars", "z of the training points"]]
      .map(([name, words]) => element("span", { className: `nnv-of-${name}` }, words)));
    const drawing = element("div", {}, this.axes.root, legend);
    this.root = element("section", { className: "nnv-layer" }, this.title, this.formula, element("div", { className: "nnv-layer-body" }, drawing, this.sentences), table);
  }

  show({ title, formula, derivative, shapes, histogram, curve, sentences }) {
    const { axes } = this, { low, high, counts } = histogram;
    this.terms.write(this.title, title);
    write(this.formula, [formula, derivative].filter(Boolean).join("    "));
    const all = [...curve.f, ...curve.df].filter(Number.isFinite);
    const ends = [Math.min(0, ...all), Math.max(0, ...all)];
    axes.root.ariaLabel = WORDS.drawing(title);
    axes.fit([Math.min(low, curve.z[0]), Math.max(high, curve.z[curve.z.length - 1])], ends, "z");
    for (const [name, path] of Object.entries(this.curves)) path.setAttribute("d", axes.path(curve.z, curve[name]));
    const most = Math.max(...counts, 1), wide = (high - low) / counts.length, floor = axes.y(ends[0]);
    const tall = TALL * (floor - axes.y(ends[1]));
    writeList(this.bars, counts, () => 0, () => drawn("rect"), (bar, count, i) => {
      const height = (count / most) * tall, x = axes.x(low + i * wide);
      const sizes = { x, y: floor - height, width: Math.max(0, axes.x(low + (i + 1) * wide) - x - 1), height };
      for (const [name, value] of Object.entries(sizes)) bar.setAttribute(name, value);
    });
    writeList(this.shapes, shapes, ([symbol]) => symbol, ([symbol]) => row(symbol), (part, [, shape, words]) => {
      write(part.children[1], shape);
      write(part.children[2], words);
    });
    writeSentences(this.sentences, sentences, this.terms);
  }
}

function row(symbol) {
  const head = element("th", { scope: "row" }, symbolPart(symbol));
  return element("tr", {}, head, element("td"), element("td"));
}
