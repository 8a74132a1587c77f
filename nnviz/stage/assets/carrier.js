// Sends requests by HTTP or, where a host does not forward our routes, over Streamlit's connection.
// HTTP is chosen after its first complete answer. A lost connection starts the choice again.

import { chunksOf, readBody } from "./records.js";

const PROBE_MS = 2000;
const REPEAT_MS = 4000;

// No answer came, or an answer of another server.
export class Unreachable extends Error {}

function unreachable(cause) {
  throw new Unreachable("no answer of this server", { cause });
}

export class Carrier {
  // `trigger(name, value)` sends a value to the session; `chosen(kind)` is called with each choice.
  constructor(trigger, chosen) {
    Object.assign(this, { trigger, chosen, asks: [], lastId: 0 });
    this.visit = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(16)).join("");
    this.choose(null);
  }

  choose(kind) {
    this.kind = kind;
    this.chosen(kind);
  }

  // Options: signal, message (called for each message of the answer), cache, and the text to post.
  // Returns {status, end} for a body (`end` is null for a broken one), else {status, about, wait}.
  // Throws Unreachable if there is no answer.
  async send(path, options) {
    if (this.kind) return this[this.kind](path, options);
    const limited = () => ({ ...options, signal: AbortSignal.any([options.signal, AbortSignal.timeout(PROBE_MS)]) });
    try {
      const answer = await this.http(path, limited());
      if (answer.end) this.choose("http");
      // A request that was given up on has no end record either, and says nothing about the host.
      if (answer.end || answer.status !== 200 || this.kind || options.signal.aborted) return answer;
    } catch (failure) {
      if (!(failure instanceof Unreachable) || options.signal.aborted || this.kind === "http") throw failure;
    }
    const answer = await this.component(path, limited());
    this.choose("component");
    return answer;
  }

  async http(path, { signal, message, cache = "default", text }) {
    const request = { signal, cache, method: text ? "POST" : "GET", body: text, headers: { "X-Nnviz-Visit": this.visit } };
    const response = await fetch(new URL(path, document.baseURI), request).catch(unreachable);
    const { status } = response;
    const type = response.headers.get("content-type") ?? "", wait = Number(response.headers.get("retry-after"));
    if (type.startsWith("application/json")) return { status, about: await response.json().catch(unreachable), wait };
    if (status !== 200 || !type.startsWith("application/octet-stream")) unreachable(`${status} ${type}`);
    return { status, end: await readBody(chunksOf(response.body), message) };
  }

  async component(path, { signal, message }) {
    const ask = { id: ++this.lastId, path, visit: this.visit };
    const reply = new Promise((resolve, reject) => {
      ask.resolve = resolve;
      signal.addEventListener("abort", () => reject(new Unreachable()), { once: true });
    });
    this.asks.push(ask);
    try {
      this.pump();
      const { status, bytes } = await reply;
      if (status === 200) return { status, end: await readBody([bytes], message) };
      return { status, about: JSON.parse(new TextDecoder().decode(bytes)), wait: 1 };
    } finally {
      clearInterval(ask.repeat);
      this.asks = this.asks.filter((other) => other !== ask);
      this.pump();
    }
  }

  // Sends one request at a time, and repeats it until the answer comes.
  pump() {
    const [first] = this.asks;
    if (!first || first.repeat) return;
    const { id, path, visit } = first;
    const send = () => this.trigger("ask", { id, path, visit });
    first.repeat = setInterval(send, REPEAT_MS);
    send();
  }

  reply({ id, status }, bytes) {
    this.asks.find((ask) => ask.id === id)?.resolve({ status, bytes });
  }
}
