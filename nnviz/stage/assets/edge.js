// Where a neuron reaches a level: the line of a map on the plane.

const AROUND = 4; // grid points on each side, for the slope at the edge of a unit

// How far a map is above a level. A unit such as ReLU stays at its level beyond its edge. There, the
// slope of the active side continues, so that the edge is found between the grid points.
export function aboveLevel({ side, values, low, high }, level) {
  const above = values.map((value) => value - level), tiny = 1e-6 * (high - low);
  return above.map((here, i) => {
    const x = i % side, y = (i - x) / side;
    const next = [x > 0 ? i - 1 : i, x < side - 1 ? i + 1 : i, y > 0 ? i - side : i, y < side - 1 ? i + side : i];
    const isFlat = Math.abs(here) <= tiny;
    if (here < -tiny || !next.some((k) => (isFlat ? above[k] > tiny : Math.abs(above[k]) <= tiny))) return here;
    const slope = planeAt(above, side, x, y, tiny);
    return isFlat ? Math.min(0, slope) : Math.max(tiny, slope);
  });
}

// The value at x, y of the plane that fits the values above `least` around it best.
function planeAt(values, side, x, y, least) {
  const rows = [];
  for (let v = Math.max(0, y - AROUND); v <= Math.min(side - 1, y + AROUND); v++) {
    for (let u = Math.max(0, x - AROUND); u <= Math.min(side - 1, x + AROUND); u++) {
      const value = values[v * side + u];
      if (value > least) rows.push([u - x, v - y, value]);
    }
  }
  const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const [mu, mv, m] = [0, 1, 2].map((k) => mean((row) => row[k]));
  const uu = mean(([u]) => (u - mu) ** 2), vv = mean(([, v]) => (v - mv) ** 2), uv = mean(([u, v]) => (u - mu) * (v - mv));
  const ua = mean(([u, , a]) => (u - mu) * (a - m)), va = mean(([, v, a]) => (v - mv) * (a - m));
  const det = uu * vv - uv * uv;
  return det < 1e-9 ? m : m - (mu * (ua * vv - va * uv) + mv * (va * uu - ua * uv)) / det;
}
