// Playback in the Lab: several tracks on one clock, all in step. A picture is shown only when every
// track has its frame.

import { multipleAfter } from "./address.js";
import { START, after } from "./clock.js";
import { Refusal } from "./fetcher.js";
import { Past } from "./past.js";
import { Track } from "./track.js";

const PAST_BYTES = 48e6; // of the frames of all tracks
const MOST_ASKED = 3; // requests for frames at a time
const NOTHING = new Past();
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CALM_MS = 250; // between two pictures, if the system is set to reduced motion

export class LabPlayer {
  // `lab`: fetcher, isSeen, transport, start.step, show(frames, time), rested(frames, time),
  // progress(step, goal) or progress(null), refused(words)
  constructor(lab) {
    Object.assign(this, { lab, clock: START, tracks: [], frames: [], last: 0, asked: new Set() });
    this.single = new AbortController();
  }

  get isPlaying() { return this.clock.mode === "play" || this.clock.resume; }

  // The time that is shown, or sought.
  get time() { return this.tracks.length ? this.clock.goal ?? this.clock.shown : this.lab.start.step; }

  // Plays other tracks, from a time on. `clock` is "updates" or "epochs".
  use(sources, clock, time, playing) {
    const [{ stepsPerEpoch: unit = 1 } = {}] = sources;
    const ratio = ({ stepsPerEpoch = unit }) => (clock === "epochs" ? stepsPerEpoch / unit : 1);
    this.tracks = sources.map((source) => new Track(this, source, ratio(source), PAST_BYTES / sources.length));
    this.last = 0;
    this.frames = [];
    this.setSpeeds();
    this.clock = START;
    this.dispatch({ type: "open", shown: -1, goal: time, resume: playing });
  }

  // Fetches nothing any more.
  stop() {
    this.single.abort();
    for (const track of this.tracks) track.supply.flush();
    this.tracks = this.frames = [];
    this.dispatch({ type: "pause" });
  }

  setEvery() {
    this.setSpeeds();
    this.replenish();
  }

  // Sets the speed, slower if another track counts so many updates that no frames would fit.
  setSpeeds() {
    const most = this.tracks.map(({ fastest, ratio }) => 2 ** Math.floor(Math.log2(fastest / ratio)));
    this.every = Math.max(1, Math.min(this.lab.transport.perFrame, ...most));
    for (const track of this.tracks) track.setEvery(this.every);
  }

  dispatch(event) {
    if (!this.tracks.length && event.type !== "pause") return;
    const [state, effects] = after(this.clock, event);
    this.clock = state;
    if (window.nnviz.playing !== this.isPlaying) {
      window.nnviz.playing = this.isPlaying;
      this.lab.transport.showPlaying(this.isPlaying);
    }
    for (const effect of effects) this[effect]();
  }

  framesAt(time) { return this.tracks.map((track) => track.frameAt(time)); }

  // --- effects of the clock -------------------------------------------------------------------

  look() {
    this.single.abort();
    const { signal } = (this.single = new AbortController()), { goal } = this.clock;
    this.arrive();
    for (const track of this.tracks) {
      if (track.frameAt(goal)) continue;
      track.bring(goal, signal).then(() => !signal.aborted && this.arrive(), (error) => !signal.aborted && this.refuse(error));
    }
  }

  rest() {
    this.lab.progress(null);
    if (!this.frames.length) return;
    this.lab.rested(this.frames, this.clock.shown);
    this.replenish();
  }

  play() {
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (this.clock.mode !== "play" || !this.tracks.length) return;
    this.ticket = requestAnimationFrame((next) => this.tick(next));
    if (!this.lab.isSeen || (CALM.matches && now - this.shownAt < CALM_MS)) return;
    const time = Math.min(multipleAfter(this.clock.shown, this.every), this.clock.end ?? Infinity);
    const frames = time > this.clock.shown ? this.framesAt(time) : [null];
    if (frames.every(Boolean)) {
      this.shownAt = now;
      this.paint(time, frames);
    } else {
      this.dispatch({ type: "dry" });
      if (this.clock.mode === "play") window.nnviz.stalls += 1;
    }
    this.replenish();
  }

  // --- frames ---------------------------------------------------------------------------------

  replenish() {
    const { mode, shown } = this.clock;
    if (mode === "seek" || shown < 0 || !this.lab.isSeen) return;
    for (const track of this.tracks) track.replenish(shown, mode === "play");
  }

  // Requests frames when its turn comes: a server lets only a few questions of one visit wait.
  async askFrames({ kind }, query, options) {
    const progress = ({ step, goal }) => this.clock.mode !== "rest" && this.lab.progress(step, goal);
    while (this.asked.size >= MOST_ASKED) await Promise.race(this.asked);
    options.signal.throwIfAborted();
    const answer = this.lab.fetcher.get(kind, query, { progress, ...options });
    const over = answer.then(() => this.asked.delete(over), () => this.asked.delete(over));
    this.asked.add(over);
    return answer;
  }

  // A frame has come, or a track's end is known.
  arrive() {
    const ends = this.tracks.map(({ endTime }) => endTime);
    if (this.clock.end === null && ends.every((end) => end !== null)) this.dispatch({ type: "end", step: Math.max(...ends) });
    const { mode, goal } = this.clock;
    if (mode !== "seek") return;
    const frames = this.framesAt(goal);
    if (frames.every(Boolean)) this.paint(goal, frames);
  }

  refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    if (this.clock.mode === "rest") return;
    this.clock = { ...this.clock, resume: false };
    this.dispatch({ type: "pause" });
    this.lab.refused(error.words);
  }

  paint(time, frames) {
    if (this.clock.mode === "seek") this.lab.progress(null);
    if (time !== this.clock.shown) window.nnviz.painted += 1;
    this.frames = frames;
    this.last = Math.max(this.last, time);
    this.tracks.forEach(({ past }, i) => frames[i].step !== past.last?.step && past.put(frames[i]));
    this.lab.show(frames, time);
    this.dispatch({ type: "painted", step: time });
  }

  // The first track's moments; the clock counts its updates.
  get past() { return this.tracks[0]?.past ?? NOTHING; }

  get stepsPerEpoch() { return this.tracks[0]?.stepsPerEpoch; }
}
