// Terms of the glossary: wherever one stands in a heading or a definition, it is a button that
// shows its sentence on hover, focus and tap. There is one tooltip for all of them.

import { element } from "./dom.js";

const APART = 7; // pixels between a term and its sentence

export class Terms {
  constructor(root) {
    this.root = root;
    this.tip = element("p", { className: "nnv-panel nnv-term-tip", id: "nnv-term-tip", role: "tooltip", hidden: true });
    root.append(this.tip);
    this.use([]);
    const termOf = ({ target }) => target.closest?.(".nnv-term");
    for (const kind of ["pointerover", "focusin", "click"]) root.addEventListener(kind, (event) => termOf(event) && this.show(termOf(event)));
    for (const kind of ["pointerout", "focusout"]) root.addEventListener(kind, (event) => termOf(event) && this.hide());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.hide(), { capture: true });
    // Focus scrolls a term into view, and the event comes after it: the sentence stays with its term.
    document.addEventListener("scroll", () => this.place(), { capture: true, passive: true });
  }

  // `glossary`: pairs of a term and its definition.
  use(glossary) {
    this.sentences = new Map(glossary.map(([term, sentence]) => [term.toLowerCase(), sentence]));
    const longestFirst = [...this.sentences.keys()].sort((one, other) => other.length - one.length);
    const escaped = longestFirst.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    this.pattern = escaped.length ? new RegExp(`(?<![\\w-])(${escaped.join("|")})(?![\\w-])`, "gi") : null;
  }

  // Writes a text; the first mention of each term is a button.
  write(part, text) {
    if (part.dataset.text === text) return;
    part.dataset.text = text;
    const said = new Set(), pieces = this.pattern ? text.split(this.pattern) : [text];
    part.replaceChildren(...pieces.map((piece, i) => {
      const key = piece.toLowerCase();
      if (i % 2 === 0 || said.has(key)) return piece;
      said.add(key);
      return element("button", { type: "button", className: "nnv-term" }, piece);
    }));
  }

  show(term) {
    this.tip.textContent = this.sentences.get(term.textContent.toLowerCase()) ?? "";
    this.tip.hidden = this.tip.textContent === "";
    term.setAttribute("aria-describedby", this.tip.id);
    this.term = term;
    this.place();
  }

  place() {
    if (this.tip.hidden) return;
    if (!this.term.isConnected) return this.hide();
    const { left, bottom, top } = this.term.getBoundingClientRect(), page = this.root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const isLow = bottom + APART + height > window.innerHeight;
    this.tip.style.left = `${Math.max(0, Math.min(left - page.left, page.width - width))}px`;
    this.tip.style.top = `${isLow ? top - page.top - height - APART : bottom - page.top + APART}px`;
  }

  hide() { this.tip.hidden = true; }
}
