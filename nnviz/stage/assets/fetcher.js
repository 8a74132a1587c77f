// Repeats a request until it is answered: while the server trains or is busy, after broken bodies
// and lost connections, and if the server has a new version or has dropped an experiment.

import { Unreachable } from "./carrier.js";

const RETRY_MS = 1000;
const UNSEEN_MS = 250;

// The server refuses the request for good; `words` is a sentence that says why.
export class Refusal extends Error {
  constructor({ field = "", rule = "The server refuses what was asked" }) {
    const text = rule.startsWith("must") ? `${field} ${rule}` : rule;
    super(text);
    this.words = text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
  }
}

export class Fetcher {
  // `stage`: isSeen, lost(), found(), moved() for a new server version, and for an experiment that
  // the server has dropped: textOf(experiment), its JSON, and tell()
  constructor(carrier, stage) {
    Object.assign(this, { carrier, stage, version: null, lost: false });
  }

  lose() {
    if (this.lost) return;
    this.lost = true;
    this.carrier.choose(null);
    this.stage.lost();
  }

  find() {
    if (!this.lost) return;
    this.lost = false;
    this.stage.found();
  }

  // Returns the end record. `message` is called for each message, `begin` before each attempt (the
  // messages of earlier ones are invalid), `progress` with {step, goal} while the server trains.
  async get(kind, query, { signal, message, begin = () => {}, progress = () => {}, cache = "default" }) {
    for (;;) {
      while (!this.stage.isSeen) await pause(UNSEEN_MS, signal);
      begin();
      const answer = await this.send(`${kind}/${this.version}?${query}`, { signal, cache, message });
      const { status, about, end, wait } = answer;
      if (end) return end;
      if (status === 202) progress(about);
      else if (status === 503) await pause(wait * 1000 || RETRY_MS, signal);
      else if (status === 404 && about.version) await this.move(about.version, signal);
      else if (status === 404 && about.field === "id") await this.introduce(query, signal);
      else if (about) throw new Refusal(about);
      else await pause(status === 200 ? UNSEEN_MS : RETRY_MS, signal);
      if (status === 200) cache = "reload"; // a cache may hold the broken body
    }
  }

  async send(path, options) {
    try {
      const answer = await this.carrier.send(path, options);
      options.signal.throwIfAborted();
      if (answer.end || answer.about) this.find();
      return answer;
    } catch (failure) {
      options.signal.throwIfAborted();
      if (!(failure instanceof Unreachable)) throw failure;
      this.lose();
      return { status: 0 };
    }
  }

  async move(version, signal) {
    if (version === this.version) await pause(RETRY_MS, signal);
    else {
      this.version = version;
      this.stage.moved();
    }
  }

  async introduce(query, signal) {
    const [experiment, digest] = query.match(/^id=([^&]*)/), text = this.stage.textOf(experiment);
    if (!text) {
      throw new Refusal({ rule: "The server does not hold the points of this run any more: open its file again." });
    }
    if (this.carrier.kind === "component") this.stage.tell();
    else await this.send(`experiments/${this.version}/${digest}`, { signal, text });
    await pause(UNSEEN_MS, signal);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
