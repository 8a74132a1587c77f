// The grid of a sweep of one or two axes: a cell for each combination, with the boundary as a picture.

import { element } from "./dom.js";
import { inWords, shortened, written } from "./sweep_results.js";
import { LUT_REACH, LUT_SIZE, colourTable, logitsOf } from "./surface.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class SweepGrid {
  // `look(combination)` is called for a cell under the pointer or with the focus, `open` for a click.
  constructor(actions) {
    this.actions = actions;
    this.root = element("div", { className: "nnv-sweep-grid" });
    this.root.addEventListener("keydown", (event) => this.walk(event));
  }

  setResults(results) {
    const { axes } = results.plan, [rows, columns] = axes.length > 1 ? axes : [null, axes[0]];
    Object.assign(this, { results, width: columns.values.length, cells: [] });
    const names = [...(rows ? [`${rows.label} ↓`] : []), `${columns.label} →`];
    const corner = element("th", { scope: "col" }, ...names.map((name) => element("div", { textContent: name })));
    const head = element("tr", {}, corner, ...columns.values.map((text) => element("th", { scope: "col", title: text }, shortened(text))));
    const lines = (rows?.values ?? [""]).map((text, i) => {
      const cells = columns.values.map((_, k) => this.cell(i * this.width + k));
      return element("tr", {}, element("th", { scope: "row", title: text }, shortened(text)), ...cells);
    });
    for (const line of [head, ...lines]) line.setAttribute("role", "row");
    for (const name of head.children) name.setAttribute("role", "columnheader");
    for (const { firstElementChild: name } of lines) name.setAttribute("role", "rowheader");
    const table = element("table", { ariaLabel: "Combinations" }, element("thead", {}, head), element("tbody", {}, ...lines));
    table.setAttribute("role", "grid");
    table.style.setProperty("--columns", String(this.width));
    this.root.replaceChildren(table);
    this.stop(0);
  }

  cell(combination) {
    const canvas = element("canvas", { width: 1, height: 1 }), text = element("span", { className: "nnv-sweep-value" });
    const range = element("i"), spread = element("span", { className: "nnv-sweep-spread" }, range);
    const button = element("button", { type: "button", className: "nnv-sweep-cell", tabIndex: -1 }, canvas, text, spread);
    button.dataset.testid = `nnviz-sweep-cell-${combination}`;
    for (const type of ["pointerenter", "focus"]) {
      button.addEventListener(type, () => {
        if (type === "focus") this.stop(combination);
        this.actions.look(combination);
      });
    }
    button.addEventListener("click", () => this.actions.open(combination));
    this.cells.push({ button, canvas, text, range, spread });
    const place = element("td", {}, button);
    place.setAttribute("role", "gridcell");
    return place;
  }

  mark(combination) {
    this.cells.forEach(({ button }, i) => button.classList.toggle("nnv-on", i === combination));
  }

  // Only one cell is reached with Tab; arrow keys go to the others.
  stop(combination) {
    this.cells.forEach(({ button }, i) => (button.tabIndex = i === combination ? 0 : -1));
  }

  walk(event) {
    const at = this.cells.findIndex(({ button }) => button === event.target), last = this.width - 1;
    if (at < 0) return;
    const row = Math.floor(at / this.width), column = at % this.width;
    const [down, right] = MOVES[event.key] ?? { Home: [0, -column], End: [0, last - column] }[event.key] ?? [];
    if (down === undefined) return;
    event.preventDefault();
    const next = column + right;
    if (next >= 0 && next <= last) this.cells[(row + down) * this.width + next]?.button.focus();
  }

  paint(measure, scale, { palette }) {
    const { results } = this, colours = colourTable(palette);
    this.cells.forEach(({ button, canvas, text, range, spread }, combination) => {
      const summary = results.summary(combination, measure), { kind, shown, median, low, high } = summary;
      const name = results.nameOf(measure);
      button.dataset.kind = kind;
      button.ariaLabel = `${results.titleOf(combination)}: ${inWords(summary, name, measure, results.nSeeds)}`;
      button.setAttribute("aria-disabled", String(!shown));
      button.style.setProperty("--share", String(scale.share(median) || 0));
      text.textContent = kind === "found" ? written(median, measure) : { diverged: "diverged", failed: "refused", waiting: "" }[kind];
      spread.hidden = results.nSeeds < 2;
      const ends = [scale.share(low), scale.share(high)].map((share) => Math.min(1, Math.max(0, share))).sort((a, b) => a - b);
      ["--low", "--high"].forEach((name, i) => range.style.setProperty(name, String(ends[i])));
      if (shown && shown !== canvas.training) paintThumbnail(canvas, shown.surface, colours);
      canvas.training = shown;
    });
  }
}

// Paints a surface with one pixel for each place; row 0 is at the bottom.
export function paintThumbnail(canvas, surface, colours) {
  const { side } = surface, logits = logitsOf(surface);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d"), image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  logits.forEach((logit, i) => {
    const level = Math.floor(((logit + LUT_REACH) / (2 * LUT_REACH)) * LUT_SIZE);
    pixels[(side - 1 - Math.floor(i / side)) * side + (i % side)] = colours[Math.min(LUT_SIZE - 1, Math.max(0, level))];
  });
  context.putImageData(image, 0, 0);
}
