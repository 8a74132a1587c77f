// The shape of the plane in the space of a layer: frames of the kind "hidden", and the shapes that
// are drawn of them. A shape is in units in which the window of its space goes from -1 to 1:
//   at: x, y and z of all points (the grid's, row by row, then the data's)
//   depth: 1 if it has three dimensions, else 0
//   cut: the corners of what separates there, and `strength`: how visible that is, 0 to 1
//   logits: those of the grid, with `side` points along a side

import { columnsOf, part, rowOf } from "./unpack.js";

const EASE_MS = 150; // in which a window goes most of the way to another one

// The frames of a message, one object each.
export function bentFramesOf({ sections }) {
  const { coordinates, logits, window, shares, corners } = sections;
  if (!coordinates) return [];
  const [count, dims] = coordinates.shape, columns = columnsOf(sections);
  return Array.from({ length: count }, (_, i) => ({
    ...rowOf(columns, i), // step and epoch among them
    dims,
    top: coordinates.top,
    levels: part(coordinates, i),
    window: part(window, i),
    shares: shares ? part(shares, i) : null,
    corners: corners ? part(corners, i) : null,
    logits: part(logits, i),
  }));
}

// A window on its way from one to another, after some milliseconds. It always holds the other one: it
// grows at once, and shrinks slowly.
export function eased(window, to, milliseconds) {
  const share = 1 - Math.exp(-milliseconds / EASE_MS);
  return window.map((end, i) => (i % 2 ? Math.max : Math.min)(to[i], end + share * (to[i] - end)));
}

// Makes the shape of a frame in a window (the ends of each axis in turn). `plane` has the places of
// all points in the plane; one unit leaves their heights as they are. The axes of components may
// point either way: they are turned as in the shape `before`, or else like those of the plane.
export function shapeOf({ dims, levels, top, coordinatesScale, logits, logitsScale, corners, nCorners = 0, shares }, window, plane, before = null) {
  const n = levels.length / dims, at = [];
  const cut = Array.from({ length: nCorners }, () => [0, 0, 0]);
  for (let axis = 0; axis < 3; axis++) {
    const values = new Float32Array(n);
    at.push(values);
    if (axis >= dims) continue;
    const middle = (window[2 * axis] + window[2 * axis + 1]) / 2, half = (window[2 * axis + 1] - window[2 * axis]) / 2;
    const unit = coordinatesScale / top / half, shift = -middle / half;
    for (let i = 0; i < n; i++) values[i] = levels[axis * n + i] * unit + shift;
    const isTurned = shares !== null && dot(values, (before ?? plane).at[axis]) < 0;
    if (isTurned) for (let i = 0; i < n; i++) values[i] = -values[i];
    cut.forEach((corner, k) => (corner[axis] = ((corners[k * dims + axis] - middle) / half) * (isTurned ? -1 : 1)));
  }
  if (dims === 1) {
    at[1] = plane.at[1];
    cut.push(...cut.map(([x]) => [x, 1, 0]));
    if (cut.length) cut[0][1] = -1;
  }
  const values = Float32Array.from(logits, (level) => (level / top) * logitsScale);
  return { at, depth: dims === 3 ? 1 : 0, cut, strength: 1, logits: values, side: Math.sqrt(values.length) };
}

function dot(values, others) {
  return values.reduce((sum, value, i) => sum + value * others[i], 0);
}

// The shape on the straight way of every point from one shape to another, 0 to 1.
export function between(one, other, share) {
  const mix = (a, b) => a + share * (b - a);
  return {
    at: one.at.map((values, axis) => values.map((value, i) => mix(value, other.at[axis][i]))),
    depth: mix(one.depth, other.depth),
    cut: share < 0.5 ? one.cut : other.cut,
    strength: Math.abs(2 * share - 1) * (share < 0.5 ? one.strength : other.strength),
    logits: other.logits,
    side: other.side,
  };
}
