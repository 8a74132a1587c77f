// The tiles: the numbers of the shown step, and what each of them means.

import { hasPages } from "./pages.js";

const APART = 6; // pixels between a tile and its help
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

// `about` is the help for a run: {perEpoch: steps, loss: its title, guess: the loss of p = 0.5}.
export const TILES = [
  {
    name: "step", label: "Step",
    about: ({ perEpoch }) => perEpoch === 1
      ? "One step is one update of all weights. Here every update uses the whole training set, so a step is also an epoch: one pass over the training points."
      : "One step is one update of all weights, by one batch of training points.",
  },
  {
    name: "epoch", label: "Epoch",
    about: ({ perEpoch }) => `One epoch is one pass over all training points. Here it takes ${perEpoch} steps, one for each batch.`,
  },
  {
    name: "lossTrain", label: "Train loss", part: "nnv-train", ask: "cost",
    about: ({ loss, guess }) =>
      `How wrong the network is about the points that it learns from, on average (${loss}). 0 is best; p = 0.5 everywhere would cost ${guess}. ` +
      "Unlike the accuracy, it counts how sure the network is: a right answer still costs something if it is not sure.",
  },
  {
    name: "lossTest", label: "Test loss", part: "nnv-test",
    about: () =>
      "The same average over the points that are held out of training: how wrong the network is about points that it does not know. " +
      "Close to the train loss is good. If it rises while the train loss falls, the network overfits.",
  },
  {
    name: "accuracyTrain", label: "Train accuracy", part: "nnv-train",
    about: () =>
      "The share of training points on the right side of the boundary; 100 % is best. " +
      "It counts only right and wrong, so it can stand still while the loss falls.",
  },
  {
    name: "accuracyTest", label: "Test accuracy", part: "nnv-test",
    about: () => "The share of held-out points on the right side of the boundary. It is the fairest mark, because the network does not learn from these points.",
  },
];

export function formatLoss(loss) {
  if (!Number.isFinite(loss)) return "–";
  const plain = loss === 0 || (loss >= 0.001 && loss < 1e4);
  return plain ? loss.toFixed(4) : loss.toExponential(2);
}

export const formatShare = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–");

export class Tiles {
  // `explain(ask)` goes to the page that explains a number.
  constructor(root, explain) {
    Object.assign(this, { root, explain });
    this.about = root.querySelector(".nnv-about");
    this.why = this.about.querySelector("button");
    this.cells = {};
    for (const tile of TILES) {
      const cell = (this.cells[tile.name] = root.querySelector(`[data-readout="${tile.name}"]`)), button = cell.closest("button");
      for (const kind of ["pointerenter", "focus", "click"]) button.addEventListener(kind, () => this.tell(tile, button));
      for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, (event) => this.leave(event));
      if (tile.ask) button.addEventListener("click", ({ detail }) => detail === 0 && this.why.focus());
    }
    for (const kind of ["pointerleave", "focusout"]) this.about.addEventListener(kind, (event) => this.leave(event));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.hide(), { capture: true });
    document.addEventListener("pointerdown", ({ target }) => this.about.contains(target) || this.hide(), { capture: true });
  }

  // The help stays while the pointer or the focus is in it.
  leave({ relatedTarget }) {
    if (!this.about.contains(relatedTarget)) this.hide();
  }

  setRun({ steps_per_epoch: perEpoch, loss }) {
    this.run = { perEpoch, loss: loss.title, guess: loss.guess.toFixed(2) };
    this.root.classList.toggle("nnv-full-batch", perEpoch === 1);
    this.cells.step.previousElementSibling.textContent = perEpoch === 1 ? "Step = epoch" : "Step";
  }

  hide() { this.about.hidden = true; }

  // Shows the help of a tile below it, within the stage.
  tell({ about, ask }, button) {
    if (!this.run) return;
    this.about.hidden = false;
    const asks = ask !== undefined && hasPages();
    this.about.firstChild.textContent = about(this.run);
    this.about.classList.toggle("nnv-asks", asks);
    this.why.hidden = !asks;
    this.why.onclick = () => this.explain(ask);
    const { offsetLeft: left, offsetTop: top, offsetHeight: height } = button;
    this.about.style.left = `${Math.max(0, Math.min(left, this.root.clientWidth - this.about.offsetWidth))}px`;
    this.about.style.top = `${top + height + (asks ? 0 : APART)}px`;
  }

  show(frame, hasTest) {
    const { step, epoch } = frame;
    const texts = {
      step: NUMBER.format(step),
      epoch: Number.isInteger(epoch) ? NUMBER.format(epoch) : epoch.toFixed(2),
      lossTrain: formatLoss(frame.lossTrain),
      lossTest: hasTest ? formatLoss(frame.lossTest) : "–",
      accuracyTrain: formatShare(frame.accuracyTrain),
      accuracyTest: hasTest ? formatShare(frame.accuracyTest) : "–",
    };
    for (const [name, text] of Object.entries(texts)) {
      const cell = this.cells[name];
      if (cell.textContent !== text) cell.firstChild.data = text;
    }
  }
}
