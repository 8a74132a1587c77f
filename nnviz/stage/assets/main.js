// What Streamlit talks to: one of its components gives the stage a place, others bring it letters.
// There is one stage for as long as the document lives.

import { Stage } from "./stage.js";

let stage, place;
const early = window.nnvizLetters ?? []; // what came before there was a stage

window.nnvizLetters = { push: ([message, trigger]) => receive(message, trigger) };
window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, carrier: null, frame: null };

// Streamlit calls this after each rerun of the page. Should it have made another place meanwhile,
// the stage moves there and plays on.
export function mount(parent, plotlyUrl, isSeen = true) {
  stage ??= new Stage(parent, plotlyUrl);
  if (parent !== place) {
    (place = parent).append(stage.root);
    window.nnviz.mounts += 1;
  }
  stage.root.hidden = !isSeen;
  if (isSeen) stage.scene.refreshTheme();
  for (const letter of early.splice(0)) receive(...letter);
}

// A message of the session, if there is one; `trigger` is how to answer it, if it can be answered.
export function receive(message, trigger) {
  if (!stage) early.push([message, trigger]);
  else if (message) stage.receive(message, trigger ?? stage.trigger);
}
