// The past of the run that is shown, as frames, within a bound of memory.

import { Thinned } from "./thinned.js";

const LIMIT_BYTES = 48e6;
const OVERHEAD_BYTES = 400; // of the objects and arrays of one frame, beside what they hold

export function bytesOf({ surface, maps, weights, gradients }) {
  const arrays = [surface.levels, maps?.levels, weights, gradients];
  return arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), OVERHEAD_BYTES);
}

// All frames of a run are equally large but for the gradients, which may be there or not.
export function newRecorder(limitBytes = LIMIT_BYTES) {
  return new Thinned((frames) => frames.length * bytesOf(frames[frames.length - 1]) > limitBytes);
}
