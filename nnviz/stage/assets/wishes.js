// Changes of the run at the moment that is shown, one after the other: from the sidebar (a wish of
// the session, with its number), of weights, or to go on from a moment of the past.

export class Wishes {
  // `make(changes, wish)` begins a change and returns whether it could; it ends with done().
  constructor(make) {
    this.make = make;
    this.forget();
  }

  forget() {
    this.waiting = [];
    this.current = null;
  }

  // `changes`: texts "field-value". A wish holds all that was wished for and has not been answered.
  add(changes, wish = null) {
    if (wish !== null) this.waiting = this.waiting.filter((earlier) => earlier.wish === null);
    this.waiting.push({ changes, wish });
    this.next();
  }

  next() {
    if (this.current || !this.waiting.length || !this.make(this.waiting[0])) return;
    this.current = this.waiting.shift();
  }

  done() {
    this.current = null;
    this.next();
  }
}
