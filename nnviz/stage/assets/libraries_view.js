// The view Libraries of the Lab: NumPy and scikit-learn on this experiment, and what was recorded
// about PyTorch and Keras.

import { element } from "./dom.js";
import { formatShare } from "./tiles.js";

const BASES = {
  article: "From the settings of the article: gradient descent at 0.01 with all points in a batch.",
  adam: "From Adam at 0.01, with Glorot's weights and batches of 32.",
};

export class LibrariesView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, own: null, said: "" });
    this.live = element("section", { className: "nnv-lib-live" });
    this.recorded = element("div", { className: "nnv-lib-recorded" });
    host.append(this.live, this.recorded);
  }

  key() { return ""; }
  textOf(experiment) { return experiment === this.own?.experiment ? this.own.text : undefined; }

  async open(signal) {
    this.live.replaceChildren(title("This experiment, trained now"), paragraph("NumPy and scikit-learn are training …"));
    const message = ({ header }) => {
      if (header.live) this.showLive(header);
      else this.showRecord(header);
    };
    await this.lab.ask("libraries", this.lab.base.experiment, { signal, message });
    return { tracks: [this.lab.track] };
  }

  // What was trained just now on the experiment of the playground.
  showLive({ live, why, experiment, own }) {
    this.own = { experiment, text: own };
    const rows = live.map((row, i) => [
      row.title,
      row.time,
      row.loss === null ? "–" : row.loss.toFixed(4),
      formatShare(row.accuracy ?? NaN),
      row.words,
      i === 0 ? this.opener({ experiment, own }, row.step) : "",
    ]);
    const shown = live.length ? table("Trained just now on this server", ["Library", "Time of an update", "Loss", "Accuracy", "What it shows", "Playground"], rows) : paragraph(why);
    this.live.replaceChildren(title("This experiment, trained now"), shown);
    this.said = live.map((row) => `${row.title}: ${row.words}`).join(" ");
  }

  showRecord({ recorded, lockstep, defaults, widths, sentences }) {
    const parts = [
      title("Why the article's conclusion is false"),
      prose(sentences.article),
      title("In lockstep: the same weights, batches and rule"),
      prose(sentences.lockstep),
      folded("All presets", this.lockstep(lockstep)),
      title("Each library's defaults, put back one at a time"),
      ...Object.keys(BASES).flatMap((base) => this.defaults(base, defaults.filter((row) => row.base === base))),
      title("The width at which PyTorch overtakes NumPy"),
      prose(sentences.widths),
      ...widths.map((series) => folded(series.title, widthTable(series))),
      title("Before the first update"),
      prose(sentences.starts),
      title("Where this was recorded"),
      prose(sentences.recorded),
    ];
    this.recorded.replaceChildren(...parts);
  }

  lockstep(rows) {
    const cells = rows.map((row) => [row.title, row.library, row.difference, row.largest === null ? "" : this.opener(row, row.steps)]);
    return table("Largest difference of a parameter from NumPy's", ["Preset", "Library", "Difference", "Playground"], cells);
  }

  defaults(base, rows) {
    const cells = rows.map((row) => [
      row.library,
      row.row || "The same as in NumPy",
      row.what,
      row.changed || row.result,
      row.time,
      row.numpy ? this.opener(row.numpy, row.numpy.step, "NumPy with the same settings") : "",
    ]);
    return [table(BASES[base], ["Library", "Default", "What it is", "What it changes", "Time", "Playground"], cells)];
  }

  opener({ experiment, own = null }, step, what = "this run") {
    const button = element("button", { type: "button", textContent: "Open", title: `Open ${what} in the playground, at step ${step}` });
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", () => this.lab.openRun({ experiment, own }, step));
    return button;
  }

  show() {}
  rest() {}
  setTheme() {}
  describe() { return this.said; }

  close() {
    this.live.replaceChildren();
    this.recorded.replaceChildren();
    this.said = "";
  }
}

const title = (textContent) => element("h3", { textContent });
const paragraph = (textContent) => element("p", { textContent });
const prose = (sentences) => element("div", { className: "nnv-lib-prose" }, ...sentences.map(paragraph));

const folded = (summary, content) => element("details", {}, element("summary", { textContent: summary }), content);

function widthTable({ title: caption, rows }) {
  const cells = rows.map((row) => [row.width === null ? "The article's network" : `${row.width} units`, ...row.words, row.shows]);
  return table(caption, ["Width", "NumPy", "PyTorch", "PyTorch, its own threads", "What it shows"], cells);
}

// A table that can be scrolled sideways, also with the keyboard. The first cell of a row is its name.
function table(caption, heads, rows) {
  const head = element("tr", {}, ...heads.map((textContent) => element("th", { scope: "col", textContent })));
  const lines = rows.map((cells) => element("tr", {}, ...cells.map((cell, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, cell))));
  const made = element("table", {}, element("caption", { textContent: caption }), element("thead", {}, head), element("tbody", {}, ...lines));
  const scrolled = element("div", { className: "nnv-lib-table", tabIndex: 0, role: "region" }, made);
  scrolled.setAttribute("aria-label", caption);
  return scrolled;
}
