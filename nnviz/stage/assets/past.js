// The moments that one can go back to: shown frames, within a memory limit, and evenly spaced steps
// without a frame (holes), whose frames are fetched when they are visited.

import { Thinned } from "./thinned.js";

const LIMIT_BYTES = 48e6;
const OVERHEAD_BYTES = 400; // of the objects and arrays of one frame, without their contents
const MOST_HOLES = 256;

// The arrays of a frame are its values, or values of its parts, such as the surface.
export function bytesOf(frame) {
  const arrays = Object.values(frame).flatMap((value) => (ArrayBuffer.isView(value) ? value : Object.values(value ?? {})));
  return arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), OVERHEAD_BYTES);
}

const isHole = (moment) => moment.epoch === undefined;

export class Past extends Thinned {
  // All frames of a run have the same size, except for gradients, which are optional.
  constructor(limitBytes = LIMIT_BYTES) {
    super((moments) => moments.length * bytesOf(moments[moments.length - 1]) > limitBytes);
  }

  // Adds holes up to a step that was not played, evenly spaced by a power of two.
  reach(step) {
    let apart = 1;
    while (step / apart > MOST_HOLES) apart *= 2;
    for (let at = this.last.step + apart; at < step; at += apart) this.push({ step: at });
  }

  // Adds a frame after the latest step (returns true), or stores it at a known step (returns false).
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

  // The moments after and before a step, which need not be a moment itself.
  next(step) {
    const index = this.indexOf(step);
    return this.moments[this.moments[index]?.step <= step ? index + 1 : index] ?? null;
  }

  previous(step) {
    const index = this.indexOf(step);
    return this.moments[this.moments[index]?.step < step ? index : index - 1] ?? null;
  }

  nearest(step) {
    const index = this.indexOf(step), [one, other] = this.moments.slice(index, index + 2);
    return other && other.step - step < step - one.step ? other : one;
  }

  // The last step before the next hole after `step`; later frames must be fetched.
  recordedUntil(step) {
    for (let i = this.indexOf(step) + 1; i < this.moments.length; i++) {
      if (isHole(this.moments[i])) return Math.max(step, this.moments[i - 1].step);
    }
    return Math.max(step, this.last.step);
  }
}
