// Reads the body of an answer: messages, each after its length, and an end record with a checksum.

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

// Returns the message in a new task, so that the browser can paint before its frames are made.
const inTurn = (message) => new Promise((resolve) => setTimeout(resolve, 0, message));

// Returns a message or a promise of one; null (or a promise of null) for invalid bytes.
function attempt(bytes) {
  try {
    const message = unpack(bytes);
    return message instanceof Promise ? message.then(inTurn, () => null) : message;
  } catch (broken) {
    return null;
  }
}

// Calls `onMessage` with each message as it comes. Returns the end record, or null if the body is
// not complete: then its messages must not be kept.
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

// Yields the bytes of a stream as they come, and ends if the connection is lost.
export async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    yield value;
  }
}
