// The view Hidden space of the Lab: how one layer bends the plane, and the way from layer to layer.

import { framesQuery, joined } from "./address.js";
import { BentCanvas } from "./bent_canvas.js";
import { bentFramesOf, between, eased, shapeOf } from "./bent.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { sum, writeTexts } from "./hidden_words.js";
import { Plane } from "./plane.js";
import { formatShare } from "./tiles.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const MORPH_MS = 600;
const WALK_MS = 1700; // at each layer
const SAY_MS = 500; // between two texts in play
const NOTCH = 0.02; // of the slider, in layers

export class HiddenView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, facts: null, target: null, shown: null, layer: null, known: new Map(), fetching: new AbortController() });
    this.picture = new BentCanvas();
    this.plane = new Plane("The plane of the inputs, with the boundary");
    this.buttons = element("div", { className: "nnv-hidden-layers" });
    this.buttons.setAttribute("role", "group");
    this.buttons.ariaLabel = "Layer";
    this.slider = element("input", { type: "range", min: 0, step: NOTCH, ariaLabel: "From layer to layer" });
    this.slider.dataset.testid = "nnviz-hidden-slider";
    this.walking = button("Walk through the layers", "walk", () => (this.walk ? this.stopWalk() : this.startWalk()));
    this.texts = element("div", { className: "nnv-hidden-words" });
    this.texts.dataset.testid = "nnviz-hidden-words";
    const title = element("h3", {}, "The plane");
    const open = button("Open in the playground", "open", () => lab.openRun(lab.base, lab.step));
    const aside = element("div", { className: "nnv-hidden-aside" }, this.texts, element("div", { className: "nnv-hidden-plane" }, title, this.plane.root));
    const ways = element("div", { className: "nnv-hidden-ways" }, this.buttons, this.slider, this.walking, open);
    host.append(ways, element("div", { className: "nnv-hidden-body" }, this.picture.root, aside));
    this.slider.addEventListener("input", () => this.slide(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.choose(Math.round(Number(this.slider.value))));
    this.slider.addEventListener("keydown", (event) => this.press(event));
  }

  key() { return `layer ${this.lab.settings.layer}`; }

  // --- the run --------------------------------------------------------------------------------

  async open(signal) {
    const { experiment } = this.lab.base, key = `${this.lab.fetcher.version} ${experiment}`;
    if (this.facts?.key !== key) await this.learn(experiment, key, signal);
    const { layers } = this.facts, last = layers.length - 1, { track, settings: { layer: wanted } } = this.lab;
    const layer = wanted === "" ? last : Math.min(Number(wanted), last);
    this.enter(layer);
    const { counts } = layers[layer];
    return { tracks: [track, { ...track, kind: "hidden", experiment: joined(experiment, `layer=${layer}`), counts, framesOf: bentFramesOf }] };
  }

  // Asks for what never changes.
  async learn(experiment, key, signal) {
    let told = null;
    await this.lab.ask("hiddens", experiment, { signal, message: (message) => (told = message) });
    const { header, sections: { places } } = told, { run } = this.lab.stage;
    Object.assign(this, { facts: { key, names: run.names, ...header, plane: { at: planeOf(places) } }, target: null, shown: null, layer: null });
    this.picture.setData({ labels: run.labels, nTrain: header.n_train });
    this.plane.setData(run);
    this.slider.max = String(header.layers.length - 1);
    this.buttons.replaceChildren(...header.layers.map((layer) => this.layerButton(layer)));
    this.walking.hidden = this.slider.hidden = header.layers.length < 2;
  }

  layerButton({ layer, title, kind }) {
    const made = button(title, `layer-${layer}`, () => this.choose(layer));
    made.append(element("small", {}, kind));
    return made;
  }

  // --- layers ---------------------------------------------------------------------------------

  // Shows a layer; its first frame comes later, and then the points move to their new places.
  choose(layer, isWalk = false) {
    if (!isWalk) this.stopWalk();
    this.isChoosing = true;
    this.lab.change({ layer: String(layer) });
    this.isChoosing = false;
    if (layer === this.layer && this.shown !== this.target) this.morph(this.shown);
  }

  enter(layer) {
    [...this.buttons.children].forEach((one, i) => one.setAttribute("aria-pressed", String(i === layer)));
    this.next = layer;
  }

  startWalk() {
    const { length } = this.facts.layers;
    const go = (layer) => {
      this.walk = layer + 1 < length ? setTimeout(() => go(layer + 1), WALK_MS) : null;
      this.choose(layer, true);
      this.showWalk();
    };
    go(this.layer === 0 ? 1 : 0);
  }

  stopWalk() {
    clearTimeout(this.walk);
    this.walk = null;
    this.showWalk();
  }

  showWalk() { this.walking.textContent = this.walk ? "Stop the walk" : "Walk through the layers"; }

  press(event) {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(this.facts.layers.length - 1, this.next + by)));
  }

  // Shows a place between two layers, if both are known at this moment.
  slide(at) {
    this.stopWalk();
    const low = Math.min(Math.floor(at), this.facts.layers.length - 2), pair = [low, low + 1].map((layer) => this.known.get(layer));
    if (!pair.every(Boolean) || this.lab.isPlaying) return;
    const [one, other] = pair.map(({ shape }) => shape), share = at - low;
    this.present(between(one, other, share), share < 0.5 ? low : low + 1, Math.abs(2 * share - 1));
  }

  // --- frames ---------------------------------------------------------------------------------

  show([frame, bent], { playing }) {
    const now = performance.now(), { facts } = this, isOther = this.next !== this.layer;
    this.plane.paint(frame.surface);
    if (bent.step !== this.bent?.step) this.known.clear();
    const before = playing && !isOther ? this.window : null;
    this.window = before ? eased(before, bent.window, now - this.shownAt) : bent.window;
    Object.assign(this, { frame, bent, shownAt: now, layer: this.next });
    this.target = shapeOf(bent, this.window, facts.plane, this.shown);
    this.known.set(this.layer, { shape: this.target, window: this.window, bent });
    if (isOther && this.shown) this.morph(this.shown);
    else if (!this.from) this.settle();
    if (!playing || isOther || now - this.saidAt > SAY_MS) this.tell(now);
  }

  // Moves all points from a shape to the shown one.
  morph(from) {
    if (CALM.matches) return this.settle();
    const began = performance.now(), start = Number(this.slider.value);
    this.from = from;
    const tick = (now) => {
      const share = Math.max(0, (now - began) / MORPH_MS);
      if (share >= 1 || !this.from) return this.settle();
      this.present(between(this.from, this.target, share), this.layer, share);
      this.slider.value = String(start + share * (this.layer - start));
      this.ticket = requestAnimationFrame(tick);
    };
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame(tick);
  }

  settle() {
    this.from = null;
    cancelAnimationFrame(this.ticket);
    if (!this.target) return;
    this.slider.value = String(this.layer);
    this.present(this.target, this.layer, 1);
  }

  // Draws a shape, with the axes of a layer.
  present(shape, layer, visible) {
    this.shown = shape;
    this.picture.show(shape, this.axesOf(layer), visible);
  }

  axesOf(layer) {
    const { dims, axes } = this.facts.layers[layer], { window, bent: { shares } } = this.known.get(layer);
    const made = axes.map((name, i) => ({
      title: shares ? `${name} (${formatShare(shares[i])})` : name,
      low: window[2 * i],
      high: window[2 * i + 1],
    }));
    if (dims === 1) made.push({ title: `${this.facts.names[1]}, as in the plane`, low: 0, high: 0 });
    return made;
  }

  tell(now) {
    this.saidAt = now;
    this.showKinds();
    this.words = writeTexts(this.texts, this.facts, this.layer, this.bent, this.frame);
  }

  // On the buttons: how much of a layer its components show.
  showKinds() {
    for (const [layer, { bent: { shares } }] of this.known) {
      if (shares) this.buttons.children[layer].lastChild.textContent = `components: ${formatShare(sum(shares))}`;
    }
  }

  // --- at rest --------------------------------------------------------------------------------

  rest([frame, bent], { step }) {
    this.show([frame, bent], { playing: false });
    this.picture.canvas.ariaLabel = `${this.facts.layers[this.layer].title} at step ${step}. ${this.words}`;
    this.fetchOthers(bent.step);
  }

  // Fetches the other layers at this moment, so that the slider can go from one to the next.
  async fetchOthers(from) {
    this.fetching.abort();
    const { signal } = (this.fetching = new AbortController()), { experiment } = this.lab.base, { plane, layers } = this.facts;
    for (const { layer } of layers) {
      if (this.known.has(layer)) continue;
      const message = (found) => {
        const [bent] = bentFramesOf(found);
        if (bent && !signal.aborted) this.known.set(layer, { shape: shapeOf(bent, bent.window, plane, this.target), window: bent.window, bent });
        this.showKinds();
      };
      try {
        await this.lab.ask("hidden", framesQuery({ experiment: joined(experiment, `layer=${layer}`), from }), { signal, message });
      } catch (error) {
        if (signal.aborted || error instanceof Refusal) return;
        throw error;
      }
    }
  }

  setTheme(theme) {
    if (!theme) return;
    this.plane.setTheme(theme);
    this.picture.setTheme(theme);
  }

  describe() { return this.words ?? ""; }

  close() {
    this.fetching.abort();
    if (this.isChoosing) return; // the same run in another layer
    this.stopWalk();
    this.settle();
    Object.assign(this, { facts: null, target: null, shown: null, layer: null, frame: null, bent: null });
    this.known.clear();
  }
}

// The places of all points in the plane, as x, y and z.
function planeOf(places) {
  const n = places.shape[1];
  return [places.subarray(0, n), places.subarray(n), new Float32Array(n)];
}

function button(words, name, act) {
  const made = element("button", { type: "button" }, words);
  made.dataset.testid = `nnviz-hidden-${name}`;
  made.addEventListener("click", act);
  return made;
}
