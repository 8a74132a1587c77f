// One answer: what a number is called, its formula, the same with numbers, its line of code, and
// what it was made of. Texts are written in place, so that the focus stays where it is.

import { element } from "./dom.js";
import { cellPart, symbolPart, symbolText, write, writeCell, writeList, writeSentences, writeTokens } from "./quantity.js";

export class Answer {
  // `terms` writes texts with the glossary; `level` is the level of the heading.
  constructor(terms, level = 3) {
    this.terms = terms;
    const part = (name, tag = "div") => (this[name] = element(tag, { className: `nnv-answer-${name}` }));
    this.heading = element(`h${level}`, { tabIndex: -1 }, part("symbol", "span"), part("title", "span"));
    this.value = element("button", { type: "button", className: "nnv-answer-value" });
    part("formula");
    part("numbers");
    for (const [name, label] of [["formula", "In symbols"], ["numbers", "With numbers"]]) {
      Object.assign(this[name], { role: "group", ariaLabel: label });
    }
    part("code", "figure");
    this.place = element("figcaption");
    this.line = element("code");
    this.code.append(element("pre", { tabIndex: 0, role: "group" }, this.line), this.place);
    this.root = element("div", { className: "nnv-answer-body" },
      element("div", { className: "nnv-answer-head" }, this.heading, this.value),
      part("definition", "p"), this.formula, this.numbers, this.code,
      part("partsHead", "h4"), part("parts", "ul"), part("notes"), part("seeHead", "h4"), part("see"));
    this.partsHead.textContent = "Made of";
    this.seeHead.textContent = "See also";
  }

  show(answer) {
    const { ask, title, symbol, definition, value, shown, formula, numbers, source, parts, notes, see } = answer;
    this.ask = ask;
    if (this.symbol.dataset.symbol !== symbolOf(symbol)) {
      this.symbol.dataset.symbol = symbolOf(symbol);
      this.symbol.replaceChildren(symbolPart(asSymbol(symbol)));
    }
    this.terms.write(this.title, title);
    Object.assign(this.value.dataset, { ask, value });
    write(this.value, shown);
    this.value.setAttribute("aria-label", `${title}: ${shown}`);
    this.terms.write(this.definition, definition);
    writeTokens(this.formula, formula);
    writeTokens(this.numbers, numbers);
    this.formula.hidden = formula.length === 0;
    this.numbers.hidden = numbers.length === 0;
    this.code.hidden = !source;
    if (source) {
      write(this.line, source.code);
      write(this.place, `${source.file}:${source.line}, ${source.function}`);
      this.line.parentElement.ariaLabel = `Line ${source.line} of ${source.file}`;
    }
    const kind = ({ ask: one, symbol: its }) => [one, symbolOf(its)];
    writeList(this.parts, parts, kind, (part) => element("li", {}, cellPart(asCell(part)), element("span")), (item, part) => {
      writeCell(item.firstChild, part);
      write(item.lastChild, part.title);
    });
    writeSentences(this.notes, notes, this.terms);
    writeList(this.see, see, (one) => one.ask, () => element("button", { type: "button" }), (button, one) => {
      button.dataset.ask = one.ask;
      write(button, one.title);
    });
    this.partsHead.hidden = parts.length === 0;
    this.seeHead.hidden = see.length === 0;
  }
}

// A symbol may be a text where it has no layer and no unit.
const asSymbol = (symbol) => (typeof symbol === "string" ? [symbol, "", ""] : symbol);
const asCell = (part) => ({ ...part, symbol: asSymbol(part.symbol) });
const symbolOf = (symbol) => symbolText(asSymbol(symbol));
