// The results of a sweep: what the trainings of one combination come to together.

const PERCENT = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const DIVERGED = "diverged";
export const MEASURES = { accuracy: "accuracy", loss: "loss" };

export class Results {
  // `plan` is the header of sweeps/.
  constructor(plan) {
    this.plan = plan;
    this.nSeeds = plan.seeds.length;
    this.lengths = plan.axes.map(({ values }) => values.length);
    this.count = this.lengths.reduce((product, n) => product * n, 1);
    this.trainings = new Map();
    for (const [index, words] of Object.entries(plan.failed)) this.trainings.set(Number(index), { failed: words });
  }

  get total() { return this.count * this.nSeeds; }

  // Takes a message of sweep/; returns the combinations that have changed.
  add(trainings, failed) {
    for (const training of trainings) this.trainings.set(training.index, training);
    for (const [index, words] of Object.entries(failed)) this.trainings.set(Number(index), { failed: words });
    const indices = [...trainings.map(({ index }) => index), ...Object.keys(failed).map(Number)];
    return [...new Set(indices.map((index) => Math.floor(index / this.nSeeds)))];
  }

  // The place of a combination on each axis; the last axis changes fastest.
  placesOf(combination) {
    let rest = combination;
    return this.lengths.toReversed().map((n) => {
      const at = rest % n;
      rest = (rest - at) / n;
      return at;
    }).toReversed();
  }

  textsOf(combination) { return this.placesOf(combination).map((at, i) => this.plan.axes[i].values[at]); }

  titleOf(combination) {
    return this.textsOf(combination).map((text, i) => `${this.plan.axes[i].label} ${shortened(text)}`).join(", ");
  }

  indexOf(combination, seed) { return combination * this.nSeeds + seed; }

  // The number by which a training is judged: of the test points, if there are any.
  valueOf(training, measure) {
    const [test, train] = measure === MEASURES.loss ? [training.lossTest, training.lossTrain] : [training.accuracyTest, training.accuracyTrain];
    return Number.isNaN(test) ? train : test; // without test points
  }

  nameOf(measure) { return `${this.plan.has_test ? "test" : "train"} ${measure}`; }

  // What the seeds of a combination come to. Those that diverged have no number; `best` is the
  // training to open: that of the median.
  summary(combination, measure) {
    const first = this.indexOf(combination, 0);
    const known = Array.from({ length: this.nSeeds }, (_, i) => this.trainings.get(first + i)).filter(Boolean);
    const failed = known.find((one) => one.failed)?.failed ?? "";
    const diverged = known.filter((one) => one.ended?.kind === DIVERGED);
    const sound = known.filter((one) => !one.failed && !diverged.includes(one) && Number.isFinite(this.valueOf(one, measure)));
    sound.sort((one, other) => this.valueOf(one, measure) - this.valueOf(other, measure));
    const middle = sound[(sound.length - 1) >> 1], value = (one) => this.valueOf(one, measure);
    const kind = known.length === 0 ? "waiting" : sound.length ? "found" : diverged.length ? DIVERGED : "failed";
    return {
      kind, failed, known, n: known.length, nDiverged: diverged.length, shown: middle ?? diverged[0] ?? null,
      median: middle ? value(middle) : NaN, low: middle ? value(sound[0]) : NaN, high: middle ? value(sound[sound.length - 1]) : NaN,
    };
  }

  // The ends of the colours: for a loss on a logarithmic scale.
  scale(measure) {
    const medians = Array.from({ length: this.count }, (_, k) => this.summary(k, measure).median).filter(Number.isFinite);
    if (medians.length === 0) return { low: 0, high: 1, share: () => 0 };
    const low = Math.min(...medians), high = Math.max(...medians);
    if (measure !== MEASURES.loss) return { low, high, share: (value) => (high > low ? (value - low) / (high - low) : 1) };
    const level = (value) => Math.log(Math.max(value, Number.MIN_VALUE)), wide = level(high) - level(low);
    return { low, high, share: (value) => (wide > 0 ? 1 - (level(value) - level(low)) / wide : 1) };
  }
}

export const written = (value, measure) => {
  if (!Number.isFinite(value)) return "–";
  return measure === MEASURES.loss ? Number(value.toPrecision(3)).toString() : PERCENT.format(value);
};

// A value of an axis as a short text: "8-tanh 8-tanh" is "8-tanh × 2".
export function shortened(text) {
  const parts = text.split(" ");
  return parts.length > 1 && parts.every((part) => part === parts[0]) ? `${parts[0]} × ${parts.length}` : text;
}

// A summary in words, for the pointer and for screen readers.
export function inWords(summary, name, measure, nSeeds) {
  const { kind, failed, median, low, high, n, nDiverged } = summary;
  if (kind === "waiting") return "not trained yet";
  if (kind === "failed") return `cannot be trained: ${failed}`;
  const lost = nDiverged ? `; ${nDiverged} of ${nSeeds} diverged` : "";
  if (kind === DIVERGED) return `diverged${nSeeds > 1 ? ` with ${nDiverged} of ${nSeeds} seeds` : ""}`;
  const range = n - nDiverged > 1 ? `, ${written(low, measure)} to ${written(high, measure)} over the seeds` : "";
  return `${name} ${written(median, measure)}${range}${lost}`;
}
