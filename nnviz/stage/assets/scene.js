// Draws a frame: the boundary, the network and the curves, all in one theme.

import { BoundaryView, neuronMap } from "./boundary.js";
import { Companion } from "./companion.js";
import { CurveView } from "./curves.js";
import { DiagramView } from "./diagram.js";
import { Editor } from "./editor.js";
import { loadPlotly } from "./plotly.js";
import { lossTable } from "./pointed.js";
import { Scrubber } from "./scrubber.js";
import { readTheme } from "./theme.js";
import { accuracyWords, boundaryWords, lossWords, networkWords } from "./words.js";

export class Scene {
  // `actions`: editWeights(list of {field, value}), changeLayers(function of the hidden layers),
  // scrub(step), scrubBy(-1 or 1), explain(ask)
  constructor(root, actions) {
    const find = (name) => root.querySelector(name);
    this.root = root;
    this.lecture = false;
    this.hidesNetwork = false;
    this.boundary = new BoundaryView(find(".nnv-boundary"));
    this.companion = new Companion(root, this.boundary);
    this.curves = new CurveView(find(".nnv-curve"));
    this.scrubber = new Scrubber(find(".nnv-curve-box"), this.curves, actions);
    const closed = () => this.diagram.hold(null);
    this.editor = new Editor(find(".nnv-curve"), (weights) => actions.editWeights(weights), closed, (ask) => actions.explain(ask));
    this.diagram = new DiagramView(find(".nnv-diagram"), {
      look: (node) => this.look(node),
      edit: (request) => this.editor.open(request),
      stopEditing: () => this.editor.close(),
      changeLayers: (change) => actions.changeLayers(change),
    });
    this.pictures = { plane: find(".nnv-surface"), network: find(".nnv-diagram-canvas"), curves: find(".nnv-curve-overlay") };
    this.views = [this.boundary, this.curves, this.diagram];
  }

  // Shows another run; with `goesOn`, the drawn curves are kept as its past.
  setRun({ figures, window, names, classes, layers, inputs, loss, has_test, most }, sections, goesOn) {
    this.palettes = figures.palettes;
    this.layers = layers;
    this.inputs = inputs.map(({ name, sign, range }, i) => ({ name, sign, range, map: mapOf(sections.input_maps, i) }));
    this.root.classList.toggle("nnv-no-test", !has_test);
    this.editor.setRun(most.weight);
    this.refreshTheme();
    this.boundary.setRun(figures.boundary, window, names, classes, lossTable(sections.losses, loss.reach));
    this.curves.setRun(figures.loss, goesOn);
    this.diagram.setRun(layers, this.inputs, most.units);
    this.pictures.network.ariaLabel = networkWords(inputs, layers);
  }

  // Describes a frame for screen readers: as the names of the pictures, and as the answer.
  describe(frame) {
    const { boundary, curves, pictures } = this, { side } = boundary.frame.surface, counts = boundary.counts();
    const plane = [...accuracyWords(frame, counts), boundaryWords(boundary.logits, side, boundary.classNames)].join(" ");
    const losses = lossWords(frame, curves.points, counts).join(" ");
    pictures.plane.ariaLabel = `The boundary at step ${frame.step}. ${plane}`;
    pictures.curves.ariaLabel = `The curves up to step ${frame.step}. ${losses}`;
    return `${plane} ${losses}`;
  }

  // Loads Plotly and draws its plots. This is slow, so it comes after the first picture.
  async drawPlots(url) {
    const plotly = await loadPlotly(url);
    for (const view of [this.boundary, this.curves]) view.attachPlotly(plotly);
  }

  refreshTheme() {
    if (!this.palettes) return;
    const theme = readTheme(this.root, this.palettes);
    const key = JSON.stringify(theme);
    if (key === this.themeKey) return;
    this.themeKey = key;
    this.theme = theme;
    for (const [name, value] of Object.entries(theme.palette)) {
      this.root.style.setProperty(`--nnv-${name.replaceAll("_", "-")}`, value);
    }
    this.root.classList.toggle("nnv-dark", theme.dark);
    for (const view of this.views) view.setTheme(theme);
  }

  // Gives another view the theme, now and when it changes.
  use(view) {
    this.views.push(view);
    if (this.theme) view.setTheme(this.theme);
  }

  setView({ test, wrong, hard, gradients, curve, log }, frame) {
    this.boundary.setView({ test, wrong, hard });
    this.curves.setView(curve, log);
    this.diagram.showGradients = gradients;
    if (frame) this.diagram.draw(frame);
  }

  // Hides everything but the stage, and enlarges the text for a lecture hall.
  setLecture(on) {
    this.lecture = on;
    document.documentElement.classList.toggle("nnv-lecture", on);
    this.showSize();
  }

  // Explain has a small stage, also in a lecture; the Lab has none.
  setSmall(on) {
    this.hidesNetwork = on;
    this.showSize();
  }

  showSize() {
    this.root.classList.toggle("nnv-large", this.lecture && !this.hidesNetwork);
    this.refreshTheme();
  }

  look(node) {
    this.boundary.look(node && neuronMap(node, this.layers, this.inputs, this.diagram.nameOf(node)));
    this.companion.draw();
  }

  // A `live` frame is new; others are past ones. `rates`: pairs of a first step and a learning rate.
  draw(frame, now, { playing, live, rates }) {
    this.boundary.draw(frame);
    this.companion.draw();
    if (!this.hidesNetwork) this.diagram.draw(frame, playing);
    this.curves.draw(frame, now, live, rates);
  }
}

function mapOf(maps, index) {
  const [, side] = maps.shape;
  return { side, top: maps.top, levels: maps.subarray(index * side * side, (index + 1) * side * side) };
}
