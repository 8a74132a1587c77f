// Reads the body of an answer: messages, each behind its length, and a last one with their digest.

import { unpack } from "./unpack.js";

const LENGTH_BYTES = 4;
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes, before) {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function appended(rest, chunk) {
  const both = new Uint8Array(rest.length + chunk.length);
  both.set(rest);
  both.set(chunk, rest.length);
  return both;
}

// Reading a message and making frames of it are two pieces of work, so that a picture fits between.
const inTurn = (message) => new Promise((resolve) => setTimeout(resolve, 0, message));

// A message or a promise of one; null for bytes that are none.
function attempt(bytes) {
  try {
    const message = unpack(bytes);
    return message instanceof Promise ? message.then(inTurn, () => null) : message;
  } catch (broken) {
    return null;
  }
}

// Hands out each message as soon as it has come. Returns what the last record says of the body, or
// null when it is not whole: then nothing of it may be kept.
export async function readBody(chunks, onMessage) {
  let rest = new Uint8Array(0), crc = 0;
  for await (const chunk of chunks) {
    rest = appended(rest, chunk);
    while (rest.length >= LENGTH_BYTES) {
      const size = LENGTH_BYTES + new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
      if (rest.length < size) break;
      let message = attempt(rest.subarray(LENGTH_BYTES, size));
      if (message instanceof Promise) message = await message;
      if (!message) return null;
      const { end } = message.header;
      if (end) return parseInt(end.digest, 16) === crc ? end : null;
      crc = crc32(rest.subarray(0, size), crc);
      rest = rest.subarray(size);
      onMessage(message);
    }
  }
  return null;
}

// The bytes of a stream as they come; a connection that is cut ends them.
export async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    yield value;
  }
}
