// One of several sources of frames that play on the same clock: prefetches its frames and keeps the
// shown ones. The clock counts updates of the first track; another track may count differently.

import { framesQuery } from "./address.js";
import { Past } from "./past.js";
import { Supply } from "./supply.js";
import { framesOf } from "./unpack.js";

export class Track {
  // `source`: {kind, experiment, counts, stepsPerEpoch, framesOf}: `experiment` is the text that the
  // queries begin with. `ratio`: updates per update of the clock. `player`: askFrames(track, query,
  // options), arrive(), refuse(error)
  constructor(player, source, ratio, pastBytes) {
    Object.assign(this, { player, ratio, stop: null, lone: null, framesOf }, source);
    this.past = new Past(pastBytes);
    this.supply = new Supply(this);
  }

  // The most updates between two frames.
  get fastest() { return 2 ** (this.counts.length - 1); }

  // Sets the updates between two pictures, as the clock counts them.
  setEvery(every) {
    this.every = Math.min(this.fastest, 2 ** Math.floor(Math.log2(Math.max(1, every * this.ratio))));
    this.supply.use({ experiment: this.experiment, counts: this.counts, every: this.every });
  }

  // The step to show at a time of the clock, at or before it. If the track counts differently, these
  // are the steps of its batches.
  stepAt(time) {
    const wanted = this.ratio === 1 ? time : Math.floor((time * this.ratio + 1e-6) / this.every) * this.every;
    return Math.min(wanted, this.stop?.step ?? Infinity);
  }

  // The time of the clock at which the track ends, or null if that is not known.
  get endTime() { return this.stop && Math.ceil(this.stop.step / this.ratio); }

  frameAt(time) {
    const step = this.stepAt(time);
    return this.lone?.step === step ? this.lone : this.past.at(step) ?? this.supply.find(step);
  }

  // Fetches single frames until there is one for a time; the track may end before it.
  async bring(time, signal) {
    while (!this.frameAt(time)) {
      const from = this.stepAt(time), { experiment } = this;
      const message = (found) => !signal.aborted && ([this.lone] = this.framesOf(found).slice(-1));
      this.end(await this.askFrames(framesQuery({ experiment, from }), { signal, message }));
      if (this.stepAt(time) === from) return;
    }
  }

  // Prefetches the frames after a time.
  replenish(time, playing) { this.supply.replenish(this.stepAt(time), this.stop?.step ?? null, playing); }

  askFrames(query, options) { return this.player.askFrames(this, query, options); }

  arrive() { this.player.arrive(); }

  end({ stopped }) {
    if (!stopped || this.stop) return;
    this.stop = stopped;
    this.player.arrive();
  }

  refuse(error) { this.player.refuse(error); }
}
