// Keeps blocks of the Explain page at the shown step: one request in flight, the latest moment wins,
// at most four turns a second while it plays.

import { Refusal } from "./fetcher.js";

const PLAY_MS = 250; // between two turns in play
const CALM_MS = 80; // between two turns while the shown step or the sample is moved by hand

export class Turns {
  // `present()` returns the moment that is shown, or null if there is nothing to ask. `blocks()`
  // lists the blocks that are seen, the most urgent one first: keyOf(moment), a text for what the
  // block shows then, or null; async bring(moment, signal), which may return another moment that it
  // shows for the time being; refuse(words).
  constructor(present, isPlaying, blocks) {
    Object.assign(this, { present, isPlaying, blocks, isOn: false, begun: -Infinity, wake: () => {} });
    this.abort = new AbortController();
  }

  stale(moment) {
    return moment ? this.blocks().filter((block) => ![null, block.done].includes(block.keyOf(moment))) : [];
  }

  // The shown step or what is wanted may have changed. `urgent`: somebody waits for it.
  follow(urgent = false) {
    if (!this.present()) this.abort.abort();
    else if (urgent || (!this.isPlaying() && this.moment && keyOf(this.moment) !== keyOf(this.present()))) this.abort.abort();
    if (urgent) this.begun = -Infinity;
    if (urgent || !this.isPlaying()) this.wake();
    if (!this.isOn) this.run();
  }

  async run() {
    this.isOn = true;
    for (;;) {
      const wait = this.begun + (this.isPlaying() ? PLAY_MS : CALM_MS) - performance.now();
      if (!this.stale(this.present()).length) break;
      if (wait > 0) {
        await new Promise((resolve) => {
          this.wake = resolve;
          setTimeout(resolve, wait);
        });
        continue;
      }
      this.begun = performance.now();
      this.moment = this.present();
      this.abort = new AbortController();
      await this.turn(this.moment, this.abort.signal);
      this.moment = null;
    }
    this.isOn = false;
  }

  async turn(moment, signal) {
    for (const block of this.stale(moment)) {
      let key = block.keyOf(moment);
      try {
        const other = await block.bring(moment, signal);
        if (other) key = block.keyOf(other);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        block.refuse(error.words);
      }
      if (signal.aborted) return;
      block.done = key;
    }
  }
}

const keyOf = ({ experiment, at, sample }) => `${experiment}&at=${at}&sample=${sample}`;
