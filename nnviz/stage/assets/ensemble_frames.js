// Reads the frames of an ensemble: one object each, as Ensemble frames of nnviz/frames/agreement.py.

import { columnsOf, part, rowOf } from "./unpack.js";

const MIDDLE = 2; // of the five quantiles

// `spread` holds five quantiles of each metric, `members` the metrics of each network, `picks` the
// numbers of the best, the median and the worst network. The metrics of the frame are the medians.
export function ensembleFrames({ sections }) {
  if (!sections.agreement) return [];
  const columns = columnsOf(sections);
  return Array.from(sections.step, (_, i) => {
    const [agreement, spread, members, picks] = ["agreement", "spread", "members", "picks"].map((name) => part(sections[name], i));
    const [lossTrain, lossTest, accuracyTrain, accuracyTest] = Array.from({ length: 4 }, (_, k) => quantilesOf(spread, k)[MIDDLE]);
    return { ...rowOf(columns, i), agreement, spread, members, picks, lossTrain, lossTest, accuracyTrain, accuracyTest };
  });
}

// The five quantiles of a metric.
export const quantilesOf = (spread, metric) => Array.from(spread.subarray(5 * metric, 5 * metric + 5));

// A metric of every network.
export const valuesOf = (members, metric) => Array.from(members).filter((_, i) => i % 4 === metric);
