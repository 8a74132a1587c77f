// What comes from the server and what goes to it: in order, once each, whatever the connection does.

import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { framesOf, isPlain, unpack, unpackPlain } from "./unpack.js";

export class Post {
  // `on`: message(header, sections, frames), again() for what was seen before, lost(), found()
  constructor(on) {
    this.on = on;
    this.seen = new Map(); // the last message of each run
    this.unpacking = Promise.resolve();
    this.trigger = () => {};
    this.outbox = new Outbox((edits) => this.trigger("edit", edits));
    this.connection = new Connection(on.lost, () => {
      on.found();
      this.outbox.repeat();
    });
  }

  // A new run is shown at once: what is still being unpacked belongs to another one.
  receive(message, trigger) {
    this.trigger = trigger;
    if (isPlain(message)) this.take(unpackPlain(message));
    else this.unpacking = this.unpacking.then(async () => this.take(await unpack(message)));
  }

  take(message) {
    const { header, sections } = message;
    this.connection.heard();
    this.outbox.settle(header.edited);
    if (header.seq <= (this.seen.get(header.run) ?? 0)) {
      this.on.again();
      return;
    }
    this.seen.set(header.run, header.seq);
    this.on.message(header, sections, framesOf(message));
  }

  // A change that a person made on the stage.
  edit(message) {
    this.outbox.put(message);
  }

  // What the newest edit of a kind says, as long as it is on its way.
  last(kind) {
    return this.outbox.edits.findLast((edit) => kind in edit)?.[kind];
  }

  pull(message) {
    this.trigger("need", message);
  }

  reset(run) {
    this.trigger("reset", { run });
  }

  destroy() {
    this.connection.destroy();
  }
}
