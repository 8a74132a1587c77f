// Asks the server what is wrong with the run: at the shown step at rest, and about once a second
// while it plays. Then it asks for steps that all viewers share, so that caches can answer. At rest
// it also fetches a steep surface on a finer grid.

import { joined } from "./address.js";
import { Refusal } from "./fetcher.js";

const EVERY_MS = 1000;
const SOON_MS = 120; // at rest, before it asks: somebody who steps on quickly asks for the last step
const LATE_MS = 200; // after this time, the finding of another step is removed

export class Findings {
  // `show(findings)`; `sharpen()` when there is a finer surface
  constructor(fetcher, show, sharpen) {
    Object.assign(this, { fetcher, show, sharpen, abort: new AbortController() });
    this.forget();
  }

  forget() {
    this.abort.abort();
    clearTimeout(this.late);
    clearTimeout(this.soon);
    [this.at, this.asked, this.surface] = [null, 0, null];
  }

  // The finer surface of a step, or null.
  surfaceOf(step) { return this.at === step ? this.surface : null; }

  // `grid` is the side of the finer grid; 0 asks for none.
  rest(experiment, step, grid) {
    if (this.at === step && (!grid || this.surface)) return;
    this.forget();
    this.at = step;
    this.soon = setTimeout(() => {
      this.ask(experiment, step, { grid });
      this.late = setTimeout(() => this.show({ findings: [], questions: [] }), LATE_MS - SOON_MS);
    }, SOON_MS);
  }

  play(experiment, step, now) {
    if (this.at !== step && now - this.asked > EVERY_MS) this.ask(experiment, step);
  }

  async ask(experiment, at, { cache = "default", grid = 0 } = {}) {
    this.forget();
    const { signal } = (this.abort = new AbortController());
    [this.at, this.asked] = [at, performance.now()];
    const message = ({ header, sections: { surface } }) => {
      clearTimeout(this.late);
      this.show(header);
      if (!surface) return;
      this.surface = { side: grid, scale: header.surface_scale, top: surface.top, levels: surface };
      this.sharpen();
    };
    try {
      await this.fetcher.get("moment", joined(experiment, `at=${at}`, grid ? `grid=${grid}` : ""), { signal, cache, message });
    } catch (error) {
      if (!signal.aborted && !(error instanceof Refusal)) throw error;
    }
  }
}
