// The confusion matrix at a threshold, and the scores with their intervals, as tables.

import { element } from "./dom.js";

const SCORE = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const COUNTS = [["tn", "fp"], ["fn", "tp"]];
const INTERVALS = { auc: "auc_interval", average_precision: "ap_interval" };

export const score = (value) => (value === null || value === undefined ? "undefined" : SCORE.format(value));
export const interval = (ends) => (ends ? `${score(ends[0])} to ${score(ends[1])}` : "");

export class ScoreTables {
  constructor() {
    this.matrix = element("table", { className: "nnv-matrix" });
    this.matrix.dataset.testid = "nnviz-matrix";
    this.scores = element("table", { className: "nnv-scores" });
    this.scores.dataset.testid = "nnviz-scores";
    this.meanings = element("dl");
    const details = element("details", {}, element("summary", {}, "What the scores mean"), this.meanings);
    this.root = element("div", { className: "nnv-score-tables" }, this.matrix, this.scores, details);
  }

  // `judged`: the measures of a set; `chosen`: its row at the threshold, none after a divergence.
  show({ classes, measures, step }, judged, chosen, title) {
    this.matrix.replaceChildren(
      element("caption", {}, `${title} at step ${step}`),
      row(element("td"), ...classes.map((name) => heading(`called ${name}`, "col"))),
      ...COUNTS.map((names, label) =>
        row(heading(`is ${classes[label]}`, "row"), ...names.map((name, called) => cell(chosen ? String(chosen[name]) : "–", label === called)))));
    this.scores.replaceChildren(
      row(heading("Score", "col"), heading("Value", "col"), heading("Interval", "col")),
      ...measures.map(({ name, title: measure }) => {
        const [value, ...ends] = scoreOf(name, judged, chosen);
        return row(heading(measure, "row"), element("td", {}, score(value)), element("td", {}, interval(ends.length ? ends : null)));
      }));
    this.meanings.replaceChildren(...measures.flatMap(({ title: measure, words }) => [element("dt", {}, measure), element("dd", {}, words)]));
    const [accuracy] = scoreOf("accuracy", judged, chosen);
    this.words = `${title}: accuracy ${score(accuracy)}, area under the ROC curve ${score(judged.auc)}.`;
  }

  describe() { return this.words ?? ""; }
}

// A score with the ends of its interval, if it has one.
function scoreOf(name, judged, chosen) {
  if (name in judged) return [judged[name], ...(judged[INTERVALS[name]] ?? [])];
  return chosen?.[name] ?? [null];
}

const row = (...cells) => element("tr", {}, ...cells);
const heading = (words, scope) => element("th", { scope }, words);

function cell(words, isRight) {
  return element("td", { className: isRight ? "nnv-called-right" : "nnv-called-wrong" }, words);
}
