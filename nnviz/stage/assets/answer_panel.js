// The panel with the open answer: the trail of what was asked, and the way back.

import { Answer } from "./answer.js";
import { element } from "./dom.js";
import { symbolText, write } from "./quantity.js";

const LONGEST = 5; // of the trail that is shown

export class AnswerPanel {
  // `actions`: ask(ask, isBack)
  constructor(part, terms, actions) {
    Object.assign(this, { part, actions, trail: [], ask: null, names: new Map() });
    for (const name of ["back", "empty"]) this[name] = part.querySelector(`.nnv-answer-${name}`);
    this.list = part.querySelector(".nnv-trail");
    this.step = part.querySelector(".nnv-at-step");
    this.answer = new Answer(terms);
    this.answer.root.hidden = true;
    part.append(this.answer.root);
    this.back.addEventListener("click", () => this.goBack());
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Backspace" || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.goBack();
    });
    this.list.addEventListener("click", ({ target }) => {
      const item = target.closest("li");
      if (item) this.goBack([...this.list.children].indexOf(item) + Math.max(0, this.trail.length - LONGEST));
    });
  }

  // Notes what is asked; the answer comes later.
  open(ask, isBack = false) {
    if (ask === this.ask) return;
    if (this.ask && !isBack) this.trail.push(this.ask);
    this.ask = ask;
    this.part.ariaBusy = "true";
    this.showTrail();
  }

  goBack(to = this.trail.length - 1) {
    if (to < 0) return;
    const [ask] = this.trail.splice(to);
    this.open(ask, true);
    this.actions.ask(ask, true);
  }

  showTrail() {
    this.back.disabled = this.trail.length === 0;
    const shown = this.trail.slice(-LONGEST).map((ask) => this.names.get(ask) ?? ask);
    this.list.replaceChildren(...shown.map((name) => element("li", {}, element("button", { type: "button", ariaLabel: `Back to ${name}` }, name))));
  }

  // At rest screen readers are told the answer; in play its numbers change too often.
  setLive(on) { this.part.ariaLive = on ? "polite" : "off"; }

  show(answer) {
    const isOther = this.answer.ask !== answer.ask, wasInside = this.part.contains(document.activeElement);
    this.names.set(answer.ask, typeof answer.symbol === "string" ? answer.symbol : symbolText(answer.symbol));
    this.answer.show(answer);
    this.empty.hidden = true;
    this.answer.root.hidden = false;
    Object.assign(this.part.dataset, { ask: answer.ask, value: answer.value });
    write(this.step, `Step ${answer.step}`);
    this.part.ariaBusy = "false";
    if (isOther && wasInside) this.answer.heading.focus({ preventScroll: true });
    if (isOther) this.part.scrollTop = 0;
  }

  refuse(words) {
    this.empty.textContent = words;
    this.empty.hidden = false;
    this.answer.root.hidden = true;
    this.part.ariaBusy = "false";
  }
}
