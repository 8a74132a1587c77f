// Prefetches the frames after the shown one, in the batches that all viewers share. They can be
// dropped at any time.

import { batchStart, framesQuery, multipleAfter } from "./address.js";

const AHEAD = 24; // frames to prefetch
const UNDER_WAY = 2; // requests at a time

export class Supply {
  // `player`: askFrames(query, options), see Fetcher.get; framesOf(message), arrive(frames),
  // end(end record), refuse(error)
  constructor(player) {
    this.batches = new Map(); // first step -> {frames (by step), abort, done}
    Object.assign(this, { player, every: 1, gradients: false });
  }

  // Sets which frames to request: {experiment, counts} of a run, `every`, `gradients`.
  use(wanted) {
    if (Object.entries(wanted).every(([name, value]) => String(this[name]) === String(value))) return;
    Object.assign(this, wanted);
    this.flush();
  }

  flush() {
    for (const start of this.batches.keys()) this.drop(start);
  }

  drop(start) {
    this.batches.get(start).abort.abort();
    this.batches.delete(start);
  }

  get count() { return this.counts[Math.log2(this.every)]; }

  // The next shown step; the run's `end` (or null) may be between two multiples of `every`.
  stepAfter(step, end) { return Math.min(multipleAfter(step, this.every), end ?? Infinity); }

  next(step, end) {
    const wanted = this.stepAfter(step, end);
    return wanted > step ? this.find(wanted) : null;
  }

  find(step) { return this.batches.get(batchStart(step, this.every, this.count))?.frames.get(step) ?? null; }

  // Requests the batches after a step, and drops all others.
  replenish(step, end, playing) {
    let next = this.stepAfter(step, end);
    if (next <= step) return;
    const span = this.every * this.count;
    let start = batchStart(next, this.every, this.count);
    const farthest = start + span * Math.ceil(AHEAD / this.count);
    for (const [other, { done }] of this.batches) {
      // The previous batch stays until it is complete: a broken one is fetched and shown again.
      if (other > farthest || other < start - (done ? 0 : span)) this.drop(other);
    }
    for (let held = 0; held < (playing ? AHEAD : 1) && (end === null || next <= end); next = start) {
      if (!this.batches.has(start)) {
        if ([...this.batches.values()].filter((batch) => !batch.done).length >= UNDER_WAY) return;
        this.fetch(start, { from: start });
      }
      start += span;
      held += (start - next) / this.every;
    }
  }

  // Requests a change of the run at a step. `adopt(header, frame)` is called with the changed run's
  // header and its frame at this step; all later frames belong to the changed run.
  change(step, changes, adopt) {
    this.flush();
    this.fetch(batchStart(step, this.every, this.count), { from: step, changes }, adopt);
  }

  async fetch(start, range, adopt = null) {
    const batch = { frames: new Map(), abort: new AbortController(), done: false };
    const { signal } = batch.abort;
    this.batches.set(start, batch);
    const message = (message) => {
      if (signal.aborted) return;
      const frames = this.player.framesOf(message), first = adopt;
      for (const frame of frames) batch.frames.set(frame.step, frame);
      adopt = null;
      if (first) first(message.header, frames[0]);
      else this.player.arrive(frames);
    };
    try {
      const query = framesQuery({ ...this, count: this.count, ...range });
      this.player.end(await this.player.askFrames(query, { signal, message, begin: () => batch.frames.clear() }));
      batch.done = true;
    } catch (error) {
      if (signal.aborted) return;
      this.batches.delete(start);
      this.player.refuse(error);
    }
  }
}
