// Another setting for the same seeds: a form, and in how many pairs of networks it does better.

import { element } from "./dom.js";

export class Versus {
  // `change(text)` is called with another variant; `open(member)` opens one of its networks.
  constructor(change, open) {
    Object.assign(this, { change, open, text: "" });
    this.key = element("select", { ariaLabel: "Setting to compare" });
    this.value = element("span");
    this.compare = element("button", { type: "submit", textContent: "Compare", title: "Train the same seeds with this setting" });
    this.clear = element("button", { type: "button", textContent: "No comparison", title: "Show this ensemble alone", hidden: true });
    this.form = element("form", { className: "nnv-versus-form" }, this.key, this.value, this.compare, this.clear);
    this.words = element("div", { className: "nnv-versus-words", role: "status" });
    this.words.dataset.testid = "nnviz-versus";
    this.best = element("button", { type: "button", hidden: true });
    this.root = element("section", { className: "nnv-versus", ariaLabel: "One seed is no evidence" },
      element("h3", { textContent: "One seed is no evidence" }),
      element("p", { textContent: "Is another setting better, or was it luck? Compare all networks of both in pairs." }),
      this.form, this.words, this.best);
    this.key.addEventListener("change", () => this.offer());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = this.value.firstChild.value.trim();
      if (value) this.change(`${this.key.value}:${value}`);
    });
    this.clear.addEventListener("click", () => this.change(""));
    this.best.addEventListener("click", () => this.open(this.found.members[this.found.picks[0]], this.found.steps[1]));
  }

  // Takes over the settings that can differ, and the variant that is compared.
  setData({ settings }, text) {
    this.settings = settings;
    this.key.replaceChildren(...settings.map(({ key, label }) => element("option", { value: key, textContent: label })));
    const [key, ...value] = text.split(",")[0].split(":");
    this.key.value = text ? key : "rate";
    if (this.key.selectedIndex < 0) this.key.selectedIndex = 0;
    this.offer(value.join(":"));
    this.setText(text);
  }

  setText(text) {
    this.text = text;
    this.found = null;
    this.clear.hidden = !text;
    this.best.hidden = true;
    this.words.replaceChildren();
  }

  // Offers the values of the chosen setting.
  offer(value = "") {
    const { key, label, help, options, example } = this.settings.find((one) => one.key === this.key.value);
    const field = options
      ? element("select", {}, ...options.map(([name, words]) => element("option", { value: name, textContent: words })))
      : element("input", { type: "text", autocomplete: "off", spellcheck: false });
    field.value = value || example;
    Object.assign(field, { ariaLabel: `${label}: value to compare`, title: help });
    field.dataset.key = key;
    this.value.replaceChildren(field);
  }

  show(found) {
    this.found = found;
    const { mine, other, title, what, step } = found;
    const range = ({ min, median, max }) => `${rounded(median)} (${rounded(min)} to ${rounded(max)})`;
    const sentences = [...found.sentences, `Median ${what} at step ${step}: ${range(mine)} as in the playground, ${range(other)} with ${title}.`];
    this.words.replaceChildren(...sentences.map((textContent) => element("p", { textContent })));
    Object.assign(this.best, { hidden: false, textContent: `Open the best with ${title}`, title: "Open this run in the playground at this step" });
  }

  refuse(words) { this.words.replaceChildren(element("p", { textContent: words })); }
}

const rounded = (value) => (value === null ? "infinite" : String(Number(value.toPrecision(3))));
