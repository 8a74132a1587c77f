// The worksheet: given values, blanks to calculate by hand, what is right and wrong of the answers,
// the solution, and the sheet as a file and on paper.

import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { cellPart, symbolPart, write, writeCells, writeList, writeSentences, writeTokens } from "./quantity.js";

const JOINT = "~"; // between two typed answers
const LONGEST = 40; // characters of an answer
const WORDS = {
  renew: "New sheet for the sample and step shown", check: "Check", solve: "Show the solution", save: "Save as a file", print: "Print",
  given: "Given", blanks: "Calculate", solution: "Solution",
  score: (right, all) => `${right} of ${all} are right.`,
};
const SIGNS = { right: "✓ ", wrong: "✗ ", empty: "" };

const button = (words, onclick) => element("button", { type: "button", onclick }, words);

export class Worksheet {
  // `page`: asking, terms, turns
  constructor(host, page) {
    Object.assign(this, { host, page, sheet: null, abort: new AbortController() });
    this.title = element("h3");
    this.step = element("span", { className: "nnv-at-step" });
    this.words = element("p", { className: "nnv-refused", role: "status" });
    this.notes = element("div", { className: "nnv-sentences" });
    this.given = element("div", { className: "nnv-given", role: "group", ariaLabel: WORDS.given });
    this.blanks = element("ol", { className: "nnv-blanks" });
    const check = element("button", { type: "submit" }, WORDS.check), solve = button(WORDS.solve, () => this.mark(true));
    this.form = element("form", { noValidate: true },
      element("h4", {}, WORDS.blanks), this.blanks, element("div", { className: "nnv-sheet-buttons" }, check, solve), this.words);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.mark(false);
    });
    this.steps = element("div", { className: "nnv-steps" });
    this.solution = element("section", { className: "nnv-solution", hidden: true }, element("h4", {}, WORDS.solution), this.steps);
    const files = element("div", { className: "nnv-sheet-buttons" },
      button(WORDS.renew, () => this.renew()), button(WORDS.save, () => this.save()), button(WORDS.print, () => this.print()));
    host.append(element("div", { className: "nnv-update-head" }, this.title, this.step), files, this.notes,
      element("h4", {}, WORDS.given), this.given, this.form, this.solution);
  }

  // A sheet stays until another one is wanted: nobody calculates with numbers that change.
  keyOf({ experiment, at, sample }) { return this.sheet ? null : `${experiment}&at=${at}&sample=${sample}`; }

  async bring(moment, signal) {
    this.sheet = await this.page.asking.sheet(moment, `sample=${moment.sample}`, signal);
    this.moment = moment;
    this.show();
  }

  renew() {
    Object.assign(this, { sheet: null, done: null });
    this.page.turns.follow(true);
  }

  refuse(words) { write(this.words, words); }

  show() {
    const { title, step, given, blanks, notes } = this.sheet, { terms } = this.page;
    write(this.title, title);
    write(this.step, `Step ${step}`);
    write(this.words, "");
    writeSentences(this.notes, notes, terms);
    writeCells(this.given, given);
    this.solution.hidden = true;
    this.inputs = blanks.map((_, i) => element("input", { type: "text", inputMode: "decimal", autocomplete: "off", maxLength: LONGEST, id: `nnv-blank-${i}` }));
    this.verdicts = blanks.map((_, i) => element("p", { className: "nnv-verdict", id: `nnv-verdict-${i}` }));
    this.blanks.replaceChildren(...blanks.map(({ symbol, prompt }, i) => {
      this.inputs[i].setAttribute("aria-describedby", this.verdicts[i].id);
      const label = element("label", { htmlFor: this.inputs[i].id }, symbolPart(symbol), element("span", {}, prompt));
      return element("li", {}, label, this.inputs[i], this.verdicts[i]);
    }));
  }

  // Sends the answers; `isSolved` shows the solution too.
  async mark(isSolved) {
    if (!this.sheet) return;
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const typed = this.inputs.map(({ value }) => encodeURIComponent(value.trim().replaceAll(JOINT, "")));
    try {
      const { marks, solution } = await this.page.asking.mark(this.moment, `sample=${this.moment.sample}&answers=${typed.join(JOINT)}`, signal);
      this.showMarks(marks);
      if (isSolved) this.solve(solution);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.words);
    }
  }

  showMarks(marks) {
    marks.forEach(({ verdict, sentence }, i) => {
      this.verdicts[i].className = `nnv-verdict nnv-is-${verdict}`;
      write(this.verdicts[i], verdict === "empty" ? "" : `${SIGNS[verdict]}${sentence}`);
    });
    write(this.words, WORDS.score(marks.filter(({ verdict }) => verdict === "right").length, marks.length));
  }

  solve(solution) {
    this.solution.hidden = false;
    const cells = solution.map((one) => ({ ...one, ask: one.key, title: this.sheet.blanks.find(({ key }) => key === one.key).prompt }));
    const make = (cell) => element("div", {}, cellPart(cell), element("p"), element("p"));
    writeList(this.steps, cells, ({ ask }) => ask, make, (part, { formula, numbers }) => {
      writeTokens(part.children[1], formula);
      writeTokens(part.children[2], numbers);
    });
  }

  save() {
    if (!this.sheet) return;
    const href = URL.createObjectURL(new Blob([this.sheet.file], { type: "text/html" }));
    element("a", { href, download: this.sheet.name }).click();
    setTimeout(() => URL.revokeObjectURL(href));
  }

  // Prints the file from a frame of its own, so that the page stays.
  print() {
    if (!this.sheet) return;
    const frame = element("iframe", { className: "nnv-paper", srcdoc: this.sheet.file, ariaHidden: "true", tabIndex: -1 });
    frame.onload = () => {
      frame.contentWindow.addEventListener("afterprint", () => frame.remove());
      frame.contentWindow.print();
    };
    this.host.append(frame);
  }
}
