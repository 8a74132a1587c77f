// What is said about the point under the pointer: its class, what the network says, and its loss.

const PARTS = {
  train: (name) => `${name}, a training point`,
  test: (name) => `${name}, held out for the test`,
};
const ANSWERS = {
  true: (name, p) => `The network is right: it says ${name}, with p\u00a0=\u00a0${p}.`,
  false: (name, p) => `The network is wrong: it says ${name}, with p\u00a0=\u00a0${p}.`,
};

const LOSSES = {
  about: (loss) => `Its loss is about ${loss}.`,
  least: (loss) => `Its loss is ${loss} or more.`, // where the picture has no larger logits
};

// Returns the words about the loss of a point as a function of its margin: its logit, with the sign
// of its class. `losses` has values for margins in equal steps from -reach to reach.
export function lossTable(losses, reach) {
  return (margin) => {
    const words = margin <= -0.99 * reach ? LOSSES.least : LOSSES.about;
    const at = ((Math.max(-reach, Math.min(reach, margin)) + reach) / (2 * reach)) * (losses.length - 1);
    const i = Math.min(Math.floor(at), losses.length - 2);
    return words((losses[i] + (at - i) * (losses[i + 1] - losses[i])).toFixed(2));
  };
}

// The lines about a point {label, part} at the place `where`, with the logit of the network there.
// The logit is read from the picture, so p and loss have few digits.
export function linesAbout({ label, part }, where, logit, classNames, lossOf) {
  const answer = logit > 0 ? 1 : 0, p = 1 / (1 + Math.exp(-Math.abs(logit)));
  return [
    PARTS[part](classNames[label]),
    where,
    ANSWERS[answer === label](classNames[answer], p.toFixed(2)),
    lossOf(label ? logit : -logit),
  ];
}

// A ring around the point, and a box beside it on the side that has room.
export class PointTip {
  constructor(part) {
    Object.assign(this, { part, box: part.firstElementChild });
  }

  hide(on) { this.part.hidden = on; }

  show(point, plane, classNames, where, logit, lossOf) {
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = plane;
    this.part.style.left = `${left + point.u * width}px`;
    this.part.style.top = `${top + (1 - point.v) * height}px`;
    this.part.classList.toggle("nnv-to-left", point.u > 0.5);
    this.part.classList.toggle("nnv-to-top", point.v < 0.5);
    const text = linesAbout(point, where, logit, classNames, lossOf).join("\n");
    if (this.box.textContent !== text) this.box.textContent = text;
  }
}
