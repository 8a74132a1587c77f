// One small picture with the maps of all neurons below each other: the inputs, the output, then
// the hidden neurons layer by layer.

import { element } from "./dom.js";
import { byValue, colourTable } from "./surface.js";

export class Atlas {
  constructor() {
    this.canvas = element("canvas", { width: 0 });
  }

  // `inputs`: a list of {map: {side, top, levels}}, the same for every frame of a run.
  setInputs(inputs) {
    this.inputs = inputs;
    [this.outputRow, this.firstHiddenRow] = [inputs.length, inputs.length + 1];
    if (this.palette) this.setPalette(this.palette);
  }

  // Makes a colour for every level from -top to top.
  setPalette(palette) {
    this.palette = palette;
    if (this.inputs) this.table = colourTable(palette, byValue, 2 * this.inputs[0].map.top + 1);
  }

  // Returns the canvas that holds the maps of a frame.
  paint(frame) {
    const { side } = this.inputs[0].map;
    const hidden = frame.maps ? frame.maps.levels.length / (side * side) : 0;
    const rows = this.firstHiddenRow + hidden;
    if (this.canvas.width !== side || this.canvas.height !== rows * side) {
      this.side = this.canvas.width = side;
      this.canvas.height = rows * side;
      this.image = new ImageData(side, rows * side);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    this.inputs.forEach(({ map }, i) => paintMap(pixels, i * side * side, map.levels, 0, side, this.table));
    this.paintOutput(pixels, side, frame.surface);
    for (let m = 0; m < hidden; m++) {
      const [to, from] = [(this.firstHiddenRow + m) * side * side, m * side * side];
      paintMap(pixels, to, frame.maps.levels, from, side, this.table);
    }
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
    return this.canvas;
  }

  // The output's map is the boundary's surface, drawn as probabilities.
  paintOutput(pixels, side, surface) {
    const every = (surface.side - 1) / (side - 1);
    const start = this.outputRow * side * side;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const q = surface.levels[Math.round((side - 1 - y) * every) * surface.side + Math.round(x * every)] / surface.top;
        const p = 1 / (1 + Math.exp(-Math.sign(q) * q * q * surface.scale));
        pixels[start + y * side + x] = this.table[Math.round(p * (this.table.length - 1))];
      }
    }
  }
}

// Row 0 of a map is the bottom of the plane.
function paintMap(pixels, out, levels, from, side, table) {
  const top = (table.length - 1) / 2;
  for (let y = 0; y < side; y++) {
    const row = from + (side - 1 - y) * side;
    for (let x = 0; x < side; x++) pixels[out++] = table[levels[row + x] + top];
  }
}
