// Asks the server what is wrong with the run: at the shown step at rest, and about once a second
// while it plays. Then it asks for steps that all viewers share, so that caches can answer.

import { joined } from "./address.js";
import { Refusal } from "./fetcher.js";

const EVERY_MS = 1000;
const LATE_MS = 200; // after this time, the finding of another step is removed

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
    this.late = setTimeout(() => this.show({ findings: [], questions: [] }), LATE_MS);
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
      this.show(header);
    };
    try {
      await this.fetcher.get("moment", joined(experiment, `at=${at}`), { signal, cache, message });
    } catch (error) {
      if (!signal.aborted && !(error instanceof Refusal)) throw error;
    }
  }
}
