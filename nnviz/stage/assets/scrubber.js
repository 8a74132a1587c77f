// The curve as a slider: a click, a drag or the arrow keys go to a recorded moment of the run.

const TAP = 8; // pixels that a finger may move in a tap

export class Scrubber {
  // `curves`: stepAt(x), a pixel of `box`, and hover(x or null);
  // `actions`: scrub(step) to the nearest moment, scrubBy(-1 or 1)
  constructor(box, curves, actions) {
    Object.assign(this, { box, curves, actions, dragging: false });
    const keys = {
      ArrowLeft: () => actions.scrubBy(-1), ArrowDown: () => actions.scrubBy(-1),
      ArrowRight: () => actions.scrubBy(1), ArrowUp: () => actions.scrubBy(1),
      Home: () => actions.scrub(0), End: () => actions.scrub(Infinity),
    };
    box.querySelector(".nnv-grip").addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    });
    for (const kind of ["down", "move", "up", "cancel", "leave"]) {
      box.addEventListener(`pointer${kind}`, (event) => this[kind](event));
    }
  }

  down(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    Object.assign(this, { dragging: true, sure: event.pointerType !== "touch", start: event });
    this.box.setPointerCapture(event.pointerId);
    this.curves.hover(null);
    if (this.sure) this.go(event);
  }

  move(event) {
    if (this.dragging && !this.sure) this.decide(event);
    if (!this.dragging && event.pointerType === "mouse") this.curves.hover(this.across(event));
    if (this.dragging && this.sure) this.go(event);
  }

  // A finger that moves more up or down than sideways scrolls the page.
  decide({ clientX, clientY }) {
    const x = Math.abs(clientX - this.start.clientX), y = Math.abs(clientY - this.start.clientY);
    if (Math.max(x, y) > TAP) this.dragging = this.sure = x > y;
  }

  up(event) {
    if (this.dragging) this.go(event);
    this.dragging = false;
  }

  cancel() { this.dragging = false; }

  leave() { this.curves.hover(null); }

  across({ clientX }) { return clientX - this.box.getBoundingClientRect().left; }

  go(event) { this.actions.scrub(this.curves.stepAt(this.across(event))); }
}
