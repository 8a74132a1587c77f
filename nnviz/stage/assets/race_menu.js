// What a race can be: the ready races, the clock, what differs and what is equal, one more racer.

import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { LETTERS } from "./racer.js";

const CLOCKS = { updates: "Updates", epochs: "Epochs" };
const FIRST_SETTING = "rate";
const TITLE = 40; // characters of a racer's name in the list

export class RaceMenu {
  // `actions`: choose(texts) changes settings; check(text) returns the answer to what a race is
  constructor(actions) {
    Object.assign(this, { actions, race: null });
    this.ready = element("select");
    this.ready.dataset.testid = "nnviz-race-ready";
    this.ready.addEventListener("change", () => this.chooseReady());
    this.clocks = Object.entries(CLOCKS).map(([clock, textContent]) => {
      const button = element("button", { type: "button", textContent, title: `Let all racers be at the same number of ${clock}` });
      button.addEventListener("click", () => actions.choose({ clock }));
      return button;
    });
    this.words = element("p", { className: "nnv-race-words" });
    this.differs = element("p", { className: "nnv-race-differs" });
    this.same = element("p", { className: "nnv-race-same" });
    const clock = element("div", { className: "nnv-race-clock", role: "group", ariaLabel: "What the clock counts" }, element("span", { textContent: "Clock" }), ...this.clocks);
    this.head = element("div", { className: "nnv-race-head" },
      element("div", { className: "nnv-race-row" }, labelled("Ready race", this.ready), clock), this.words, this.differs, this.same);
    this.form = this.buildForm();
  }

  buildForm() {
    this.base = element("select");
    this.setting = element("select");
    this.value = element("span", { className: "nnv-race-value" });
    this.add = element("button", { type: "submit", textContent: "Add a racer" });
    this.help = element("p", { className: "nnv-race-help" });
    this.refusal = element("p", { className: "nnv-race-refusal", role: "alert", hidden: true });
    this.setting.addEventListener("change", () => this.offerValue());
    const form = element("form", { className: "nnv-race-add", noValidate: true },
      element("h3", { textContent: "Add a racer: change one setting of another" }),
      element("div", { className: "nnv-race-row" }, labelled("Like racer", this.base), labelled("but with", this.setting), this.value, this.add),
      this.refusal, this.help);
    form.dataset.testid = "nnviz-race-add";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  // Shows a race: the answer of race/, and the settings of the page.
  show(race, { clock }) {
    this.race = race;
    const present = textOf(race.racers.map(({ variant }) => variant));
    const shown = race.ready.find((ready) => ready.race === present && ready.clock === clock);
    const own = element("option", { value: "", textContent: race.racers.length ? "Your own" : "Choose one", hidden: Boolean(shown) });
    this.ready.replaceChildren(own, ...race.ready.map(({ name, title }) => element("option", { value: name, textContent: title })));
    this.ready.value = shown?.name ?? "";
    this.words.textContent = shown?.words ?? "";
    Object.keys(CLOCKS).forEach((name, i) => this.clocks[i].setAttribute("aria-pressed", String(name === clock)));
    this.differs.textContent = race.differs;
    this.same.textContent = race.same.join(" ");
    this.showForm(race);
  }

  showForm({ racers, settings, most }) {
    const isFull = racers.length >= most, chosen = this.setting.value || FIRST_SETTING;
    this.form.hidden = racers.length === 0;
    this.base.replaceChildren(...racers.map(({ title }, i) => element("option", { value: String(i), textContent: `${LETTERS[i]} · ${title.slice(0, TITLE)}` })));
    this.setting.replaceChildren(...settings.map(({ key, label }) => element("option", { value: key, textContent: label })));
    this.setting.value = chosen;
    for (const part of [this.base, this.setting, this.add]) part.disabled = isFull;
    this.refuse(null);
    this.offerValue();
    if (isFull) this.help.textContent = `${most} racers are the most: remove one to add another.`;
  }

  // The field for the value of the chosen setting: a list, or a text with the present value in it.
  offerValue() {
    const { label, help, options, example } = this.race.settings.find(({ key }) => key === this.setting.value);
    this.field = options
      ? element("select", {}, ...options.map(([value, textContent]) => element("option", { value, textContent })))
      : element("input", { type: "text", autocomplete: "off", spellcheck: false });
    this.field.value = example;
    this.field.disabled = this.add.disabled;
    this.field.setAttribute("aria-label", `${label}: the value of the new racer`);
    this.value.replaceChildren(this.field);
    [this.help.textContent] = help.split("\n");
    this.refuse(null);
  }

  chooseReady() {
    const ready = this.race.ready.find(({ name }) => name === this.ready.value);
    if (ready) this.actions.choose({ race: ready.race, clock: ready.clock });
  }

  // Adds a racer, if the server allows its value.
  async submit() {
    const variants = this.race.racers.map(({ variant }) => variant);
    const { setting, field } = this, like = variants[Number(this.base.value)];
    const kept = like.split(",").filter((change) => change && change.split(":")[0] !== setting.value);
    const text = textOf([...variants, [...kept, `${setting.value}:${field.value.trim()}`].join(",")]);
    this.refuse(null);
    try {
      const race = await this.actions.check(text);
      this.actions.choose({ race: textOf(race.racers.map(({ variant }) => variant)) });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.words);
    }
  }

  refuse(words) {
    this.refusal.hidden = !words;
    this.refusal.textContent = words ?? "";
    if (words) this.field.setAttribute("aria-invalid", "true");
    else this.field?.removeAttribute("aria-invalid");
  }
}

const textOf = (variants) => variants.join(";");

const labelled = (text, field) => element("label", {}, element("span", { textContent: text }), field);
