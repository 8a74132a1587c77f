// The recorded history of a run up to a step, for the curves of a stage that has not seen it.

import { joined } from "./address.js";

function rowsOf({ sections }) {
  return Array.from(sections.step, (step, i) => ({
    step,
    lossTrain: sections.loss_train[i],
    lossTest: sections.loss_test[i],
    accuracyTrain: sections.accuracy_train[i],
    accuracyTest: sections.accuracy_test[i],
  }));
}

// `get(query, options)`: see Fetcher.get. All blocks but the last one are equally long.
export async function fetchHistory(get, experiment, at, signal) {
  const blocks = [];
  do {
    let rows = [];
    const query = joined(experiment, `block=${blocks.length}&at=${at}`);
    await get(query, { signal, message: (message) => (rows = rowsOf(message)) });
    blocks.push(rows);
  } while (blocks[blocks.length - 1].length === blocks[0].length && blocks[0].length > 0);
  return blocks.flat();
}
