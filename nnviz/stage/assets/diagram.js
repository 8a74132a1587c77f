// The network diagram: each neuron shows its activation over the plane, each link is a weight.

import { Atlas } from "./atlas.js";
import { element } from "./dom.js";
import { BIAS_SIDE, WEIGHT_AT_WIDEST, hit, layOut } from "./layout.js";
import { stroke } from "./surface.js";

const WIDEST = 7;
const FEW_LINKS = 60;
const LINKS_EVERY = 3;
const FINGER = 16; // pixels: a tap at most this far from a link means it
const HEAD_GAP = 5; // pixels between the names of the layers and the nodes

export function formatWeight(value) {
  if (value === 0) return "0";
  return Math.abs(value) < 0.001 || Math.abs(value) >= 1e4 ? value.toExponential(2) : value.toFixed(4);
}

export class DiagramView {
  // `actions`: look(node or null), edit(request), changeLayers(function of the hidden layers)
  constructor(host, actions) {
    const parts = { box: "diagram-box", links: "diagram-links", canvas: "diagram-canvas", heads: "diagram-heads", buttons: "diagram-nodes", tip: "tip" };
    for (const [name, part] of Object.entries(parts)) this[name] = host.querySelector(`.nnv-${part}`);
    Object.assign(this, { host, actions, plan: null, over: null, held: null, turn: 0, showGradients: false });
    this.atlas = new Atlas();
    this.canvas.addEventListener("pointermove", (event) => this.setOver(this.under(event)));
    this.canvas.addEventListener("pointerleave", () => this.setOver(null));
    this.canvas.addEventListener("click", (event) => this.choose(this.under(event), event));
    document.addEventListener("click", ({ target }) => {
      if (!this.box.contains(target)) this.letGo();
    }, { capture: true });
    new ResizeObserver(() => this.resize()).observe(this.box);
  }

  // A layer may have up to `mostUnits` units.
  setRun(layers, inputs, mostUnits) {
    Object.assign(this, { layers, mostUnits });
    this.inputs = inputs;
    this.atlas.setInputs(inputs);
    Object.assign(this, { frame: null, over: null, held: null, looked: null });
    this.resize();
  }

  setTheme(theme) {
    this.theme = theme;
    this.fontFamily = getComputedStyle(this.host).fontFamily;
    this.atlas.setPalette(theme.palette);
    this.resize();
  }

  resize() {
    if (!this.layers) return;
    const { width, height } = this.box.getBoundingClientRect();
    if (!width || !height) return;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of [this.links, this.canvas]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.plan = layOut(this.layers, this.inputs, width, height, this.placeHeads(width), this.theme?.scale);
    this.placeButtons();
    if (this.frame) this.draw(this.frame);
  }

  // Makes the names of the layers, with buttons to add and remove neurons; returns their height.
  // If one of them is wider than its column, all names are written sideways.
  placeHeads(width) {
    const apart = width / (this.layers.length + 1);
    const hidden = this.layers.slice(0, -1);
    const cells = [head("inputs", "", apart)];
    hidden.forEach((layer, index) => {
      const folded = layer.shown.length < layer.units;
      const count = folded ? `${layer.shown.length} of ${layer.units}` : `${layer.units}`;
      const cell = head(layer.activation.replace("_", " "), count, apart);
      const change = (by) => this.actions.changeLayers((now) => withUnits(now, index, by));
      const less = headButton("−", `Remove a neuron from layer ${index + 1}`, () => change(-1));
      const more = headButton("+", `Add a neuron to layer ${index + 1}`, () => change(1));
      more.disabled = layer.units >= this.mostUnits;
      cell.append(element("span", {}, less, more));
      if (folded) cell.title = "The neurons that are most active at the initial weights are drawn";
      cells.push(cell);
    });
    cells.push(head("output", "p", apart));
    this.heads.replaceChildren(...cells);
    this.heads.classList.remove("nnv-sideways");
    const isFull = cells.some((cell) => cell.scrollWidth > cell.clientWidth);
    this.heads.classList.toggle("nnv-sideways", isFull);
    return this.heads.offsetHeight + HEAD_GAP;
  }

  // Makes invisible buttons over the canvas, so that the keyboard can reach the neurons.
  placeButtons() {
    const buttons = this.plan.nodes.slice(1).flatMap((column, l) =>
      column.map((node) => {
        const ariaLabel = `${this.nameOf(node)}: show its map, edit its weights`;
        const button = element("button", { type: "button", tabIndex: node.row === 0 ? 0 : -1, ariaLabel });
        const size = `${node.size}px`;
        Object.assign(button.style, { left: `${node.x}px`, top: `${node.y}px`, width: size, height: size });
        for (const kind of ["focus", "pointerenter"]) button.addEventListener(kind, () => this.setOver({ kind: "node", node }));
        for (const kind of ["blur", "pointerleave"]) button.addEventListener(kind, () => this.setOver(null));
        button.addEventListener("click", (event) => this.choose({ kind: "node", node }, event));
        button.addEventListener("keydown", (event) => this.moveFocus(event, node));
        node.button = button;
        return button;
      }),
    );
    this.buttons.replaceChildren(...buttons);
  }

