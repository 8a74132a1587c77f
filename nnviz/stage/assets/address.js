// Addresses of what the server has to give. The experiment's text is written by Python alone and
// never encoded anew: two spellings of one address would be two entries of every cache.

export const joined = (...parts) => parts.filter((part) => part !== "").join("&");

// The frame that follows a step when every so many updates are shown.
export const multipleAfter = (step, every) => (Math.floor(step / every) + 1) * every;

// Where the batch of `count` frames begins that a step lies in: everybody asks for the same ones.
export const batchStart = (step, every, count) => Math.floor(step / (every * count)) * every * count;

// `changes`: texts "field-value", made at the step from which on frames are wanted.
export function framesQuery({ experiment, from, count = 1, every = 1, gradients = false, changes = [] }) {
  return joined(
    experiment,
    `from=${from}&count=${count}&every=${every}`,
    gradients ? "gradients=1" : "",
    changes.length ? `then=${changes.map((change) => `${from}-${change}`).join("+")}` : "",
  );
}
