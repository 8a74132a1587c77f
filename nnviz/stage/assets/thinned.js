// A list of moments of limited size. When it is full, every second moment is dropped, and from
// then on only every second new one is kept. So the moments are always evenly spaced. The first
// and the newest one are always kept.

export class Thinned {
  // `isFull(moments)` returns whether there are too many; each moment has a `step`.
  constructor(isFull) {
    this.isFull = isFull;
    this.clear();
  }

  clear() {
    this.moments = [];
    this.numbers = []; // the position of each moment among all that were pushed
    this.stride = 1;
  }

  get last() { return this.moments[this.moments.length - 1] ?? null; }

  pop() {
    this.numbers.pop();
    return this.moments.pop();
  }

  // Adds a moment. It replaces all moments of its own step and later ones.
  push(moment) {
    let number = (this.numbers[this.numbers.length - 1] ?? -1) + 1;
    while (this.last && this.last.step >= moment.step) {
      number = this.numbers[this.numbers.length - 1];
      this.pop();
    }
    if ((this.numbers[this.numbers.length - 1] ?? 0) % this.stride) this.pop();
    this.moments.push(moment);
    this.numbers.push(number);
    if (this.isFull(this.moments)) this.thin();
  }

  thin() {
    this.stride *= 2;
    const newest = this.moments.length - 1;
    const stays = this.numbers.map((number, i) => number % this.stride === 0 || i === newest);
    this.moments = this.moments.filter((_, i) => stays[i]);
    this.numbers = this.numbers.filter((_, i) => stays[i]);
  }

  // Drops the moments after a step.
  truncate(step) {
    while (this.last && this.last.step > step) this.pop();
  }

  // The index of the last moment at or before a step.
  indexOf(step) {
    let low = 0, high = this.moments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.moments[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
