// Places and removes points on the plane, by pointer or keyboard.

const REACH = 10; // pixels: a click at most this far from a point removes it
const NUDGE = 0.02; // of the plane's side, for one press of an arrow key

export class Placing {
  // `actions`: placePoint({x1, x2, label}), removePoint({x1, x2})
  constructor(boundary, actions) {
    Object.assign(this, { boundary, actions, label: null, plane: boundary.plot, at: [0.5, 0.5] });
    this.cross = boundary.host.querySelector(".nnv-cross");
    this.plane.addEventListener("click", (event) => this.click(event));
    this.plane.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["focus", "blur"]) this.plane.addEventListener(kind, () => this.showCross());
  }

  // Sets the class of the points to place, or null to place none.
  setLabel(label) {
    this.label = label;
    const placing = label !== null;
    this.boundary.host.classList.toggle("nnv-placing", placing);
    if (placing) {
      const ariaLabel = `Plane: arrow keys move, Enter places a point of ${this.boundary.classNames[label]} or removes the one that is there`;
      Object.assign(this.plane, { tabIndex: 0, role: "application", ariaLabel });
    } else for (const name of ["tabindex", "role", "aria-label"]) this.plane.removeAttribute(name);
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
