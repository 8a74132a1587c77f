// What is shown, in words: for those who do not see the pictures.

import { contourSegments } from "./surface.js";
import { formatLoss, formatShare } from "./tiles.js";

const BEND = 45; // degrees: smaller turns of the boundary are no bends
const PARTS_OF_SIDE = 48; // lengths along the boundary are measured in this part of the plane's side
const SPACING = 2.5; // between the places where the direction is measured
const SHORTEST = 3; // shorter parts of the boundary are not counted
const BACK = 0.1; // of the steps: whether a loss falls is measured over the last tenth of the run
const NOTABLE = 0.005; // a smaller relative change of the loss is none

const PARTS = {
  train: {
    share: (share) => `Train accuracy is ${share}.`,
    mistakes: (wrong, count) => (wrong === 1 ? `One of ${count} training points is a mistake.` : `${wrong} of ${count} training points are mistakes.`),
    loss: (loss) => `The train loss is ${loss}.`,
    falls: (loss) => `The train loss is ${loss} and falling.`,
    rises: (loss) => `The train loss is ${loss} and rising.`,
    rests: (loss) => `The train loss is ${loss} and hardly changes.`,
  },
  test: {
    share: (share) => `Test accuracy is ${share}.`,
    mistakes: (wrong, count) => (wrong === 1 ? `One of ${count} test points is a mistake.` : `${wrong} of ${count} test points are mistakes.`),
    loss: (loss) => `The test loss is ${loss}.`,
    falls: (loss) => `The test loss is ${loss} and falling.`,
    rises: (loss) => `The test loss is ${loss} and rising.`,
    rests: (loss) => `The test loss is ${loss} and hardly changes.`,
  },
};
const KEYS = { train: ["accuracyTrain", "lossTrain"], test: ["accuracyTest", "lossTest"] };

// The boundary as polylines [[x, y], …]; a closed one ends where it begins.
export function linesOf(segments) {
  const ends = new Map(), unused = new Set();
  for (let i = 0; i < segments.length; i += 4) {
    const [from, to] = [segments.slice(i, i + 2), segments.slice(i + 2, i + 4)];
    if (`${from}` === `${to}`) continue;
    const segment = [from, to];
    unused.add(segment);
    for (const end of segment) ends.set(`${end}`, [...(ends.get(`${end}`) ?? []), segment]);
  }
  const grow = (line) => {
    for (;;) {
      const end = line[line.length - 1], next = ends.get(`${end}`).find((one) => unused.has(one));
      if (!next) return line;
      unused.delete(next);
      line.push(`${next[0]}` === `${end}` ? next[1] : next[0]);
    }
  };
  const lines = [];
  for (const segment of unused) {
    unused.delete(segment);
    lines.push(grow(grow([...segment]).reverse()));
  }
  return lines;
}

// Places on the line with SPACING between them.
function spaced(line) {
  const places = [line[0]];
  for (const place of line) {
    const [x, y] = places[places.length - 1];
    if (Math.hypot(place[0] - x, place[1] - y) >= SPACING) places.push(place);
  }
  return places;
}

// A bend is a turn to one side by BEND or more. Each further half turn is another one.
export function bendsOf(line) {
  const places = spaced(line), directions = [];
  for (const [i, [x, y]] of places.slice(1).entries()) {
    const angle = (Math.atan2(y - places[i][1], x - places[i][0]) * 180) / Math.PI, before = directions[i - 1] ?? angle;
    directions.push(before + ((((angle - before + 180) % 360) + 360) % 360) - 180);
  }
  let [low, high, side, start, extreme] = [Infinity, -Infinity, 0, 0, 0];
  const turns = [];
  for (const angle of directions) {
    [low, high] = [Math.min(low, angle), Math.max(high, angle)];
    if (side === 0 && high - low >= BEND) [side, start, extreme] = angle === high ? [1, low, high] : [-1, high, low];
    else if ((angle - extreme) * side > 0) extreme = angle;
    else if ((extreme - angle) * side >= BEND) {
      turns.push(extreme - start);
      [side, start, extreme] = [-side, extreme, angle];
    }
  }
  if (side !== 0) turns.push(extreme - start);
  return turns.reduce((bends, turn) => bends + Math.max(1, Math.round(Math.abs(turn) / 180)), 0);
}

const BOUNDARY = {
  none: (name) => `There is no boundary in sight: the network says ${name} everywhere, or nearly so.`,
  parts: (count) => `The boundary has ${count} separate parts.`,
  closed: "The boundary is a closed curve.",
  straight: "The boundary is almost straight.",
  once: "The boundary bends once.",
  twice: "The boundary bends twice.",
  often: (count) => `The boundary bends ${count} times.`,
};

const lengthOf = (line) => line.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - line[i][0], y - line[i][1]), 0);

// Describes the boundary of logits on a grid.
export function boundaryWords(logits, side, classNames) {
  const segments = contourSegments(logits, side).map((place) => (place * PARTS_OF_SIDE) / (side - 1));
  const lines = linesOf(segments).filter((line) => lengthOf(line) >= SHORTEST);
  if (lines.length === 0) {
    const isMostlyOne = logits.filter((logit) => logit > 0).length > logits.length / 2;
    return BOUNDARY.none(classNames[Number(isMostlyOne)]);
  }
  if (lines.length > 1) return BOUNDARY.parts(lines.length);
  const [line] = lines;
  if (`${line[0]}` === `${line[line.length - 1]}`) return BOUNDARY.closed;
  const bends = bendsOf(line);
  return [BOUNDARY.straight, BOUNDARY.once, BOUNDARY.twice][bends] ?? BOUNDARY.often(bends);
}

// Describes accuracy and mistakes of a part of the points. `counts`: the number of points by part.
export function accuracyWords(frame, counts) {
  return partsWith(frame, counts, 0).flatMap(([part, share]) => {
    const wrong = counts[part] - Math.round(share * counts[part]);
    return [PARTS[part].share(formatShare(share)), PARTS[part].mistakes(wrong, counts[part])];
  });
}

// Describes the losses. `points` of the curves: {step, lossTrain, lossTest} in the order of steps.
export function lossWords(frame, points, counts) {
  const before = frame.step > 0 && points.findLast(({ step }) => step <= (1 - BACK) * frame.step);
  return partsWith(frame, counts, 1).flatMap(([part, loss]) => {
    const words = PARTS[part], change = before ? (loss - before[KEYS[part][1]]) / before[KEYS[part][1]] : NaN;
    const told = !Number.isFinite(change) ? words.loss : Math.abs(change) < NOTABLE ? words.rests : change < 0 ? words.falls : words.rises;
    return told(formatLoss(loss));
  });
}

// The parts that have points, with their accuracy (0) or loss (1) if it is a number.
function partsWith(frame, counts, which) {
  const found = Object.entries(KEYS).map(([part, keys]) => [part, frame[keys[which]]]);
  return found.filter(([part, value]) => counts[part] > 0 && Number.isFinite(value));
}

const LAYER = (number, units, name) => (units === 1 ? `Hidden layer ${number} has one ${name} neuron.` : `Hidden layer ${number} has ${units} ${name} neurons.`);
const INPUTS = (count) => (count === 1 ? "The network has one input and one output." : `The network has ${count} inputs and one output.`);

export function networkWords(inputs, layers) {
  const hidden = layers.slice(0, -1).map(({ units, activation }, i) => LAYER(i + 1, units, activation.replace("_", " ")));
  return [INPUTS(inputs.length), ...hidden].join(" ");
}
