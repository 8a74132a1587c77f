// The legend of the network diagram: samples, and what they mean.

import { WEIGHT_AT_WIDEST } from "./layout.js";

const sample = (shapes) => `<svg viewBox="0 0 64 30" aria-hidden="true">${shapes}</svg>`;
const line = (y, width, kind) => `<path class="nnv-${kind}" stroke-width="${width}" d="M2 ${y}h60"/>`;
const bias = (x, kind, minus = "") => `<g class="nnv-${kind}"><path d="M${x} 3h20v20h-20z"/><circle cx="${x}" cy="23" r="6"/>${minus}</g>`;
const MAP = `<defs><linearGradient id="nnv-map"><stop/><stop offset=".5"/><stop offset="1"/></linearGradient></defs><rect x="17" y="1" width="28" height="28"/>`;

const ROWS = [
  [line(9, 4, "plus") + line(22, 4, "minus"), "A line is a weight: solid if it is positive, dashed if it is negative. The colours say the same."],
  [line(4, 1, "plus") + line(13, 3.5, "plus") + line(24, 7, "plus"), `The thicker the line, the larger the weight. From ${WEIGHT_AT_WIDEST} on, it does not get thicker.`],
  [line(9, 2, "plus") + line(22, 6, "minus"), "With <b>gradients</b> switched on, the lines show how the loss changes with each weight. Solid: a larger weight would raise the loss, so gradient descent lowers the weight. The thickest line is the largest gradient."],
  [bias(9, "plus") + bias(42, "minus", '<path d="M39 23h6"/>'), "The circle at a neuron is its bias: in full colour from 1 on, and with a minus if it is negative."],
  [MAP, "The map in a neuron is its output over the plane. The middle colour is 0, and the neurons of a layer share one scale. The map of an input goes from its smallest to its largest value, that of the output from p\u00a0=\u00a00 to p\u00a0=\u00a01."],
  ["", "Point at a neuron, or tap it, to see its map on the plane, with its scale. Click on a neuron or a line, or tap it twice, to change weights."],
];

export const LEGEND = `<ul>${ROWS.map(([shapes, words]) => `<li>${sample(shapes)}<span>${words}</span></li>`).join("")}</ul>`;
