// Reads the messages of nnviz/frames/wire.py: a JSON header and named arrays.

const COMPRESSED = "NNV1";
const PLAIN = "NNV0";
const ARRAYS = { float64: Float64Array, float32: Float32Array, int16: Int16Array, int8: Int8Array, uint8: Uint8Array };

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Undoes the differences along the first axis, in which each frame was stored.
function accumulate(values, perFrame) {
  for (let i = perFrame; i < values.length; i++) values[i] += values[i - perFrame];
}

// Returns an uncompressed message at once, or a promise for a compressed one.
export function unpack(message) {
  const magic = String.fromCharCode(...message.subarray(0, 4));
  if (magic === PLAIN) return read(message, message.slice(8).buffer);
  if (magic === COMPRESSED) return inflate(message.subarray(8)).then((body) => read(message, body));
  throw new Error(`message must begin with ${COMPRESSED} or ${PLAIN}, got ${magic}`);
}

function read(message, body) {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 0, length)));
  const sections = {};
  let offset = length;
  for (const { name, dtype, shape, diff, top } of header.sections) {
    const count = shape.reduce((product, side) => product * side, 1);
    const size = count * ARRAYS[dtype].BYTES_PER_ELEMENT;
    const values = new ARRAYS[dtype](body.slice(offset, offset + size));
    if (diff) accumulate(values, count / shape[0]);
    sections[name] = Object.assign(values, { shape, top });
    offset += size;
  }
  return { header, sections };
}

// One frame's part of a section whose first axis is the frames. It is a copy, so that a stored
// frame does not keep its whole message in memory.
export function part(section, i) {
  const size = section.length / section.shape[0];
  return section.slice(i * size, (i + 1) * size);
}

function weightsOf(sections, i) {
  const unit = sections.weight_scale[i] / sections.weights.top;
  const levels = part(sections.weights, i), weights = new Float64Array(levels.length);
  for (let k = 0; k < levels.length; k++) weights[k] = levels[k] * unit;
  return weights;
}

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

// The sections with one number per frame or row, by their names in camel case.
export function columnsOf(sections) {
  const columns = Object.entries(sections).filter(([, { shape }]) => shape.length === 1);
  return Object.fromEntries(columns.map(([name, values]) => [camelCase(name), values]));
}

export function rowOf(columns, i) {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]));
}

// The frames of a message, one object each.
export function framesOf({ sections }) {
  if (!sections.surface) return [];
  const [count, side] = sections.surface.shape;
  const columns = columnsOf(sections);
  return Array.from({ length: count }, (_, i) => ({
    ...rowOf(columns, i), // step, epoch, loss and accuracy among them
    surface: { side, scale: sections.surface_scale[i], top: sections.surface.top, levels: part(sections.surface, i) },
    maps: sections.maps && { side: sections.maps.shape[2], scales: part(sections.map_scale, i), top: sections.maps.top, levels: part(sections.maps, i) },
    weights: weightsOf(sections, i),
    gradients: sections.gradients ? part(sections.gradients, i) : null,
  }));
}
