// The blank screen: black until any key or a click. A modal dialog covers everything, and a screen
// reader reads its name.

import { element } from "./dom.js";

export class Blank {
  // `onEnd()` is called when the page is seen again.
  constructor(onEnd) {
    const ariaLabel = "The screen is blank. Any key or a click brings it back.";
    this.dialog = element("dialog", { className: "nnv-blank", ariaLabel });
    document.body.append(this.dialog);
    const end = (event) => {
      if (!this.isOn) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) this.dialog.close();
    };
    window.addEventListener("keydown", end, { capture: true }); // before the stage's keys
    this.dialog.addEventListener("click", end);
    this.dialog.addEventListener("close", onEnd);
  }

  get isOn() { return this.dialog.open; }

  show() { this.dialog.showModal(); }
}
