// The networks of an ensemble: how many are stuck, the losses as dots, and which one to open.

import { element } from "./dom.js";

const PICKS = ["best", "median", "worst"];
const DOT = 5; // pixels, the radius of a dot

export class EnsembleTiles {
  // `open(number)` opens a network in the playground.
  constructor(open) {
    this.counts = ["stuck", "ended"].map((name) => {
      const value = element("dd");
      value.dataset.testid = `nnviz-ensemble-${name}`;
      return value;
    });
    this.stuckHelp = element("p", { className: "nnv-ensemble-help" });
    this.picks = PICKS.map((name, i) => {
      const button = element("button", { type: "button", title: `Open the ${name} network in the playground, at this step` });
      button.dataset.testid = `nnviz-open-${name}`;
      button.addEventListener("click", () => open(this.frame.picks[i]));
      return button;
    });
    this.any = element("select", { ariaLabel: "Network to open" });
    const go = element("button", { type: "button", textContent: "Open", title: "Open this network in the playground, at this step" });
    go.addEventListener("click", () => open(Number(this.any.value)));
    this.strip = element("canvas", { className: "nnv-ensemble-strip" });
    this.strip.setAttribute("role", "img");
    new ResizeObserver(() => this.drawStrip()).observe(this.strip);
    this.root = element("div", { className: "nnv-ensemble-tiles" },
      element("dl", {}, element("div", {}, element("dt", { textContent: "Stuck" }), this.counts[0]), element("div", {}, element("dt", { textContent: "Ended" }), this.counts[1])),
      element("div", { className: "nnv-ensemble-picks", role: "group", ariaLabel: "Open a network in the playground" }, ...this.picks, element("span", {}, this.any, go)),
      this.strip, this.stuckHelp);
  }

  setData({ stuck, members, has_test }) {
    Object.assign(this, { members, metric: has_test ? 1 : 0, what: has_test ? "test loss" : "training loss", frame: null });
    this.stuckHelp.textContent = stuck;
    this.any.replaceChildren(...members.map(({ title }, k) => element("option", { value: k, textContent: title })));
  }

  setTheme(theme) {
    this.theme = theme;
    this.drawStrip();
  }

  show(frame) {
    this.frame = frame;
    ["stuck", "ended"].forEach((name, i) => (this.counts[i].textContent = `${frame[name]} of ${this.members.length}`));
    this.picks.forEach((button, i) => {
      const k = frame.picks[i], text = `Open the ${PICKS[i]}: ${this.members[k].title}, ${rounded(this.lossOf(k))}`;
      if (button.textContent !== text) button.textContent = text;
    });
    this.drawStrip();
  }

  lossOf(k) { return this.frame.members[4 * k + this.metric]; }

  // One dot for each network, from the smallest to the largest loss.
  drawStrip() {
    const { width, height } = this.strip.getBoundingClientRect();
    if (!this.frame || !this.theme || !width) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1), context = this.strip.getContext("2d");
    if (this.strip.width !== Math.round(width * ratio)) Object.assign(this.strip, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const losses = this.members.map((_, k) => this.lossOf(k)), known = losses.filter(Number.isFinite), most = Math.max(...known, 1e-9);
    const { palette, text } = this.theme, middle = 0.36 * height, x = (loss) => DOT + 2 + (Number.isFinite(loss) ? loss / most : 1) * (width - 2 * DOT - 4);
    context.fillStyle = text;
    context.font = getComputedStyle(this.strip).font;
    context.textBaseline = "bottom";
    context.fillText(`0 ${this.what}`, 0, height);
    context.textAlign = "right";
    context.fillText(rounded(most), width, height);
    context.textAlign = "left";
    context.globalAlpha = 0.55;
    for (const loss of losses) {
      context.beginPath();
      context.arc(x(loss), middle, DOT, 0, 2 * Math.PI);
      context.fillStyle = this.metric ? palette.test : palette.train;
      context.fill();
    }
    context.globalAlpha = 1;
    context.fillStyle = text;
    const half = x(this.lossOf(this.frame.picks[1]));
    context.fillRect(half - 1, middle - 2 * DOT, 2, 4 * DOT);
  }

  describe() {
    const { stuck, ended, picks } = this.frame, n = this.members.length, [best, median, worst] = Array.from(picks, (k) => rounded(this.lossOf(k)));
    this.strip.ariaLabel = `The ${this.what} of every network, from ${best} to ${worst}; the median is ${median}`;
    return `Of ${n} networks, ${stuck} ${stuck === 1 ? "is" : "are"} stuck and ${ended} ${ended === 1 ? "has" : "have"} ended. The median ${this.what} is ${median}, the best ${best}, the worst ${worst}.`;
  }
}

const rounded = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "infinite");
