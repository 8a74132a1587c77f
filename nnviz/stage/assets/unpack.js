// Reads the messages that nnviz/frames/wire.py writes: a JSON header and named arrays.

const MAGIC = "NNV1";
const ARRAYS = { float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array };

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Undo the difference along the first axis: every frame was stored as its change, modulo 256.
function accumulate(bytes, perFrame) {
  for (let i = perFrame; i < bytes.length; i++) bytes[i] += bytes[i - perFrame];
}

export async function unpack(message) {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const magic = String.fromCharCode(...message.subarray(0, 4));
  if (magic !== MAGIC) throw new Error(`message must begin with ${MAGIC}, got ${magic}`);
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(message.subarray(8, 8 + length)));
  const body = await inflate(message.subarray(8 + length));
  const sections = {};
  let offset = 0;
  for (const { name, dtype, shape, diff } of header.sections) {
    const count = shape.reduce((product, side) => product * side, 1);
    const size = count * ARRAYS[dtype].BYTES_PER_ELEMENT;
    const bytes = body.slice(offset, offset + size);
    if (diff) accumulate(new Uint8Array(bytes), size / shape[0]);
    sections[name] = new ARRAYS[dtype](bytes);
    sections[name].shape = shape;
    offset += size;
  }
  return { header, sections };
}

// The frames of a message, one object each; their surfaces are views into one array.
export function framesOf({ header, sections }) {
  if (!sections.surface) return [];
  const [count, side] = sections.surface.shape;
  return Array.from({ length: count }, (_, i) => ({
    run: header.run,
    step: sections.step[i],
    epoch: sections.epoch[i],
    lossTrain: sections.loss_train[i],
    lossTest: sections.loss_test[i],
    accuracyTrain: sections.accuracy_train[i],
    accuracyTest: sections.accuracy_test[i],
    surface: {
      side,
      scale: sections.surface_scale[i],
      levels: sections.surface.subarray(i * side * side, (i + 1) * side * side),
    },
  }));
}
