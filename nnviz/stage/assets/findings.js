// What is wrong with the run at the step that is shown: asked where it rests and, while it plays,
// now and then, at steps that all viewers have in common.

import { joined } from "./address.js";
import { Refusal } from "./fetcher.js";

const EVERY_MS = 1000;
const LATE_MS = 200; // what is said of another step does not stand longer beside the numbers

export class Findings {
  constructor(fetcher, show) {
    Object.assign(this, { fetcher, show, abort: new AbortController() });
    this.forget();
  }

  forget() {
    this.abort.abort();
    clearTimeout(this.late);
    [this.at, this.asked] = [null, 0];
  }

  rest(experiment, step) {
    if (this.at === step) return;
    this.ask(experiment, step);
    this.late = setTimeout(() => this.show([]), LATE_MS);
  }

  play(experiment, step, now) {
    if (this.at !== step && now - this.asked > EVERY_MS) this.ask(experiment, step);
  }

  async ask(experiment, at, cache = "default") {
    this.forget();
    const { signal } = (this.abort = new AbortController());
    [this.at, this.asked] = [at, performance.now()];
    const message = ({ header }) => {
      clearTimeout(this.late);
      this.show(header.findings);
    };
    try {
      await this.fetcher.get("moment", joined(experiment, `at=${at}`), { signal, cache, message });
    } catch (error) {
      if (!signal.aborted && !(error instanceof Refusal)) throw error;
    }
  }
}
