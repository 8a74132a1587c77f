// Places and removes points on the plane, by pointer or keyboard.

const REACH = 10; // pixels: a click at most this far from a point removes it
const NUDGE = 0.02; // of the plane's side, for one press of an arrow key
const ROUNDING = 1e-3; // of the plane's side: the first placed point rounds the ends of the axes
const HIGH = 0.6; // of the plane's side: above this, the hint is not at the top
const FINGERS = matchMedia("(pointer: coarse)");

export class Placing {
  // `actions`: placePoint({x1, x2, label}), removePoint({x1, x2})
  constructor(boundary, actions) {
    Object.assign(this, { boundary, actions, label: null, window: null, plane: boundary.plot, at: [0.5, 0.5] });
    const find = (part) => boundary.host.querySelector(part);
    this.cross = find(".nnv-cross");
    this.hint = find(".nnv-hint");
    this.buttons = [0, 1].map((label) => find(`[data-testid="nnviz-place-${label}"]`));
    this.buttons.forEach((button, label) => button.addEventListener("click", ({ detail }) => {
      this.setLabel(this.label === label || !this.window ? null : label);
      if (this.label !== null && detail === 0) this.plane.focus(); // pressed by a key
    }));
    this.plane.addEventListener("click", (event) => this.click(event));
    this.plane.addEventListener("keydown", (event) => this.key(event));
    this.plane.addEventListener("pointermove", () => this.dodge());
    for (const kind of ["focus", "blur"]) this.plane.addEventListener(kind, () => this.showCross());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.setLabel(null), { capture: true });
  }

  // Another run is shown. Other data end placing: then the plane is another one.
  setRun() {
    const before = this.window, now = (this.window = this.boundary.window);
    const [x0, x1, y0, y1] = now, sides = [x1 - x0, x1 - x0, y1 - y0, y1 - y0];
    const isSame = before?.every((end, i) => Math.abs(end - now[i]) < ROUNDING * sides[i]);
    this.setLabel(isSame ? this.label : null);
  }

  // Sets the class of the points to place, or null to place none.
  setLabel(label) {
    if (label === null && this.label === null) return;
    if (label === null && document.activeElement === this.plane) this.buttons[this.label].focus();
    this.label = label;
    const placing = label !== null, name = this.boundary.classNames[label];
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === label)));
    this.boundary.host.classList.toggle("nnv-placing", placing);
    if (placing) {
      const ariaLabel = `Plane: arrow keys move, Enter places a point of ${name} or removes the one that is there`;
      Object.assign(this.plane, { tabIndex: 0, role: "application", ariaLabel });
    } else for (const attribute of ["tabindex", "role", "aria-label"]) this.plane.removeAttribute(attribute);
    const end = FINGERS.matches ? "The same button ends placing." : "Escape ends placing.";
    const hint = `A click adds a point of ${name}, or removes the point under it. Training then starts again; Undo brings this run back. ${end}`;
    this.hint.textContent = placing ? hint : "";
    this.showCross();
  }

  click(event) {
    if (this.label === null || event.detail > 1) return; // a double click means one point
    const box = this.boundary.contour.getBoundingClientRect();
    this.act((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  }

  key(event) {
    if (this.label === null) return;
    const by = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (by) this.at = this.at.map((share, i) => Math.min(1, Math.max(0, share + by[i] * NUDGE)));
    else if (event.key === "Enter") this.act(...this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.showCross();
  }

  showCross() {
    this.cross.hidden = this.label === null || document.activeElement !== this.plane;
    if (this.cross.hidden) return;
    const [u, v] = this.at;
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = this.boundary.contour;
    this.cross.style.left = `${left + u * width}px`;
    this.cross.style.top = `${top + (1 - v) * height}px`;
    this.boundary.pointer = this.at;
    this.boundary.showProbe();
    this.dodge();
  }

  // Moves the hint away from the place that is pointed at.
  dodge() {
    const { pointer } = this.boundary;
    if (pointer) this.hint.classList.toggle("nnv-low", pointer[1] > HIGH);
  }

  // Places or removes a point; u and v are fractions of the plane, 0 to 1.
  act(u, v) {
    if (u < 0 || u > 1 || v < 0 || v > 1) return;
    const { width } = this.boundary.contour.getBoundingClientRect();
    const near = this.boundary.nearest(u, v);
    if (near && near.distance * width <= REACH) this.actions.removePoint({ x1: near.x, x2: near.y });
    else {
      const [x0, x1, y0, y1] = this.boundary.window;
      this.actions.placePoint({ x1: x0 + u * (x1 - x0), x2: y0 + v * (y1 - y0), label: this.label });
    }
  }
}
