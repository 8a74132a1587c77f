// The view Landscape of the Lab: the loss over a plane through the path of the run, as contours or
// as a relief, with the ball at the shown step, and how far this picture can be trusted.

import { joined } from "./address.js";
import { Chart } from "./chart.js";
import { element } from "./dom.js";
import { Refusal } from "./fetcher.js";
import { COLOURS, LossPlane, placeAt, scaleOf } from "./loss_plane.js";
import { LossRelief } from "./loss_relief.js";
import { Plane } from "./plane.js";
import { write } from "./quantity.js";

const SIDE = 61; // places along a side of the plane
const FEWEST = 64; // updates that a path has at least, if it is not chosen
const CHOICES = Array.from({ length: 11 }, (_, i) => FEWEST * 2 ** i);
const NUMBER = new Intl.NumberFormat("en"), PERCENT = new Intl.NumberFormat("en", { style: "percent" });
const PLANES = { path: ["Through the path", "Along the two directions in which the path varies most"], random: ["Random directions", "Along two random directions, scaled to the length of each unit's weights"] };
const WORDS = {
  automatic: "as far as is shown",
  upto: (step) => `step ${NUMBER.format(step)}`,
  made: (step, share) => `The plane through the path up to step ${NUMBER.format(step)} is being calculated: ${PERCENT.format(share)}.`,
  refused: (step, words) => `There is no plane through the path up to step ${NUMBER.format(step)}. ${words}`,
  pair: (step, truth, plane) => `Step ${NUMBER.format(step)}: true loss ${brief(truth)}, on this plane ${brief(plane)}.`,
  beyond: (step) => `The path on this plane ends at step ${NUMBER.format(step)}.`,
  map: "Click on the path to go to that step",
  here: (loss) => `here ${brief(loss)}`,
  over: (step, words) => `The loss over a plane through the path up to step ${NUMBER.format(step)}. ${words}`,
};

const brief = (loss) => (Number.isFinite(loss) ? String(Number(loss.toPrecision(3))) : "infinite");

function choice(name, label, title, chosen) {
  const button = element("button", { type: "button", title, textContent: label });
  button.dataset.testid = `nnviz-${name}`;
  button.addEventListener("click", chosen);
  return button;
}

