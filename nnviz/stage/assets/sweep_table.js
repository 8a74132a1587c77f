// The table of a sweep: a line for each combination, sorted by any column; files with all trainings.

import { element } from "./dom.js";
import { MEASURES, shortened, written } from "./sweep_results.js";

export class SweepTable {
  constructor(host, actions) {
    Object.assign(this, { actions, by: null, down: false, rows: [] });
    this.body = element("tbody");
    this.body.addEventListener("keydown", (event) => this.walk(event));
    this.body.addEventListener("focusin", ({ target }) => this.stop(target));
    this.head = element("tr");
    const table = element("table", { ariaLabel: "All combinations" }, element("thead", {}, this.head), this.body);
    const files = element("div", { className: "nnv-sweep-line" }, this.file("CSV", () => this.csv(), "text/csv"), this.file("JSON", () => this.json(), "application/json"));
    host.append(element("h3", {}, "Table"), files, element("div", {}, table));
  }

  file(name, write, type) {
    const button = element("button", { type: "button", textContent: `Download ${name}` });
    button.dataset.testid = `nnviz-sweep-${name.toLowerCase()}`;
    button.addEventListener("click", () => {
      const href = URL.createObjectURL(new Blob([write()], { type }));
      element("a", { href, download: `sweep.${name.toLowerCase()}` }).click();
      setTimeout(() => URL.revokeObjectURL(href));
    });
    return button;
  }

  setResults(results) {
    Object.assign(this, { results, by: null });
    const names = [...results.plan.axes.map(({ label }) => label), "median", "lowest", "highest", "diverged"];
    this.columns = names.map((name, i) => {
      const button = element("button", { type: "button", textContent: name });
      button.addEventListener("click", () => this.sort(i));
      return element("th", { scope: "col" }, button);
    });
    this.head.replaceChildren(...this.columns, element("th", { scope: "col" }, "Playground"));
    this.rows = Array.from({ length: results.count }, (_, k) => this.row(k));
    this.body.replaceChildren(...this.rows.map(({ root }) => root));
    this.stop(this.rows[0].open);
  }

  row(k) {
    const open = element("button", { type: "button", textContent: "Open", tabIndex: -1, ariaLabel: `Open ${this.results.titleOf(k)} in the playground` });
    open.addEventListener("click", () => this.actions.open(k));
    const texts = this.results.textsOf(k).map((text) => element("td", { title: text }, shortened(text)));
    const numbers = this.columns.slice(texts.length).map(() => element("td"));
    const root = element("tr", {}, ...texts, ...numbers, element("td", {}, open));
    for (const type of ["pointerenter", "focusin"]) root.addEventListener(type, () => this.actions.look(k));
    return { k, root, open, numbers, places: this.results.placesOf(k) };
  }

  mark(combination) {
    for (const { k, root } of this.rows) root.classList.toggle("nnv-on", k === combination);
  }

  // Only one row is reached with Tab; arrow keys go to the others.
  stop(button) {
    for (const { open } of this.rows) open.tabIndex = open === button ? 0 : -1;
  }

  walk(event) {
    const line = event.target.closest("tr"), { firstElementChild: first, lastElementChild: last } = this.body;
    const next = { ArrowUp: line.previousElementSibling, ArrowDown: line.nextElementSibling, Home: first, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    next?.querySelector("button").focus();
  }

  sort(i) {
    this.down = this.by === i ? !this.down : i >= this.results.plan.axes.length;
    this.by = i;
    this.paint(this.measure);
  }

  // Writes only what has changed: the focus stays in its row.
  paint(measure) {
    this.measure = measure;
    for (const row of this.rows) {
      const { median, low, high, nDiverged, shown } = this.results.summary(row.k, measure);
      row.values = [...row.places, median, low, high, nDiverged];
      const texts = [...[median, low, high].map((one) => written(one, measure)), String(nDiverged)];
      row.numbers.forEach((cell, i) => cell.textContent === texts[i] || (cell.textContent = texts[i]));
      row.open.ariaDisabled = String(!shown);
    }
    this.columns.forEach((column, i) => column.setAttribute("aria-sort", i !== this.by ? "none" : this.down ? "descending" : "ascending"));
    this.arrange(this.by === null ? this.rows : this.rows.toSorted((one, other) => this.compare(one, other)));
  }

  compare(one, other) {
    const a = one.values[this.by], b = other.values[this.by];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
    return this.down ? b - a : a - b;
  }

  arrange(rows) {
    if (rows.every(({ root }, i) => root === this.body.children[i])) return;
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    this.body.append(...rows.map(({ root }) => root));
    focused?.focus({ preventScroll: true });
  }

  // All trainings as rows, in the order of the sweep.
  trainings() {
    const { results } = this, { axes, seeds } = results.plan;
    return Array.from({ length: results.total }, (_, index) => {
      const texts = results.textsOf(Math.floor(index / results.nSeeds)), found = results.trainings.get(index);
      const number = (name) => (Number.isFinite(found?.[name]) ? found[name] : null);
      return {
        ...Object.fromEntries(axes.map(({ key }, i) => [key, texts[i]])), seed: seeds[index % results.nSeeds],
        step: number("step"), train_loss: number("lossTrain"), test_loss: number("lossTest"),
        train_accuracy: number("accuracyTrain"), test_accuracy: number("accuracyTest"),
        ended: found?.failed ? "failed" : (found?.ended?.kind ?? ""), why: found?.failed ?? found?.ended?.cause ?? "",
      };
    });
  }

  csv() {
    const rows = this.trainings(), quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
    return [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((row) => `${row.map(quoted).join(",")}\n`).join("");
  }

  json() {
    const { experiment, sweep, steps, seeds } = this.results.plan;
    return JSON.stringify({ experiment, own: this.actions.own(), sweep, steps, seeds, measures: Object.values(MEASURES), trainings: this.trainings() }, null, 1);
  }
}
