// The HTML of the stage. Text from elsewhere is set with textContent, never as markup.

import { LEGEND } from "./legend.js";
import { TILES } from "./tiles.js";

const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 4.5h4v15h-4zM13.5 4.5h4v15h-4z",
  step: "M5 4.5v15l10-7.5zM16.5 4.5h3v15h-3z",
  epoch: "M3 5v14l8-7zM11 5v14l8-7zM19.5 5h2.5v14h-2.5z",
  reset: "M12 5a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 12 7v3.2L7.2 6.1 12 2z",
  undo: "M9 4v4h4.5a6 6 0 0 1 0 12H7v-2.4h6.5a3.6 3.6 0 0 0 0-7.2H9v4L3 9.2z",
  redo: "M15 4v4h-4.5a6 6 0 0 0 0 12H17v-2.4h-6.5a3.6 3.6 0 0 1 0-7.2H15v4l6-5.2z",
  lecture: "M3 4h18v12h-8v2.2l3.4 2.3-1.1 1.7L12 20l-3.3 2.2-1.1-1.7 3.4-2.3V16H3zM5 6v8h14V6z",
  "take-home": "M11 3h2v9l3.2-3.2 1.4 1.4L12 15.8l-5.6-5.6 1.4-1.4L11 12zM4 18h16v2.5H4z",
  help: "M11 17h2v2.2h-2zM12 5a4.2 4.2 0 0 0-4.2 4.2h2.1a2.1 2.1 0 1 1 3.3 1.7C11.9 11.8 11 12.7 11 15h2c0-1.5.5-2 1.5-2.7A4.2 4.2 0 0 0 12 5z",
};

export const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${ICONS[name]}"/></svg>`;

const button = (name, word, title, extra = "", picture = name) =>
  `<button type="button" data-testid="nnviz-${name}" title="${title}" ${extra}>${icon(picture)}<span>${word}</span></button>`;

const toggle = (name, word, title, checked = "") =>
  `<label class="nnv-toggle" title="${title}"><input type="checkbox" data-testid="nnviz-${name}" ${checked}>${word}</label>`;

function mark(label) {
  const shape = ['<circle cx="6" cy="6" r="5"/>', '<path d="M6 0l6 6-6 6-6-6z"/>'][label];
  return `<svg viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`;
}

function placer(label) {
  const more = `aria-pressed="false" class="nnv-key-${label}"`;
  return `<button type="button" data-testid="nnviz-place-${label}" ${more}>${mark(label)}</button>`;
}

function tile({ name, label, part = "" }) {
  const id = name === "epoch" ? "epoch" : `${name}-readout`;
  return `<button type="button" class="${part}" aria-describedby="nnv-about"><span>${label}</span><b data-readout="${name}" data-testid="nnviz-${id}">–</b></button>`;
}

const shortcut = (keys, what) => `<div><dt>${keys.map((key) => `<kbd>${key}</kbd>`).join(" ")}</dt><dd>${what}</dd></div>`;

