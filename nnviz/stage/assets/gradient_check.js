// The badge: whether backpropagation agrees with differences of the loss, asked at rest.

import { symbolPart, write } from "./quantity.js";

const WORDS = { passed: "Gradient check: passed, worst", failed: "Gradient check: failed, worst", waits: "Gradient check at rest" };

export class GradientCheck {
  constructor(part, page) {
    Object.assign(this, { part, page });
    [this.words, this.number] = part.children;
    this.forget();
  }

  forget() {
    if (this.isEmpty) return;
    this.isEmpty = true;
    this.part.disabled = true;
    this.part.className = "nnv-badge";
    for (const name of ["ask", "worst"]) delete this.part.dataset[name];
    write(this.words, WORDS.waits);
    write(this.number, "");
  }

  keyOf({ experiment, at }) {
    const key = `${experiment}&at=${at}`;
    if (key !== this.done) this.forget();
    return this.page.isPlaying ? null : key;
  }

  async bring(moment, signal) {
    const { worst, shown, ask, symbol, passed, sentences } = await this.page.asking.check(moment, "", signal);
    this.isEmpty = false;
    Object.assign(this.part, { title: sentences.join(" "), disabled: false });
    Object.assign(this.part.dataset, { ask, worst: String(worst) });
    this.part.classList.add(passed ? "nnv-passed" : "nnv-failed");
    write(this.words, WORDS[passed ? "passed" : "failed"]);
    this.number.replaceChildren(`${shown} at `, symbolPart(symbol));
  }

  refuse(words) {
    this.part.title = words;
  }
}
