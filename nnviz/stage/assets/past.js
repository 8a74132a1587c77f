// What the time slider reaches: moments that were shown, within a bound of memory, and evenly
// spaced ones that were not (holes), which are fetched when somebody goes there.

import { Thinned } from "./thinned.js";

const LIMIT_BYTES = 48e6;
const OVERHEAD_BYTES = 400; // of the objects and arrays of one frame, beside what they hold
const MOST_HOLES = 256;

export function bytesOf({ surface, maps, weights, gradients }) {
  const arrays = [surface?.levels, maps?.levels, weights, gradients];
  return arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), OVERHEAD_BYTES);
}

const isHole = (moment) => moment.surface === undefined;

export class Past extends Thinned {
  // All frames of a run are equally large but for the gradients, which may be there or not.
  constructor(limitBytes = LIMIT_BYTES) {
    super((moments) => moments.length * bytesOf(moments[moments.length - 1]) > limitBytes);
  }

  // Makes the way to a step that nobody has seen: one moment every power of two.
  reach(step) {
    let apart = 1;
    while (step / apart > MOST_HOLES) apart *= 2;
    for (let at = this.last.step + apart; at < step; at += apart) this.push({ step: at });
  }

  // Returns whether the frame is new and the latest; one between two moments is not kept.
  put(frame) {
    if (!this.last || frame.step > this.last.step) {
      this.push(frame);
      return true;
    }
    const index = this.indexOf(frame.step);
    if (this.moments[index].step === frame.step) this.moments[index] = frame;
    return false;
  }

  // The recorded frame of exactly this step, or null.
  at(step) {
    const moment = this.moments[this.indexOf(step)];
    return moment?.step === step && !isHole(moment) ? moment : null;
  }

  // The moments around a step that may lie between two of them.
  next(step) {
    const index = this.indexOf(step);
    return this.moments[this.moments[index]?.step <= step ? index + 1 : index] ?? null;
  }

  previous(step) {
    const index = this.indexOf(step);
    return this.moments[this.moments[index]?.step < step ? index : index - 1] ?? null;
  }

  // The step up to which all that follows `step` is recorded: what lies behind it must be fetched.
  recordedUntil(step) {
    for (let i = this.indexOf(step) + 1; i < this.moments.length; i++) {
      if (isHole(this.moments[i])) return Math.max(step, this.moments[i - 1].step);
    }
    return Math.max(step, this.last.step);
  }
}
