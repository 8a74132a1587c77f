// On touch screens, Play and a small plane stay in sight while a person scrolls.

const RADIUS = 3; // of a point, in pixels of the small canvas

export class Companion {
  constructor(root, boundary) {
    Object.assign(this, { root, boundary, plane: root.querySelector(".nnv-plane-box"), isOn: false });
    this.canvas = root.querySelector(".nnv-small");
    document.addEventListener("scroll", () => this.follow(), { capture: true, passive: true });
  }

  follow() {
    this.root.classList.toggle("nnv-scrolled", this.root.getBoundingClientRect().top < 0);
    const { bottom, height } = this.plane.getBoundingClientRect();
    const isOn = this.root.classList.toggle("nnv-away", bottom < height / 2);
    if (isOn && !this.isOn) this.draw(true);
    this.isOn = isOn;
  }

  draw(must = this.isOn) {
    const { surface, contour, figure } = this.boundary;
    if (!must || !figure) return;
    const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
    for (const layer of [surface, contour]) context.drawImage(layer, 0, 0, width, height);
    for (const { u, v, label } of this.boundary.points()) {
      context.fillStyle = this.boundary.theme.palette[`class_${label}`];
      context.beginPath();
      context.arc(u * width, (1 - v) * height, RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
