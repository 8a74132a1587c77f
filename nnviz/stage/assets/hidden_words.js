// What the space of a layer shows, in sentences.

import { element } from "./dom.js";
import { formatShare } from "./tiles.js";

const NUMBER = new Intl.NumberFormat("en");
const CUTS = { 1: "One value", 2: "A straight line", 3: "A plane" };

export const sum = (shares) => shares.reduce((all, share) => all + share, 0);

// Writes what a layer shows at a moment, and returns it as one text.
export function writeTexts(host, facts, layer, bent, frame) {
  const space = facts.layers[layer];
  const sentences = [...space.words, ...sharesOf(bent), ...(space.is_last ? cutOf(space, facts, bent, frame) : [bendOf(space)])];
  const texts = [space.title, ...sentences];
  while (host.children.length > texts.length) host.lastChild.remove();
  texts.forEach((text, i) => {
    const part = host.children[i] ?? host.appendChild(element(i ? "p" : "h3"));
    if (part.textContent !== text) part.textContent = text;
  });
  return sentences.join(" ");
}

function sharesOf({ shares }) {
  if (!shares) return [];
  const all = sum(shares);
  if (all === 0) return ["Nothing varies here: all training points are at the same place."];
  return [`They hold ${formatShare(all)} of the variance; the picture leaves out the rest.`];
}

function bendOf({ layer }) {
  const of = layer ? "Here" : "In the plane";
  return `${of} the boundary may be bent: the layers that follow go on bending the space until it is straight.`;
}

function cutOf({ dims, how, layer }, { n_train: n }, { nCorners, agree }, { accuracyTrain }) {
  const where = layer ? "In the last hidden layer" : "Without a hidden layer";
  const right = `${formatShare(accuracyTrain)} of the training points are on the side of their class.`;
  if (how === "components") {
    const slice = `The slice has ${NUMBER.format(agree)} of the ${NUMBER.format(n)} training points on the side on which the network has them.`;
    return [`${where} a flat cut separates the classes: ${right}`, nCorners ? slice : `The slice is outside the picture. ${slice}`];
  }
  if (nCorners === 0) return [`${where} the cut between the classes is outside the picture: all of the plane is on one side of it.`];
  return [`${where} ${CUTS[dims].toLowerCase()} separates the classes: ${right} It is dashed, and the boundary of the plane lies on it.`];
}