const press = (buttons, name) => {
  for (const [other, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(other === name));
};

export class LandscapeView {
  constructor(host, lab) {
    Object.assign(this, { host, lab, landscape: null, asking: null, asked: null, refused: null, step: 0 });
    this.map = new LossPlane();
    this.relief = new LossRelief(lab.stage.plotlyUrl);
    this.plane = new Plane("The boundary at the step shown");
    this.chart = new Chart("The loss along the path: the true one, and that of the plane", (step) => lab.go(step));
    this.chart.log = true;
    this.build();
  }

  build() {
    const part = (name, tag = "p") => (this[name] = element(tag, { className: `nnv-landscape-${name}` }));
    this.planes = Object.fromEntries(Object.entries(PLANES).map(([name, [label, title]]) => [name, choice(`plane-${name}`, label, title, () => this.lab.change({ plane: name }))]));
    this.forms = {
      flat: choice("contours", "Contours", "Seen from above", () => this.setForm("flat")),
      relief: choice("relief", "3-D", "A relief that can be turned", () => this.setForm("relief")),
    };
    this.upto = element("select");
    this.upto.dataset.testid = "nnviz-upto";
    this.upto.addEventListener("change", () => this.lab.change({ upto: this.upto.value }));
    const open = choice("open-run", "Open in the playground", "Open this run at the step shown", () => this.lab.openRun(this.lab.base, this.step));
    const group = (label, buttons) => element("span", { className: "nnv-choices", role: "group", ariaLabel: label }, ...Object.values(buttons));
    const head = element("div", { className: "nnv-landscape-head" }, group("Plane", this.planes), group("Picture", this.forms),
      element("label", {}, "Path up to ", this.upto), open);
    part("across").ariaHidden = part("up").ariaHidden = "true";
    this.map.root.append(this.across, this.up);
    part("wait").setAttribute("role", "status");
    const bar = element("i"), [low, high] = (this.limits = [element("span"), element("span")]);
    bar.style.background = `linear-gradient(to right, ${COLOURS.join(", ")})`;
    part("scale", "div").append("loss", low, bar, high, part("here", "output"));
    this.map.box.addEventListener("pointermove", (event) => this.point(this.map.lossAt(event)));
    this.map.box.addEventListener("pointerleave", () => this.point(null));
    this.map.box.addEventListener("click", (event) => this.goTo(this.map.stepAt(event)));
    this.map.box.title = WORDS.map;
    part("legend", "div").append(element("span", { className: "nnv-sure" }), "the path", element("span", { className: "nnv-doubtful" }), "where the plane's loss differs");
    const picture = element("figure", { className: "nnv-landscape-picture" }, this.map.root, this.relief.root, this.scale, this.legend, this.wait);
    part("pair").dataset.testid = "nnviz-loss-pair";
    part("shares").dataset.testid = "nnviz-shares";
    part("words", "ul");
    const lines = element("div", { className: "nnv-landscape-legend" }, element("span", { className: "nnv-truth" }), "true loss", element("span", { className: "nnv-on-plane" }), "on this plane");
    const beside = element("div", { className: "nnv-landscape-beside" },
      element("div", {}, element("h3", {}, "The boundary"), this.plane.root),
      element("div", {}, element("h3", {}, "How far this picture can be trusted"), this.shares, this.pair, lines, this.chart.root, this.words));
    this.host.append(head, element("div", { className: "nnv-landscape" }, picture, beside));
    this.setForm("flat");
  }

  // --- what the Lab calls ---------------------------------------------------------------------

  key() {
    const { plane, upto } = this.lab.settings;
    return `${plane} ${upto}`;
  }

  async open() {
    const { run, own } = this.lab.stage, { plane, upto } = this.lab.settings;
    this.experiment = own.experiment;
    this.plane.setData(run);
    press(this.planes, plane);
    const steps = [...new Set([...CHOICES, Number(upto) || FEWEST])].sort((one, other) => one - other);
    this.upto.replaceChildren(new Option(WORDS.automatic, ""), ...steps.map((step) => new Option(WORDS.upto(step), String(step))));
    this.upto.value = upto;
    return { tracks: [this.lab.track] };
  }

  show([frame], { step }) {
    this.step = step;
    this.plane.paint(frame.surface);
    this.move();
    this.follow();
  }

  rest() {
    this.move(true);
    const words = this.describe();
    if (this.landscape) this.map.surface.ariaLabel = this.relief.plot.ariaLabel = words;
  }

  setTheme(theme) {
    if (!theme) return;
    this.theme = theme;
    for (const view of [this.map, this.plane]) view.setTheme(theme);
    this.setSeries();
    this.drawRelief();
  }

  describe() {
    if (!this.landscape) return "";
    return [WORDS.over(this.landscape.step, this.landscape.shares_words), this.pair.textContent].join(" ");
  }

  close() {
    this.asking?.abort();
    Object.assign(this, { landscape: null, asked: null, refused: null });
    this.relief.clear();
    this.map.setBall(null);
  }

  // --- the plane ------------------------------------------------------------------------------

  // The step up to which the path is to go: chosen, or the next power of two. It does not become
  // less when time goes back.
  get goal() {
    const { upto } = this.lab.settings;
    return Number(upto) || Math.max(FEWEST, 2 ** Math.ceil(Math.log2(Math.max(1, this.step))));
  }

  get isCovered() { return this.landscape !== null && (this.landscape.isWhole || this.landscape.goal >= this.goal); }

  // Asks for the plane of the step shown, if it is another one. The old one stays until it is there.
  async follow() {
    const { goal } = this, asked = joined(this.experiment, `at=${goal}&plane=${this.lab.settings.plane}&side=${SIDE}`);
    if (this.isCovered || asked === this.asked || asked === this.refused) return;
    this.asked = asked;
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    let found = null;
    const message = ({ header, sections }) => (found = { ...header, ...sections, goal });
    const progress = ({ step, goal: all }) => write(this.wait, WORDS.made(goal, step / all));
    try {
      const { stopped } = await this.lab.fetcher.get("landscape", asked, { signal, message, progress });
      if (!signal.aborted) this.use({ ...found, isWhole: stopped !== null });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.refused = asked;
      write(this.wait, WORDS.refused(goal, error.words));
    }
    if (!signal.aborted) this.asked = null;
  }

  use(landscape) {
    const scale = scaleOf(landscape);
    Object.assign(this, { landscape, scaled: scale });
    write(this.wait, "");
    this.map.setLandscape(landscape, scale);
    const [across, up] = landscape.axes;
    write(this.across, across.title);
    write(this.up, up.title);
    this.limits.forEach((limit, i) => write(limit, scale.signs[i] + brief(i ? scale.high : scale.low)));
    write(this.shares, landscape.shares_words);
    this.words.replaceChildren(...landscape.sentences.map((words) => element("li", {}, words)));
    this.setSeries();
    this.move(true);
    this.drawRelief();
    if (!this.lab.isPlaying) this.rest();
  }

  setSeries() {
    if (!this.landscape || !this.theme) return;
    const { palette, text } = this.theme, { steps, true: truth, plane } = this.landscape;
    this.chart.setSeries([{ label: "true loss", colour: palette.train, width: 2.4 }, { label: "on this plane", colour: text, dash: [5, 4], width: 1.6 }]);
    this.chart.theme = this.theme;
    this.chart.log = this.scaled.isLog;
    this.chart.recall(Array.from(steps, (step, i) => [step, [truth[i], plane[i]]]));
    this.move(true);
  }

  // Moves the ball, and writes the losses of the last point of the path up to the step shown.
  move(must = false) {
    if (!this.landscape) return;
    const { steps, true: truth, plane } = this.landscape, { step } = this;
    const place = placeAt(this.landscape, step), last = steps.length - 1;
    const after = steps.findIndex((one) => one > step), i = after < 0 ? last : after - 1;
    this.map.setBall(place);
    this.relief.setBall(place && { place, loss: plane[i] }, must);
    this.chart.add(Math.min(step, steps[last]), [truth[i], plane[i]]);
    write(this.pair, place ? WORDS.pair(steps[i], truth[i], plane[i]) : WORDS.beyond(steps[last]));
  }

  // Says the loss under the pointer, or nothing for null.
  point(loss) { write(this.here, loss === null ? "" : WORDS.here(loss)); }

  goTo(step) {
    if (step !== null) this.lab.go(step);
  }

  setForm(form) {
    press(this.forms, form);
    this.map.root.hidden = form !== "flat";
    this.relief.root.hidden = form !== "relief";
    if (form === "flat") this.relief.clear();
    else this.drawRelief();
  }

  async drawRelief() {
    if (!this.relief.isOn || !this.landscape || !this.theme) return;
    await this.relief.show(this.landscape, this.scaled, this.theme);
    this.move(true);
  }
}
