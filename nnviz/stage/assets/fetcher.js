// Asks until there is an answer: through waiting, refusals for a while, broken bodies, a lost
// connection, and a server that has another version or has forgotten an experiment.

import { Unreachable } from "./carrier.js";

const RETRY_MS = 1000;
const UNSEEN_MS = 250;

// The server will not do it, whoever asks: `rule` says why.
export class Refusal extends Error {
  constructor({ rule = "the server refused what was asked" }) {
    super(rule);
    this.rule = rule;
  }
}

export class Fetcher {
  // `on`: lost(), found(), moved() to another version, isSeen(), own(query) the text of an
  // experiment that the server may have forgotten, or null, introduce() the run to the session
  constructor(carrier, on) {
    this.carrier = carrier;
    this.on = on;
    this.version = null;
    this.lost = false;
  }

  lose() {
    if (this.lost) return;
    this.lost = true;
    this.carrier.choose(null);
    this.on.lost();
  }

  find() {
    if (!this.lost) return;
    this.lost = false;
    this.on.found();
  }

  // Returns the end record. `message` is called for each message, `begin` before each attempt to
  // get them (what came of one before is void), `progress` with {step, goal} while it is trained.
  async get(kind, query, { signal, message, begin = () => {}, progress = () => {}, cache = "default" }) {
    for (;;) {
      while (!this.on.isSeen()) await pause(UNSEEN_MS, signal);
      begin();
      const answer = await this.try(`${kind}/${this.version}?${query}`, { signal, cache, message });
      signal.throwIfAborted();
      const { status, about, end, wait } = answer;
      if (end) return end;
      cache = status === 200 ? "reload" : cache; // a cache may hold the broken body
      if (status === 202) progress(about);
      else if (status === 503) await pause(wait * 1000 || RETRY_MS, signal);
      else if (status === 404 && about.version) await this.move(about.version, signal);
      else if (status === 404 && about.field === "id") await this.introduce(query, signal);
      else if (about) throw new Refusal(about);
      else await pause(status === 200 ? UNSEEN_MS : RETRY_MS, signal);
    }
  }

  async try(path, options) {
    try {
      const answer = await this.carrier.send(path, options);
      if (answer.end || answer.about) this.find();
      return answer;
    } catch (failure) {
      options.signal.throwIfAborted();
      if (!(failure instanceof Unreachable)) throw failure;
      this.lose();
      return { status: 0 };
    }
  }

  // The server was replaced by another version of it.
  async move(version, signal) {
    if (version === this.version) await pause(RETRY_MS, signal);
    else {
      this.version = version;
      this.on.moved();
    }
  }

  async introduce(query, signal) {
    const own = this.on.own(query);
    if (!own) throw new Refusal({ rule: "The server does not hold the points of this run any more. Open its file again." });
    const [, digest] = query.match(/^id=([^&]*)/);
    if (this.carrier.kind === "component") this.on.introduce();
    else await this.carrier.post(`experiments/${this.version}/${digest}`, own);
    await pause(UNSEEN_MS, signal);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
