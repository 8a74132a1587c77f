// The table of a sweep: a line for each combination, sorted by any column; files with all trainings.

import { element } from "./dom.js";
import { MEASURES, shortened, written } from "./sweep_results.js";

export class SweepTable {
  constructor(host, actions) {
    Object.assign(this, { actions, by: null, down: false });
    this.body = element("tbody");
    this.head = element("tr");
    const table = element("table", { ariaLabel: "All combinations" }, element("thead", {}, this.head), this.body);
    const files = element("div", { className: "nnv-sweep-line" }, this.file("CSV", () => this.csv(), "text/csv"), this.file("JSON", () => this.json(), "application/json"));
    host.append(element("h3", {}, "Table"), files, element("div", { tabIndex: 0, role: "region", ariaLabel: "Table of all combinations" }, table));
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
  }

  sort(i) {
    this.down = this.by === i ? !this.down : i >= this.results.plan.axes.length;
    this.by = i;
    this.paint(this.measure);
  }

  paint(measure) {
    const { results, by, down } = this;
    this.measure = measure;
    const rows = Array.from({ length: results.count }, (_, k) => {
      const { median, low, high, nDiverged, shown } = results.summary(k, measure);
      return { k, shown, places: results.placesOf(k), numbers: [median, low, high, nDiverged] };
    });
    const value = ({ places, numbers }) => [...places, ...numbers][by];
    if (by !== null) {
      rows.sort((one, other) => {
        const [a, b] = [value(one), value(other)];
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
        return down ? b - a : a - b;
      });
    }
    this.columns.forEach((column, i) => column.setAttribute("aria-sort", i !== by ? "none" : down ? "descending" : "ascending"));
    this.body.replaceChildren(...rows.map((row) => this.line(row, measure)));
  }

  line({ k, shown, numbers: [median, low, high, nDiverged] }, measure) {
    const open = element("button", { type: "button", textContent: "Open", disabled: !shown, ariaLabel: `Open ${this.results.titleOf(k)} in the playground` });
    open.addEventListener("click", () => this.actions.open(k));
    const texts = [...this.results.textsOf(k).map(shortened), ...[median, low, high].map((one) => written(one, measure)), String(nDiverged)];
    return element("tr", {}, ...texts.map((text) => element("td", {}, text)), element("td", {}, open));
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
