// A panel that a button opens and closes. Escape and a click outside close it too.

export class Panel {
  constructor(button, part) {
    Object.assign(this, { button, part });
    button.addEventListener("click", () => this.toggle());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.show(false), { capture: true });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!part.contains(target) && !button.contains(target)) this.show(false, false);
    }, { capture: true });
  }

  toggle() { this.show(this.part.hidden); }

  // The focus moves into the panel, and then back to where it was, unless a click moves it elsewhere.
  show(on, goBack = true) {
    if (on !== this.part.hidden) return;
    this.part.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
    if (on) {
      this.returnTo = document.activeElement;
      this.part.focus({ preventScroll: true });
      this.part.scrollIntoView({ block: "nearest" });
    } else if (goBack) this.returnTo.focus();
  }
}
