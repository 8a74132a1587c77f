// Sends edits to the session until it confirms them. A message can be replaced by the next one or
// get lost with the connection, so each message holds all edits that are not confirmed yet.

const PATIENCE_MS = 3000;

export class Outbox {
  constructor(send) {
    this.send = send;
    this.sender = String(crypto.getRandomValues(new Uint32Array(1))[0]);
    this.edits = [];
    this.last = 0;
  }

  put(edit) {
    // Of the edits `now` (the shown step), keep the latest, and those that answer a wish.
    if ("now" in edit) this.edits = this.edits.filter(({ now }) => !now || now.wish !== null);
    this.edits.push({ id: ++this.last, ...edit });
    this.repeat();
    this.again = setTimeout(() => this.repeat(), PATIENCE_MS); // in case that no message comes at all
  }

  repeat() {
    clearTimeout(this.again);
    this.sent = performance.now();
    if (this.edits.length) this.send({ sender: this.sender, edits: this.edits });
  }

  // The value of the newest unconfirmed edit of a kind.
  latest(kind) { return this.edits.findLast((edit) => kind in edit)?.[kind]; }

  // `done`: the sender and the number of the last edit that was carried out. An edit that waits too
  // long was lost because Streamlit ended its script, so it is sent again.
  settle(done) {
    if (done?.sender === this.sender) this.edits = this.edits.filter((edit) => edit.id > done.id);
    if (performance.now() - this.sent > PATIENCE_MS) this.repeat();
  }
}
