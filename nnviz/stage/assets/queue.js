// The frames that the browser holds ahead of what is shown, and what to ask the server for next.
//
// What is shown is the truth; everything in the queue is speculation and can be thrown away.

const BATCH = 32;
const LOW_WATER = 20;
const PATIENCE_MS = 4000;

export class FrameQueue {
  constructor(send) {
    this.send = send;
    this.pullId = 0;
    this.forget();
  }

  // Nothing is known: the next pull asks for everything.
  forget() {
    this.run = "";
    this.revision = 0;
    this.shownStep = 0;
    this.frames = [];
    this.perFrame = 1;
    this.gradients ??= false;
    this.again = false;
    this.waiting = null;
    this.ended = false;
  }

  startRun(run, revision, step) {
    this.forget();
    this.run = run;
    this.revision = revision;
    this.shownStep = step;
  }

  get length() {
    return this.frames.length;
  }

  // Throw the speculation away, because something about the future has changed.
  flush(revision = this.revision) {
    this.revision = revision;
    this.frames = [];
    this.waiting = null;
    this.ended = false;
  }

  setPerFrame(updates) {
    if (updates === this.perFrame) return;
    this.perFrame = updates;
    this.flush();
  }

  setGradients(wanted) {
    if (wanted === this.gradients) return;
    this.gradients = wanted;
    this.flush();
    this.again = true;
  }

  take() {
    const frame = this.frames.shift() ?? null;
    if (frame) this.shownStep = frame.step;
    return frame;
  }

  // Frames count only when they continue what the queue holds, in the run that is shown.
  accept(header, frames) {
    const waiting = this.waiting;
    if (!waiting || header.run !== this.run || header.revision !== this.revision) return false;
    if (header.answers !== waiting.id) return false;
    this.waiting = null;
    this.frames.push(...frames);
    this.ended = header.stopped !== null;
    return true;
  }

  repeat(now) {
    if (!this.waiting) return;
    this.waiting.sent = now;
    this.send(this.waiting.pull);
  }

  // Ask for more when little is left. A pull that was not answered is sent again, unchanged.
  replenish(now, wanted = BATCH) {
    if (this.waiting) {
      if (now - this.waiting.sent > PATIENCE_MS) this.repeat(now);
      return;
    }
    if (this.ended || this.frames.length >= Math.min(LOW_WATER, wanted)) return;
    const last = this.frames[this.frames.length - 1];
    const pull = {
      id: ++this.pullId,
      run: this.run,
      revision: this.revision,
      shown: this.shownStep,
      start: last ? last.step : this.shownStep,
      per_frame: this.perFrame,
      frames: wanted,
      fresh: this.run === "",
      gradients: this.gradients,
      again: this.again,
    };
    this.again = false;
    this.waiting = { id: pull.id, pull, sent: now };
    this.send(pull);
  }
}
