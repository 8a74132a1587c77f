// The choice of a weight or bias: a list of those in the diagram, and the one asked last.

import { element } from "./dom.js";
import { writeList } from "./quantity.js";

const WORDS = { label: "Weight or bias", weight: ([layer, from, to]) => `W[${layer}] from ${from} to ${to}` };

export class WeightChoice {
  // `page`: trace, weightAsk, open(ask)
  constructor(page) {
    this.page = page;
    this.select = element("select");
    this.select.addEventListener("change", () => page.open(this.select.value));
    this.root = element("label", { className: "nnv-weight-choice" }, element("span", {}, WORDS.label), this.select);
  }

  show() {
    const { trace, weightAsk: now } = this.page;
    const listed = (trace?.weights ?? []).map((weight) => [`W.${weight.slice(0, 3).join(".")}`, WORDS.weight(weight)]);
    if (!listed.some(([ask]) => ask === now)) listed.unshift([now, now]);
    writeList(this.select, listed, (one) => one, ([value, name]) => element("option", { value }, name), () => {});
    this.select.value = now;
  }
}
