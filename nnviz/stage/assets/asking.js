// The questions of the Explain page. Each is answered by one message, whose header is the answer.

import { joined } from "./address.js";

export function askingOf(fetcher) {
  // Each takes a moment {experiment, at}, the rest of the query, and a signal that aborts it.
  const asking = (get) => async ({ experiment, at }, rest, signal) => {
    let header = null;
    await get(joined(experiment, `at=${at}`, rest), { signal, message: (message) => (header = message.header) });
    return header;
  };
  return {
    trace: asking((query, options) => fetcher.get("trace", query, options)),
    why: asking((query, options) => fetcher.get("why", query, options)),
    along: asking((query, options) => fetcher.get("along", query, options)),
    check: asking((query, options) => fetcher.get("check", query, options)),
    layers: asking((query, options) => fetcher.get("layers", query, options)),
  };
}