  // Arrow keys move the focus between neurons; Tab goes from layer to layer.
  moveFocus(event, node) {
    const by = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const column = this.plan.nodes[node.column + by[0]];
    const next = column?.[Math.min(node.row + by[1], column.length - 1)];
    next?.button?.focus();
  }

  nameOf(node) {
    if (node.column === 0) return `input ${this.inputs[node.row].name}`;
    const layer = this.layers[node.column - 1];
    if (node.column === this.layers.length) return "output";
    return `neuron ${layer.shown[node.row] + 1} of layer ${node.column}`;
  }

  nameOfParameter(target) {
    if (target.kind === "bias") return `bias of ${this.nameOf(target.node)}`;
    return `weight from ${this.nameOf(target.link.from)} to ${this.nameOf(target.link.to)}`;
  }

  under({ clientX, clientY, pointerType }) {
    if (!this.plan) return null;
    const box = this.canvas.getBoundingClientRect();
    return hit(this.plan, clientX - box.left, clientY - box.top, pointerType === "touch" ? FINGER : undefined);
  }

  // The target that is marked: the one under the pointer or in focus, or else the one that is held.
  get marked() { return this.over ?? this.held; }

  setOver(target) {
    this.over = target;
    this.mark();
  }

  // Marks a target also when nothing points at it, until another one is held, or null.
  hold(target) {
    this.held = target;
    this.mark();
  }

  mark() {
    const node = neuronOf(this.over) ?? neuronOf(this.held);
    if (node !== this.looked) this.actions.look((this.looked = node));
    this.canvas.style.cursor = this.over?.parameter !== undefined ? "pointer" : "default";
    this.showTip();
    if (this.frame && !isSame(this.marked, this.drawn)) this.draw(this.frame);
  }

  letGo() {
    if (this.held && !this.held.isEdited) this.hold(null);
  }

  // A click or a key edits a neuron or a link. A finger has no pointer that hovers: its first tap
  // marks the target, the second one edits it.
  choose(target, { pointerType }) {
    if (!target) this.letGo();
    else if (pointerType === "touch" && !isSame(target, this.held)) {
      this.actions.stopEditing();
      this.over = null;
      this.hold(target);
    } else if (target.parameter !== undefined) this.editParameter(target);
    else if (target.node.column > 0) this.editNode(target);
  }

  editParameter(target) {
    const name = target.kind === "bias" ? "bias" : "weight";
    this.edit(target, this.nameOfParameter(target), [{ name, parameter: target.parameter }]);
  }

  editNode(target) {
    const { node } = target;
    const incoming = this.plan.links.filter((link) => link.to === node);
    const weights = incoming.map(({ from, parameter }) => ({ name: `weight from ${this.nameOf(from)}`, parameter }));
    this.edit(target, this.nameOf(node), [{ name: "bias", parameter: node.bias }, ...weights]);
  }

  // The ask of a target on the page Explain, where all parts are counted from 1.
  askOf(target) {
    const unit = ({ column, row }) => (column === 0 ? row : this.layers[column - 1].shown[row]) + 1;
    const { from, to } = target.link ?? { to: target.node };
    const place = from ? [to.column, unit(from), unit(to)] : [to.column, unit(to)];
    const name = from ? "W" : target.kind === "bias" ? "b" : to.column === this.layers.length ? "z" : "a";
    return [name, ...place].join(".");
  }

  edit(target, title, rows) {
    const drawn = this.layers.flatMap((layer) => layer.parameters.flat());
    const { weights } = this.frame;
    const asNow = ({ name, parameter }) => ({ name, value: weights[parameter], field: `theta.${drawn[parameter]}` });
    this.actions.edit({ title, rows: rows.map(asNow), ask: this.askOf(target), beside: (target.link?.to ?? target.node).button });
    this.hold({ ...target, isEdited: true });
  }

  valueOf({ parameter, ...target }) {
    const gradient = this.frame.gradients?.[parameter];
    const more = gradient === undefined ? "" : `, gradient ${formatWeight(gradient)}`;
    return `${this.nameOfParameter(target)}: ${formatWeight(this.frame.weights[parameter])}${more}`;
  }

  showTip() {
    const target = this.marked, isTapped = target && target === this.held && !target.isEdited;
    this.tip.hidden = !this.frame || (target?.parameter === undefined && !isTapped);
    if (this.tip.hidden) return;
    const text = target.kind === "node" ? this.nameOf(target.node) : this.valueOf(target);
    this.tip.textContent = isTapped && target.node?.column !== 0 ? `${text}\nTap it again to edit it.` : text;
  }

