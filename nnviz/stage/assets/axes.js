// Small drawings as SVG: axes with ticks, curves and bars in the units of the data.

const SVG = "http://www.w3.org/2000/svg";
const STEPS = [1, 2, 5, 10];

export function drawn(tag, attributes = {}, text = "") {
  const part = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  part.textContent = text;
  return part;
}

export const written = (value) => String(value).replace("-", "−");

// Round numbers from low to high, about `count` of them.
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((m) => m * power).find((nice) => nice >= rough) ?? rough, found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(6)));
  return found;
}

// A drawing with a frame: `x` and `y` convert numbers to pixels.
export class Axes {
  constructor({ width, height, left = 54, right = 14, top = 14, bottom = 30, label }) {
    Object.assign(this, { width, height, left, right, top, bottom });
    this.root = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "nnv-axes" });
    this.grid = drawn("g", { class: "nnv-grid" });
    this.root.append(this.grid);
  }

  // Sets the ranges of both axes, and draws their ticks. Equal ends would have no scale.
  fit([x0, x1], [y0, y1], xTitle, yTitle) {
    const { width, height, left, right, top, bottom } = this, tall = y1 - y0 || 1, wide = x1 - x0 || 1;
    this.x = (value) => left + ((value - x0) / wide) * (width - left - right);
    this.y = (value) => height - bottom - ((value - y0) / tall) * (height - top - bottom);
    const marks = [drawn("path", { d: `M${left} ${top}V${height - bottom}H${width - right}` })];
    for (const value of ticks(x0, x0 + wide)) {
      marks.push(drawn("path", { d: `M${this.x(value)} ${height - bottom}v4` }));
      marks.push(drawn("text", { x: this.x(value), y: height - bottom + 7, "text-anchor": "middle", "dominant-baseline": "hanging" }, written(value)));
    }
    for (const value of ticks(y0, y0 + tall, 4)) {
      marks.push(drawn("path", { d: `M${left} ${this.y(value)}h-4`, class: "nnv-tick" }));
      marks.push(drawn("text", { x: left - 7, y: this.y(value) + 4, "text-anchor": "end" }, written(value)));
    }
    marks.push(drawn("text", { x: width - right, y: height - 1, "text-anchor": "end", class: "nnv-axis-title" }, xTitle));
    if (yTitle) marks.push(drawn("text", { x: left + 6, y: top + 6, class: "nnv-axis-title" }, yTitle));
    this.grid.replaceChildren(...marks);
  }

  // The share of the axis, 0 to 1, at a pixel across.
  shareAt(pixel) { return (pixel - this.left) / (this.width - this.left - this.right); }

  // The path of a curve; a missing value leaves a gap.
  path(xs, ys) {
    let pen = "M";
    return xs.map((x, i) => {
      if (ys[i] === null || !Number.isFinite(ys[i])) {
        pen = "M";
        return "";
      }
      const part = `${pen}${this.x(x).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`;
      pen = "L";
      return part;
    }).join("");
  }
}