// Constant markup only: text of a run, a link or a file must never be inserted here.
const MARKUP = `
<div class="nnv-bar" role="group" aria-label="Playback">
  ${button("play", "Play", "Train, or pause (Space)", 'class="nnv-play"')}
  ${button("step", "Step", "Exactly one parameter update (S or right arrow)")}
  ${button("epoch-step", "Epoch", "One pass over the training data (E)", "", "epoch")}
  ${button("reset", "Reset", "Back to the initial weights (Home)")}
  ${button("undo", "", "Undo the last change (Ctrl+Z)", 'aria-label="Undo" disabled')}
  ${button("redo", "", "Redo what was undone (Shift+Ctrl+Z)", 'aria-label="Redo" disabled')}
  <label class="nnv-speed" title="Parameter updates between two pictures ([ and ])">
    <span>Speed <small>updates a picture</small></span>
    <input type="range" min="0" max="0" step="1" value="0" data-testid="nnviz-speed">
    <output></output>
  </label>
  <span class="nnv-far">
    ${button("take-home", "Take home", "This moment of the run as code and files")}
    ${button("lecture", "Lecture", "Large type and nothing but the stage (L)", 'aria-pressed="false"')}
    ${button("help", "Keys", "Keys that can be used (?)", 'aria-expanded="false"')}
  </span>
  <div class="nnv-panel nnv-keys" role="group" aria-label="Keys" tabindex="-1" hidden><dl>
    ${shortcut(["Space", "K"], "play or pause")}
    ${shortcut(["S", "→"], "one update")}
    ${shortcut(["E"], "one epoch")}
    ${shortcut(["←"], "one recorded moment back")}
    ${shortcut(["Home"], "reset")}
    ${shortcut(["Ctrl Z"], "undo; with Shift: redo")}
    ${shortcut(["[", "]"], "slower, faster")}
    ${shortcut(["L"], "lecture mode")}
    ${shortcut([".", "B"], "blank the screen")}
    ${shortcut(["PgDn", "PgUp"], "presenter's clicker: forward, back")}
    ${shortcut(["?"], "these keys")}
  </dl><p>Arrows and Home stay with a focused slider, list, neuron or row of buttons. Space presses a
    button or switch that was reached with Tab. A field or a dialog takes all keys.</p>
    <button type="button" data-testid="nnviz-guide">Guided tour of this page</button></div>
  <canvas class="nnv-small" width="192" height="192" aria-hidden="true"></canvas>
</div>
<p class="nnv-caption" hidden></p>
<div class="nnv-readouts" role="group" aria-label="State of the run">${TILES.map(tile).join("")}</div>
<div class="nnv-panel nnv-about" id="nnv-about" role="tooltip" hidden><span></span> <button type="button" data-testid="nnviz-why-tile">Why?</button></div>
<div class="nnv-panels">
  <figure class="nnv-boundary" data-testid="nnviz-boundary">
    <div class="nnv-plane-box">
      <canvas class="nnv-surface" role="img" aria-label="The boundary"></canvas>
      <canvas class="nnv-contour"></canvas>
      <div class="nnv-boundary-plot"></div>
      <span class="nnv-chip nnv-looked-at" hidden><b><span></span></b><span class="nnv-scale"><span></span><i></i><span></span></span><span></span></span>
      <p class="nnv-chip nnv-hint" role="status" data-testid="nnviz-placing-hint"></p>
      <span class="nnv-cross" hidden></span>
      <span class="nnv-chip nnv-probe" hidden></span>
      <span class="nnv-point" hidden><span class="nnv-chip"></span></span>
      <p class="nnv-notice" role="alert" data-testid="nnviz-notice" hidden></p>
    </div>
    <figcaption>
      <span class="nnv-key">${mark(0)}<span class="nnv-class-0"></span></span>
      <span class="nnv-scale"><span>0</span><i></i><span>1</span><b>probability of <span class="nnv-class-1"></span></b></span>
      <span class="nnv-key nnv-key-1">${mark(1)}<span class="nnv-class-1"></span></span>
      <span class="nnv-switches">
        ${toggle("show-test", "test points (outlined)", "Points that are held out of training", "checked")}
        ${toggle("show-wrong", "mistakes", "Ring the points on the wrong side of the boundary")}
        ${toggle("show-classes", "classes only", "Hard classes instead of probabilities")}
      </span>
      <span class="nnv-tools">
        <span class="nnv-tool" role="group" aria-label="Place points">place points
          ${placer(0)}${placer(1)}
        </span>
        <span class="nnv-tool" role="group" aria-label="Save the picture">picture
          <button type="button" data-testid="nnviz-picture-svg" title="Save what is seen as a drawing">SVG</button>
          <button type="button" data-testid="nnviz-picture-png" title="Save what is seen as an image">PNG</button>
        </span>
      </span>
    </figcaption>
    <div class="nnv-advice" tabindex="-1"><p role="status" data-testid="nnviz-finding"></p> <span></span></div>
  </figure>
  <div class="nnv-side">
    <figure class="nnv-diagram" data-testid="nnviz-diagram">
      <figcaption><h3>Network</h3>
        ${toggle("gradients", "gradients", "Width of the lines: gradients instead of weights")}
        <button type="button" class="nnv-legend-button" data-testid="nnviz-legend" title="What the lines, circles and maps mean" aria-expanded="false">Legend</button>
        <span class="nnv-side-buttons">
          <button type="button" data-testid="nnviz-remove-layer" title="Remove the last hidden layer">− layer</button>
          <button type="button" data-testid="nnviz-add-layer" title="Add a hidden layer before the output">+ layer</button>
        </span>
      </figcaption>
      <div class="nnv-diagram-box">
        <canvas class="nnv-diagram-links"></canvas>
        <canvas class="nnv-diagram-canvas" role="img" aria-label="The network"></canvas>
        <div class="nnv-diagram-heads"></div>
        <div class="nnv-diagram-nodes"></div>
        <span class="nnv-chip nnv-tip" hidden></span>
      </div>
    </figure>
    <figure class="nnv-curve" data-testid="nnviz-loss-curve">
      <figcaption><h3>Curves</h3>
        <span class="nnv-line">train</span><span class="nnv-line nnv-line-test">test</span>
        <span class="nnv-switches">
          ${toggle("show-accuracy", "accuracy", "Accuracy instead of loss")}
          ${toggle("log-scale", "log", "Logarithmic loss")}
        </span>
      </figcaption>
      <div class="nnv-curve-box">
        <div class="nnv-curve-plot"></div>
        <canvas class="nnv-curve-overlay" role="img" aria-label="The curves"></canvas>
        <div class="nnv-grip" role="slider" tabindex="0" data-testid="nnviz-time" aria-label="Moment of the run" aria-valuemin="0"
          title="Drag this, or click on the curve, to go to any moment of the run. A long run is thinned evenly: up to 48 MB of moments are kept."></div>
      </div>
      <div class="nnv-time">
        <span class="nnv-rates" role="group" aria-label="Learning rate">
          <button type="button" data-testid="nnviz-lower-rate" aria-label="Lower the learning rate"
            title="Go on from the moment shown with the next lower learning rate">−</button>
          <button type="button" data-testid="nnviz-raise-rate" aria-label="Raise the learning rate"
            title="Go on from the moment shown with the next higher learning rate">+</button>
        </span>
        <output class="nnv-rate" title="The learning rate of the update that led to the moment shown"></output>
        <button type="button" data-testid="nnviz-continue" disabled
          title="Train on from the moment shown, with the settings of now">Continue from here</button>
      </div>
    </figure>
  </div>
  <div class="nnv-panel nnv-legend" role="group" aria-label="Legend of the network" tabindex="-1" hidden>${LEGEND}</div>
</div>
<p class="nnv-status" role="status"></p>`;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function build(parent) {
  const root = element("section", { className: "nnv", ariaLabel: "Training stage", innerHTML: MARKUP });
  root.dataset.testid = "nnviz-stage";
  parent.append(root);
  return root;
}