  // While it plays, the links of a large network are drawn with every third frame only.
  draw(frame, playing = false) {
    Object.assign(this, { frame, drawn: this.marked });
    if (!this.plan || !this.theme) return;
    this.turn = (this.turn + 1) % LINKS_EVERY;
    const few = this.plan.links.length <= FEW_LINKS;
    if (few || !playing || this.turn === 0) this.drawLinks(this.cleared(this.links), frame);
    this.drawNodes(this.cleared(this.canvas), frame);
    if (this.marked?.parameter !== undefined) this.showTip();
  }

  cleared(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  drawLinks(context, frame) {
    const useGradients = this.showGradients && frame.gradients;
    const values = useGradients ? frame.gradients : frame.weights;
    const largest = useGradients ? values.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-30) : WEIGHT_AT_WIDEST;
    const { class_0: negative, class_1: positive, contour } = this.theme.palette;
    const marked = this.marked?.kind === "link" ? this.marked.parameter : null;
    for (const link of this.plan.links) {
      const value = values[link.parameter];
      const share = Math.min(1, Math.abs(value) / largest);
      context.globalAlpha = link.parameter === marked ? 1 : 0.25 + 0.65 * share;
      context.setLineDash(value < 0 ? [7, 4] : []);
      context.beginPath();
      context.moveTo(link.x0, link.y0);
      context.lineTo(link.x1, link.y1);
      stroke(context, link.parameter === marked ? contour : value < 0 ? negative : positive, 0.6 + (WIDEST - 0.6) * share);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  drawNodes(context, frame) {
    const { nodes, size } = this.plan;
    const { border, palette } = this.theme;
    const picture = this.atlas.paint(frame);
    const { side, outputRow, firstHiddenRow } = this.atlas;
    let map = 0;
    nodes.forEach((column, c) => {
      for (const node of column) {
        const { x, y } = node;
        const row = c === 0 ? node.row : c === nodes.length - 1 ? outputRow : firstHiddenRow + map++;
        context.drawImage(picture, 0, row * side, side, side, x, y, size, size);
        context.beginPath();
        context.rect(x, y, size, size);
        if (isSame(this.marked, { kind: "node", node })) stroke(context, palette.contour, 2.5);
        else stroke(context, border, 1);
        if (node.bias !== undefined) this.drawBias(context, node, frame.weights[node.bias]);
        if (c === 0) this.drawSign(context, node, this.inputs[node.row].sign);
      }
    });
  }

  // Draws the sign of an input in the corner of the map, with a halo that makes it readable on every colour.
  drawSign(context, { x, y }, sign) {
    context.font = `600 ${Math.round(12 * this.theme.scale)}px ${this.fontFamily}`;
    const { background: strokeStyle, text: fillStyle } = this.theme;
    Object.assign(context, { textBaseline: "top", lineJoin: "round", lineWidth: 3, strokeStyle, fillStyle });
    context.strokeText(sign, x + 3, y + 3);
    context.fillText(sign, x + 3, y + 3);
  }

  drawBias(context, node, value) {
    const { class_0: negative, class_1: positive, surface_middle: middle, contour } = this.theme.palette;
    context.beginPath();
    context.arc(node.x, node.y + node.size, BIAS_SIDE / 2, 0, 2 * Math.PI);
    context.fillStyle = middle;
    context.fill();
    context.globalAlpha = Math.min(1, Math.abs(value));
    context.fillStyle = value < 0 ? negative : positive;
    context.fill();
    context.globalAlpha = 1;
    context.moveTo(node.x - 2, node.y + node.size);
    if (value < 0) context.lineTo(node.x + 2, node.y + node.size); // a minus
    stroke(context, contour, this.marked?.kind === "bias" && this.marked.parameter === node.bias ? 2.5 : 1);
  }
}

// The neuron whose map a target shows: a link has one only while its weight is edited.
function neuronOf(target) {
  if (target?.kind === "node") return target.node;
  return target?.isEdited ? (target.link?.to ?? target.node) : null;
}

// Whether two targets are the same part of the network; a new layout has other objects for it.
function isSame(one, other) {
  if (one?.kind !== other?.kind || one?.parameter !== other?.parameter) return false;
  return one?.kind !== "node" || (one.node.column === other.node.column && one.node.row === other.node.row);
}

function head(name, count, width) {
  const cell = element("div", {}, element("span", {}, name), element("b", {}, count));
  cell.style.width = `${width}px`;
  return cell;
}

const headButton = (text, label, onclick) => element("button", { type: "button", title: label, ariaLabel: label, onclick }, text);

// The hidden layers with `by` more neurons in one; a layer without neurons is removed.
function withUnits(hidden, index, by) {
  const changed = hidden.map((layer, i) => (i === index ? { ...layer, units: layer.units + by } : layer));
  return changed.filter((layer) => layer.units > 0);
}
