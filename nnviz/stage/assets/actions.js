// What every button and key does.

import { savePicture } from "./picture.js";

export function actionsOf(stage) {
  const { outbox } = stage;
  const go = (moment) => moment && stage.dispatch({ type: "go", to: moment.step });

  // A second click may come before the session has answered the first: both count.
  const changeLayers = (change) => {
    const hidden = change(outbox.latest("layers") ?? stage.run.layers.slice(0, -1));
    outbox.put({ layers: hidden.map(({ units, activation, dropout = 0 }) => ({ units, activation, dropout })) });
  };

  const actions = {
    toggle: () => stage.dispatch({ type: "toggle" }),
    step: () => stage.dispatch({ type: "step", by: 1 }),
    epoch: () => stage.dispatch({ type: "step", by: stage.run.steps_per_epoch }),
    back: () => go(stage.past.previous(stage.clock.goal ?? stage.shown.step)),
    scrub: (index) => go(stage.past.moments[index]),
    reset: () => {
      stage.dispatch({ type: "pause" });
      outbox.put({ reset: true });
    },
    // Train on from a moment of the past with what is set now; what came after is abandoned.
    branch: () => {
      const latest = ([field, values]) => `${field}-${values[values.length - 1][1]}`;
      if (stage.shown.step < stage.past.last.step) stage.change(Object.entries(stage.run.live).map(latest));
    },
    editWeights: (weights) => stage.change(weights.map(({ field, value }) => `${field}-${value}`)),
    setPerFrame: () => {
      stage.transport.showSpeed();
      stage.supply.use({ every: stage.transport.perFrame });
      stage.replenish();
    },
    slower: () => stage.transport.changeSpeed(-1),
    faster: () => stage.transport.changeSpeed(1),
    setView: (view) => {
      stage.scene.setView(view, stage.shown);
      stage.supply.use({ gradients: view.gradients });
      stage.refine();
    },
    changeLayers,
    addLayer: () => changeLayers((hidden) => [...hidden, hidden[hidden.length - 1] ?? { units: 4, activation: "tanh" }]),
    removeLayer: () => changeLayers((hidden) => hidden.slice(0, -1)),
    place: (label) => stage.placing.setLabel(label),
    placePoint: (point) => outbox.put({ place: point }),
    removePoint: (point) => outbox.put({ remove: point }),
    picture: (format) => savePicture(stage.scene.boundary, format),
    // The server writes files of the moment that is shown.
    takeHome: () => {
      stage.dispatch({ type: "pause" });
      outbox.put({ take_home: { experiment: stage.own.experiment, step: stage.shown.step } });
    },
    lecture: () => stage.setLecture(!stage.scene.lecture),
    help: () => stage.transport.toggleHelp(),
  };

  // Nothing can be done before there is something to see.
  const ready = (action) => (...args) => stage.shown && action(...args);
  return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, ready(action)]));
}
