// The stage's own elements. All text from elsewhere is set with textContent, never as markup.

const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 4.5h4v15h-4zM13.5 4.5h4v15h-4z",
  step: "M5 4.5v15l10-7.5zM16.5 4.5h3v15h-3z",
  reset: "M12 5a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 12 7v3.2L7.2 6.1 12 2z",
};

export function icon(name) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${ICONS[name]}"/></svg>`;
}

// Constant markup only: nothing of a run, a link or a file is ever pasted in here.
const MARKUP = `
<div class="nnv-bar" role="toolbar" aria-label="Playback">
  <button type="button" class="nnv-play" data-testid="nnviz-play" title="Train, or pause (Space)">
    ${icon("play")}<span>Play</span></button>
  <button type="button" data-testid="nnviz-step" title="Exactly one parameter update (S or right arrow)">
    ${icon("step")}<span>Step</span></button>
  <button type="button" data-testid="nnviz-reset" title="Back to the initial weights (Home)">
    ${icon("reset")}<span>Reset</span></button>
  <label class="nnv-speed" title="Parameter updates between two pictures ([ and ])">
    <span>Speed</span>
    <input type="range" min="0" max="9" step="1" value="0" data-testid="nnviz-speed">
    <output></output>
  </label>
</div>
<dl class="nnv-readouts" aria-label="State of the run">
  <div><dt>Step</dt><dd data-readout="step" data-testid="nnviz-step-readout">–</dd></div>
  <div><dt>Epoch</dt><dd data-readout="epoch" data-testid="nnviz-epoch">–</dd></div>
  <div class="nnv-train"><dt>Train loss</dt><dd data-readout="lossTrain">–</dd></div>
  <div class="nnv-test"><dt>Test loss</dt><dd data-readout="lossTest">–</dd></div>
  <div class="nnv-train"><dt>Train accuracy</dt><dd data-readout="accuracyTrain">–</dd></div>
  <div class="nnv-test"><dt>Test accuracy</dt><dd data-readout="accuracyTest">–</dd></div>
</dl>
<p class="nnv-notice" role="alert" data-testid="nnviz-notice" hidden></p>
<div class="nnv-panels">
  <figure class="nnv-boundary" data-testid="nnviz-boundary">
    <div class="nnv-plane-box">
      <canvas class="nnv-surface"></canvas>
      <canvas class="nnv-contour"></canvas>
      <div class="nnv-boundary-plot"></div>
    </div>
    <figcaption>
      <span class="nnv-key"><svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5"/></svg>class 0</span>
      <span class="nnv-scale"><span>0</span><i></i><span>1</span><b>probability of class 1</b></span>
      <span class="nnv-key nnv-key-1"><svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 0l6 6-6 6-6-6z"/></svg>class 1</span>
      <span class="nnv-key nnv-key-test"><svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.5"/></svg>outlined: test</span>
    </figcaption>
  </figure>
  <figure class="nnv-curve" data-testid="nnviz-loss-curve">
    <figcaption><h3>Cost</h3>
      <span class="nnv-line">train</span><span class="nnv-line nnv-line-test">test</span></figcaption>
    <div class="nnv-curve-box">
      <div class="nnv-curve-plot"></div>
      <canvas class="nnv-curve-overlay"></canvas>
    </div>
  </figure>
</div>
<p class="nnv-status" role="status"></p>`;

export function build(parent) {
  const root = document.createElement("section");
  root.className = "nnv";
  root.dataset.testid = "nnviz-stage";
  root.setAttribute("aria-label", "Training stage");
  root.innerHTML = MARKUP;
  parent.append(root);
  return root;
}
