// The form of a sweep: a ready one, the axes with their values, the seeds and the updates.

import { element } from "./dom.js";

const OWN = "";

export class SweepForm {
  // `change(text)` is called with the text of another sweep, `ready` with a ready sweep, `file`
  // with a file.
  constructor(root, actions) {
    Object.assign(this, { actions, plan: null, rows: [] });
    this.ready = element("select");
    this.ready.dataset.testid = "nnviz-sweep-ready";
    this.ready.addEventListener("change", () => this.chooseReady());
    this.words = element("p", { className: "nnv-sweep-about" });
    this.file = element("input", { type: "file", accept: ".json,application/json" });
    this.file.dataset.testid = "nnviz-sweep-file";
    this.file.addEventListener("change", () => {
      if (this.file.files[0]) actions.file(this.file.files[0]);
      this.file.value = "";
    });
    this.lines = element("div", { className: "nnv-sweep-axes" });
    this.seeds = this.number("Seeds");
    this.steps = this.number("Updates");
    this.more = element("button", { type: "button", textContent: "Add an axis" });
    this.more.addEventListener("click", () => this.addAxis());
    const first = element("div", { className: "nnv-sweep-line" }, labelled("Ready sweep", this.ready), this.words, labelled("Or a downloaded sweep (JSON)", this.file));
    const size = element("fieldset", { className: "nnv-sweep-line", ariaLabel: "Size" }, labelled("Seeds", this.seeds), labelled("Updates", this.steps), this.more);
    this.fields = [element("fieldset", { className: "nnv-sweep-fields", ariaLabel: "Axes" }, first, this.lines), size];
    root.querySelector(".nnv-sweep-form").append(this.fields[0]);
    root.querySelector(".nnv-sweep-size").append(size);
  }

  number(name) {
    const field = element("input", { type: "number", min: "1", step: "1", ariaLabel: name });
    field.dataset.testid = `nnviz-sweep-${name.toLowerCase()}`;
    field.addEventListener("change", () => this.send());
    return field;
  }

  setDisabled(disabled) { for (const part of this.fields) part.disabled = disabled; }

  // Shows a plan.
  show(plan) {
    this.plan = plan;
    const shown = plan.ready.find(({ sweep, experiment }) => sweep === plan.sweep && experiment === plan.experiment);
    const own = element("option", { value: OWN, textContent: "Your own", hidden: Boolean(shown) });
    this.ready.replaceChildren(own, ...plan.ready.map(({ name, title }) => element("option", { value: name, textContent: title })));
    this.ready.value = shown?.name ?? OWN;
    this.words.textContent = shown?.words ?? "";
    this.rows = plan.axes.map((axis, i) => this.row(axis, i));
    this.lines.replaceChildren(...this.rows.map(({ root }) => root));
    this.seeds.value = String(plan.seeds.length);
    this.seeds.max = String(plan.most.seeds);
    this.steps.value = String(plan.steps);
    this.more.disabled = plan.axes.length >= plan.most.axes;
  }

  // One axis: its setting, and the values as a text that can be changed.
  row({ key, values }, i) {
    const { plan } = this, about = plan.settings.find((one) => one.key === key);
    const others = plan.axes.map((axis) => axis.key).filter((other) => other !== key);
    const setting = element("select", {}, ...this.free(others).map((one) => element("option", { value: one.key, textContent: one.label })));
    setting.value = key;
    const texts = element("input", { type: "text", autocomplete: "off", spellcheck: false, value: values.join(", ") });
    const remove = element("button", { type: "button", textContent: "Remove", ariaLabel: `Remove the axis ${about.label}`, disabled: plan.axes.length < 2 });
    const row = { setting, texts };
    const name = `Axis ${i + 1}`;
    setting.dataset.testid = `nnviz-sweep-axis-${i + 1}`;
    texts.dataset.testid = `nnviz-sweep-values-${i + 1}`;
    setting.addEventListener("change", () => {
      texts.value = this.offered(setting.value);
      this.send();
    });
    texts.addEventListener("change", () => this.send());
    remove.addEventListener("click", () => {
      this.rows = this.rows.filter((other) => other !== row);
      this.send();
    });
    const wide = labelled(`Values of ${about.label.toLowerCase()}, with commas between`, texts);
    wide.className = "nnv-sweep-texts";
    [wide.title] = about.help.split("\n");
    row.root = element("div", { className: "nnv-sweep-line" }, labelled(name, setting), wide, remove);
    return row;
  }

  // What can be an axis beside others.
  free(others) { return this.plan.settings.filter((one) => ![one.key, ...one.not_with].some((key) => others.includes(key))); }

  // The first values of an axis.
  offered(key) { return this.plan.settings.find((one) => one.key === key).values.join(", "); }

  // Adds an axis with as many of its values as the server trains together with the others.
  addAxis() {
    const free = this.free(this.rows.map(({ setting }) => setting.value));
    const { key, values } = free.find((one) => one.values.length > 1) ?? free[0];
    const trainings = this.rows.reduce((n, { texts }) => n * texts.value.split(",").length, Number(this.seeds.value));
    const room = Math.max(1, Math.floor(this.plan.most.trainings / trainings));
    this.send([...this.rows, { setting: { value: key }, texts: { value: values.slice(0, room).join(", ") } }]);
  }

  chooseReady() {
    const ready = this.plan.ready.find(({ name }) => name === this.ready.value);
    if (ready) this.actions.ready(ready);
  }

  send(rows = this.rows) {
    const axes = rows.map(({ setting, texts }) => `${setting.value}:${texts.value.split(",").map((text) => text.trim()).join("|")}`);
    this.actions.change([`seeds:${this.seeds.value}`, `steps:${this.steps.value}`, ...axes].join(";"));
  }
}

const labelled = (text, field) => element("label", {}, element("span", { textContent: text }), field);
