// What Streamlit talks to: one of its components gives the stage a place, others bring it messages.
// There is one stage for as long as the document lives.

import { Stage } from "./stage.js";

let stage, place, arrived;
const mounted = new Promise((resolve) => (arrived = resolve));

window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, carrier: null, frame: null };

// Streamlit calls this after each rerun of the page. Should it have made another place meanwhile,
// the stage moves there and plays on.
export function mount(parent, plotlyUrl, isSeen = true) {
  stage ??= new Stage(parent, plotlyUrl);
  if (parent !== place) {
    place = parent;
    place.append(stage.root);
    window.nnviz.mounts += 1;
  }
  stage.root.hidden = !isSeen;
  if (isSeen) stage.scene.refreshTheme();
  arrived();
}

// A message of the session, if there is one; `trigger` is how to answer it, if it can be answered.
export async function receive(message, trigger) {
  await mounted;
  if (message) await stage.receive(message, trigger ?? stage.trigger);
}
