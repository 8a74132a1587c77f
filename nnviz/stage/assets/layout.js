// The positions of all parts of the network diagram, as a pure function of layers and size.

export const BIAS_SIDE = 9;
export const WEIGHT_AT_WIDEST = 3; // larger weights have lines of the same width
const LARGEST_NODE = 48;

// Columns of square nodes: the inputs, the drawn units of each hidden layer, the output.
// `layers` comes from the server: {units, activation, shown, parameters} per layer, output last.
// `head`: pixels above the nodes, for the names and the buttons of the layers.
export function layOut(layers, inputs, width, wholeHeight, head, scale = 1) {
  const height = wholeHeight - BIAS_SIDE; // the lowest biases stick out of their nodes
  const counts = [inputs.length, ...layers.map((layer) => layer.shown.length)];
  const columns = counts.length;
  const tallest = Math.max(...counts);
  const pitch = (height - head) / Math.max(tallest, 3);
  const apart = width / columns;
  const size = Math.max(10, Math.min(LARGEST_NODE * scale, pitch * 0.82, apart * 0.56));
  const nodes = counts.map((count, column) =>
    Array.from({ length: count }, (_, row) => ({
      column, row, size,
      x: apart * (column + 0.5) - size / 2,
      y: head + (height - head) / 2 + (row - (count - 1) / 2) * Math.min(pitch, size * 1.5) - size / 2,
    })),
  );
  const links = [];
  let first = 0;
  layers.forEach((layer, l) => {
    const perUnit = 1 + nodes[l].length;
    layer.shown.forEach((_, unit) => {
      const to = nodes[l + 1][unit];
      to.bias = first + unit * perUnit;
      nodes[l].forEach((from, i) => {
        const ends = { x0: from.x + size, y0: from.y + size / 2, x1: to.x, y1: to.y + size / 2 };
        links.push({ from, to, parameter: to.bias + 1 + i, ...ends });
      });
    });
    first += layer.shown.length * perUnit;
  });
  return { nodes, links, size };
}

function distanceToSegment(px, py, { x0, y0, x1, y1 }) {
  const dx = x1 - x0, dy = y1 - y0;
  const t = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - x0 - t * dx, py - y0 - t * dy);
}

// Returns what is under the pointer: a bias, a node, the nearest link within `reach`, or null.
export function hit({ nodes, links, size }, px, py, reach = 6) {
  for (const node of nodes.flat()) {
    const inBias =
      node.bias !== undefined &&
      Math.abs(px - node.x) <= BIAS_SIDE &&
      Math.abs(py - node.y - size) <= BIAS_SIDE;
    if (inBias) return { kind: "bias", node, parameter: node.bias };
    if (px >= node.x && px <= node.x + size && py >= node.y && py <= node.y + size) return { kind: "node", node };
  }
  let best = null, nearest = reach;
  for (const link of links) {
    const distance = distanceToSegment(px, py, link);
    if (distance < nearest) [best, nearest] = [link, distance];
  }
  return best && { kind: "link", link: best, parameter: best.parameter };
}
