// The place of advice: words and up to two buttons, of one source at a time.

import { element } from "./dom.js";
import { hasPages } from "./pages.js";

const SOURCES = ["guide", "news", "finding", "question", "offer"]; // the most important one first
const NEWS_MS = 12000;

export class Advice {
  // `actions`: apply(remedy), undo(), explain(ask)
  constructor(host, actions) {
    Object.assign(this, { host, actions, notes: {}, answered: new Set(), shown: "" });
    this.words = host.querySelector("p");
    this.buttons = host.querySelector("span");
  }

  // Sets the note of a source, {words, buttons: [{words, title, act}]}, or null.
  say(source, note) {
    if (note) this.notes.offer = null; // who has come so far needs no offer
    this.notes[source] = note;
    this.note = SOURCES.map((one) => this.notes[one]).find(Boolean) ?? { words: "", buttons: [] };
    const shown = JSON.stringify(this.note);
    if (shown === this.shown) return;
    this.shown = shown;
    const { words, buttons } = this.note, hadFocus = this.buttons.contains(document.activeElement);
    this.words.textContent = words;
    this.words.classList.toggle("nnv-wrong", this.note === this.notes.finding);
    this.buttons.replaceChildren(...buttons.map(({ words: textContent, title = "" }, i) =>
      element("button", { type: "button", textContent, title, onclick: () => this.note.buttons[i].act() })));
    if (hadFocus) (this.buttons.firstChild ?? this.host).focus({ preventScroll: true });
  }

  // What the server says of a step. `said` is what the notice says already.
  tell({ findings: [finding], questions }, said = "") {
    const { words, advice, remedy, ask } = finding ?? {};
    const cure = remedy && { words: remedy.words, title: advice, act: () => this.actions.apply(remedy) };
    const isSaid = finding && said.endsWith(advice);
    const text = isSaid ? "" : remedy ? words : `${words} ${advice}`;
    const why = ask && hasPages() && { words: "Why?", title: "The numbers behind it, on the page Explain", act: () => this.actions.explain(ask) };
    this.say("finding", finding && (text || cure) ? { words: text, buttons: [cure, why].filter(Boolean) } : null);
    const question = finding ? null : questions.find(({ kind }) => !this.answered.has(kind));
    this.say("question", question && { words: question.words, buttons: [this.ok(() => {
      this.answered.add(question.kind);
      this.say("question", null);
    })] });
  }

  // Says for a while what has begun a new run, or nothing.
  tellNews(words) {
    clearTimeout(this.late);
    const end = () => this.say("news", null);
    this.say("news", words && { words, buttons: [{ words: "Undo this", act: () => (end(), this.actions.undo()) }, this.ok(end)] });
    if (words) this.late = setTimeout(end, NEWS_MS);
  }

  ok(act) { return { words: "OK", act }; }
}
