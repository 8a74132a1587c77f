// The past of the run that is shown, within a bound of memory; thinned evenly when it is long.

const LIMIT_BYTES = 48e6;
const OVERHEAD_BYTES = 400; // of the objects and arrays of one frame, beside what they hold

function bytesOf({ surface, maps, weights, gradients }) {
  const arrays = [surface.levels, maps?.levels, weights, gradients];
  return arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), OVERHEAD_BYTES);
}

export class Recorder {
  constructor(limitBytes = LIMIT_BYTES) {
    this.limitBytes = limitBytes;
    this.clear();
  }

  clear() {
    this.frames = [];
    this.bytes = 0;
  }

  get length() {
    return this.frames.length;
  }

  get last() {
    return this.frames[this.frames.length - 1] ?? null;
  }

  // A frame of a step that is held already takes the place of the old one.
  push(frame) {
    while (this.last && this.last.step >= frame.step) this.bytes -= bytesOf(this.frames.pop());
    this.frames.push(frame);
    this.bytes += bytesOf(frame);
    if (this.bytes > this.limitBytes) this.thin();
  }

  // Every second moment goes; the first and the last stay.
  thin() {
    const newest = this.frames.length - 1;
    this.frames = this.frames.filter((_, i) => i === 0 || (newest - i) % 2 === 0);
    this.bytes = this.frames.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }

  truncate(step) {
    this.frames = this.frames.filter((frame) => frame.step <= step);
    this.bytes = this.frames.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }

  // The last moment at or before a step.
  indexOf(step) {
    let low = 0, high = this.frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.frames[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
