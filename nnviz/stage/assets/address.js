// Builds the addresses of requests. The experiment's text comes from Python and is never encoded
// again: two spellings of one address would be two entries in every cache.

export const joined = (...parts) => parts.filter((part) => part !== "").join("&");

// The next shown step after `step`, if every `every`-th update is shown.
export const multipleAfter = (step, every) => (Math.floor(step / every) + 1) * every;

// The first step of the batch that contains `step`. All viewers request the same batches.
export const batchStart = (step, every, count) => Math.floor(step / (every * count)) * every * count;

// `changes`: texts "field-value", applied at step `from`.
export function framesQuery({ experiment, from, count = 1, every = 1, gradients = false, changes = [] }) {
  return joined(
    experiment,
    `from=${from}&count=${count}&every=${every}`,
    gradients ? "gradients=1" : "",
    changes.length ? `then=${changes.map((change) => `${from}-${change}`).join("+")}` : "",
  );
}
