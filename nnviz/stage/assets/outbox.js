// What the session is told, until it has heard it. A message can be overtaken by the next one, or
// get lost with the connection, so each carries all that has not been answered yet.

const PATIENCE_MS = 3000;

export class Outbox {
  constructor(send) {
    this.send = send;
    this.sender = String(crypto.getRandomValues(new Uint32Array(1))[0]);
    this.edits = [];
    this.last = 0;
  }

  put(edit) {
    // Of what is shown only the latest counts, unless it answers a wish.
    if ("now" in edit) this.edits = this.edits.filter(({ now }) => !now || now.wish !== null);
    this.edits.push({ id: ++this.last, ...edit });
    this.repeat();
  }

  repeat() {
    this.sent = performance.now();
    if (this.edits.length) this.send({ sender: this.sender, edits: this.edits });
  }

  // What the newest edit of a kind says, as long as it is on its way.
  latest(kind) { return this.edits.findLast((edit) => kind in edit)?.[kind]; }

  // `done`: the sender of the last edit that was carried out, and its number. What has been on its
  // way for long got lost with a script that Streamlit has ended.
  settle(done) {
    if (done?.sender === this.sender) this.edits = this.edits.filter((edit) => edit.id > done.id);
    if (performance.now() - this.sent > PATIENCE_MS) this.repeat();
  }
}
