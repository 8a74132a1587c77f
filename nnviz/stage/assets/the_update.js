// The update of one weight: the new value with its arithmetic, and each of its parts one level
// further: the gradient, the optimizer's memory, the rate.

import { Answer } from "./answer.js";
import { element } from "./dom.js";
import { write, writeCells, writeList } from "./quantity.js";
import { WeightChoice } from "./weight_choice.js";

const NEW = "new"; // before the ask of a weight: its value after the update

export class TheUpdate {
  // `page`: asking, weightAsk, trace, open(ask)
  constructor(host, page) {
    Object.assign(this, { host, page, parts: new Map() });
    this.cells = element("div", { className: "nnv-totals", role: "group", ariaLabel: "The update" });
    this.choice = new WeightChoice(page);
    this.step = element("span", { className: "nnv-at-step" });
    this.words = element("p", { className: "nnv-refused", hidden: true });
    this.main = new Answer(page.terms, 3);
    this.list = element("div", { className: "nnv-update-parts" });
    host.append(element("div", { className: "nnv-update-head" }, this.choice.root, this.step), this.cells, this.words, this.main.root, this.list);
  }

  keyOf({ experiment, at, sample }) {
    const { weightAsk } = this.page;
    return weightAsk && `${experiment}&at=${at}&sample=${sample}&ask=${weightAsk}`;
  }

  async bring(moment, signal) {
    const { asking, weightAsk, trace } = this.page;
    const why = (ask) => asking.why(moment, `sample=${moment.sample}&ask=${ask}`, signal);
    this.choice.show();
    const answer = await why(`${NEW}${weightAsk}`);
    const opened = [];
    for (const { ask } of answer.parts) opened.push(await why(ask));
    this.words.hidden = true;
    this.main.root.hidden = this.list.hidden = false;
    this.main.show(answer);
    write(this.step, `Step ${answer.step}`);
    writeCells(this.cells, trace.update);
    writeList(this.list, opened, ({ ask }) => ask, (one) => this.make(one), (part, one) => this.parts.get(part).show(one));
  }

  make() {
    const answer = new Answer(this.page.terms, 4), part = element("section", { className: "nnv-update-part" }, answer.root);
    this.parts.set(part, answer);
    return part;
  }

  refuse(words) {
    this.words.hidden = false;
    this.main.root.hidden = this.list.hidden = true;
    write(this.words, words);
  }
}
