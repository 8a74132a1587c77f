// Two ways for one question: HTTP or, where a host does not forward our routes, the page's own
// connection. HTTP is chosen once a whole answer has come by it, and tried anew after a loss.

import { chunksOf, readBody } from "./records.js";

const PROBE_MS = 2000;
const REPEAT_MS = 4000;

// Nobody answers, or somebody else does.
export class Unreachable extends Error {}

function unreachable(cause) {
  throw new Unreachable("no answer of this server", { cause });
}

export class Carrier {
  // `trigger(name, value)` sends something to the session; `chosen(kind)` hears which way is taken.
  constructor(trigger, chosen) {
    this.trigger = trigger;
    this.chosen = chosen;
    this.visit = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(16)).join("");
    this.asks = [];
    this.lastId = 0;
    this.choose(null);
  }

  choose(kind) {
    this.kind = kind;
    this.chosen(kind);
  }

  // Returns {status, end} for a body whose messages were handed out (`end` is null for a broken
  // one), else {status, about, wait}. Throws Unreachable when nobody answers.
  async send(path, { signal, cache, message }) {
    if (this.kind === "http") return this.overHttp(path, signal, cache, message);
    if (this.kind === "component") return this.overComponent(path, signal, message);
    const limited = () => AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    try {
      const answer = await this.overHttp(path, limited(), cache, message);
      if (answer.end) this.choose("http");
      if (answer.end || answer.status !== 200 || this.kind) return answer;
    } catch (failure) {
      if (!(failure instanceof Unreachable) || signal.aborted || this.kind === "http") throw failure;
    }
    const answer = await this.overComponent(path, limited(), message);
    this.choose("component");
    return answer;
  }

  async overHttp(path, signal, cache, message) {
    const headers = { "X-Nnviz-Visit": this.visit };
    const response = await fetch(new URL(path, document.baseURI), { signal, cache, headers }).catch(unreachable);
    const { status } = response;
    const type = response.headers.get("content-type") ?? "";
    if (status === 200 && type.startsWith("application/octet-stream")) {
      return { status, end: await readBody(chunksOf(response.body), message) };
    }
    const wait = Number(response.headers.get("retry-after"));
    if (type.startsWith("application/json")) return { status, about: await response.json().catch(unreachable), wait };
    return wait ? { status, about: {}, wait } : unreachable(`${status} ${type}`);
  }

  // Puts an experiment that no address can hold where addresses can name it.
  async post(path, text) {
    const headers = { "X-Nnviz-Visit": this.visit };
    await fetch(new URL(path, document.baseURI), { method: "POST", body: text, headers }).catch(unreachable);
  }

  async overComponent(path, signal, message) {
    const ask = { id: ++this.lastId, path };
    try {
      const { status, bytes } = await new Promise((resolve, reject) => {
        this.asks.push(Object.assign(ask, { resolve }));
        signal.addEventListener("abort", () => reject(new Unreachable()), { once: true });
        this.pump();
      });
      if (status === 200) return { status, end: await readBody([bytes], message) };
      return { status, about: JSON.parse(new TextDecoder().decode(bytes)), wait: 1 };
    } finally {
      this.asks = this.asks.filter((other) => other !== ask);
      clearInterval(ask.repeat);
      this.pump();
    }
  }

  // One question is under way at a time; one that gets lost is sent again.
  pump() {
    const [first] = this.asks;
    if (!first || first.repeat) return;
    const { id, path } = first;
    const send = () => this.trigger("ask", { id, path, visit: this.visit });
    first.repeat = setInterval(send, REPEAT_MS);
    send();
  }

  reply({ id, status }, bytes) {
    this.asks.find((ask) => ask.id === id)?.resolve({ status, bytes });
  }
}
