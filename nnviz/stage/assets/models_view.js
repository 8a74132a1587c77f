// The view Other models of the Lab: the same points learned by other models, in one grid of planes.

import { joined } from "./address.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { ModelCode } from "./model_code.js";
import { Plane } from "./plane.js";

const SHARE = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const TIME = new Intl.NumberFormat("en", { maximumSignificantDigits: 2, style: "unit", unit: "millisecond" });
const MILLI = 1e-3;
const shown = (share) => (share === null || Number.isNaN(share) ? "–" : SHARE.format(share));

export class ModelsView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, learned: null, cells: new Map(), fetching: new AbortController() });
    this.network = new Cell("Your network", "The network of the playground, at the moment shown.");
    this.network.act("Open in the playground", "models-open", () => lab.openRun(lab.base, lab.step));
    this.grid = element("div", { className: "nnv-models" });
    this.code = new ModelCode(() => this.openCode(""));
    this.salt = element("ul", { className: "nnv-salt-list" });
    const salt = element("section", { className: "nnv-salt" }, element("h3", {}, "A grain of salt"), this.salt);
    host.append(this.grid, this.code.root, salt);
  }

  key() { return ""; }

  async open(signal) {
    const { experiment } = this.lab.base, key = `${this.lab.fetcher.version} ${experiment}`;
    if (this.learned !== key) await this.learn(experiment, signal);
    this.learned = key;
    this.fitAll(experiment);
    this.openCode(this.lab.settings.model);
    return { tracks: [this.lab.track] };
  }

  // Asks for the list of models.
  async learn(experiment, signal) {
    await this.lab.fetcher.get("models", experiment, { signal, message: ({ header }) => (this.listed = header) });
    const { models, salt } = this.listed;
    this.cells = new Map(models.map((model) => [model.name, this.cellOf(model)]));
    this.grid.replaceChildren(...[this.network, ...this.cells.values()].map(({ root }) => root));
    this.salt.replaceChildren(...salt.map((words) => element("li", {}, words)));
    for (const cell of [this.network, ...this.cells.values()]) cell.plane.setData(this.lab.stage.run);
    if (this.theme) this.setTheme(this.theme);
  }

  cellOf({ name, title, words, settings }) {
    const cell = new Cell(title, words);
    cell.root.dataset.testid = `nnviz-model-${name}`;
    cell.button = cell.act("Code", `model-code-${name}`, () => this.openCode(this.lab.settings.model === name ? "" : name));
    cell.button.disabled = true;
    cell.settings = settings;
    return cell;
  }

  // Fits the models one after the other; those that are there stay.
  async fitAll(experiment) {
    this.fetching.abort();
    const { signal } = (this.fetching = new AbortController());
    for (const [name, cell] of this.cells) {
      if (cell.found) continue;
      cell.note("It is being fitted.");
      try {
        await this.lab.fetcher.get("model", joined(experiment, `model=${name}`), { signal, message: (found) => !signal.aborted && this.take(name, cell, found) });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        cell.note(error.words);
      }
      if (signal.aborted) return;
    }
  }

  take(name, cell, { header, sections: { surface } }) {
    cell.found = header;
    cell.show(surfaceOf(surface, header.surface_scale), [header.accuracy.test, header.accuracy.train], header.fit_seconds);
    cell.note([cell.settings, ...header.notes].join(" "));
    cell.button.disabled = false;
    if (this.lab.settings.model === name) this.openCode(name);
  }

  // Opens the code of a model, or closes it for "".
  openCode(name) {
    this.lab.change({ model: name });
    const cell = this.cells.get(name);
    for (const [other, { button }] of this.cells) button.setAttribute("aria-expanded", String(other === name && Boolean(cell.found)));
    this.code.show(cell?.found ? cell.title : null, cell?.found?.code ?? "");
  }

  show([frame]) { this.network.show(frame.surface, [frame.accuracyTest, frame.accuracyTrain], null); }

  rest([frame], { step }) {
    this.show([frame]);
    this.network.plane.surface.ariaLabel = `Your network at step ${step}`;
  }

  setTheme(theme) {
    if (!theme) return;
    this.theme = theme;
    for (const cell of [this.network, ...this.cells.values()]) cell.plane.setTheme(theme);
  }

  describe() {
    return [this.network, ...this.cells.values()].map((cell) => cell.describe()).filter(Boolean).join(" ");
  }

  close() {
    this.fetching.abort();
    Object.assign(this, { learned: null, listed: null });
    this.cells = new Map();
    this.grid.replaceChildren();
    this.code.show(null, "");
  }
}

class Cell {
  constructor(title, words) {
    this.title = title;
    this.plane = new Plane(`${title}: the plane with its boundary`);
    this.scores = element("p", { className: "nnv-model-scores" });
    this.notes = element("p", { className: "nnv-model-notes" });
    this.actions = element("div");
    this.root = element("article", { className: "nnv-model" }, element("h3", {}, title), this.plane.root, this.scores, this.actions, element("p", {}, words), this.notes);
  }

  act(words, name, act) {
    const made = element("button", { type: "button", textContent: words, ariaLabel: words === "Code" ? `Code of ${this.title}` : words });
    made.dataset.testid = `nnviz-${name}`;
    made.addEventListener("click", act);
    this.actions.append(made);
    return made;
  }

  show(surface, [test, train], seconds) {
    this.plane.paint(surface);
    const time = seconds === null ? "" : `, fitted in ${TIME.format(seconds / MILLI)}`;
    this.scores.textContent = `Test ${shown(test)}, train ${shown(train)}${time}`;
  }

  note(words) { this.notes.textContent = words; }

  describe() { return this.scores.textContent && `${this.title}: ${this.scores.textContent}.`; }
}

const surfaceOf = (levels, scale) => ({ levels, scale, top: levels.top, side: levels.shape[0] });
