// The actions of all buttons and keys.

import { savePicture } from "./picture.js";

const RATE = "learning_rate-"; // the beginning of a change, as addresses spell it

export function actionsOf(stage) {
  const { outbox } = stage;
  const at = () => stage.watched.time;
  const go = (moment) => moment && stage.watched.dispatch({ type: "go", to: moment.step });

  // A second click may come before the session answers the first one: the changes add up.
  const changeLayers = (change) => {
    const hidden = change(outbox.latest("layers") ?? stage.run.layers.slice(0, -1));
    outbox.put({ layers: hidden.map(({ units, activation, dropout = 0 }) => ({ units, activation, dropout })) });
  };

  const travel = (way) => {
    stage.dispatch({ type: "pause" });
    outbox.put({ travel: way });
  };

  const actions = {
    toggle: () => stage.watched.dispatch({ type: "toggle" }),
    step: () => stage.watched.dispatch({ type: "step", by: 1 }),
    epoch: () => stage.watched.dispatch({ type: "step", by: stage.watched.stepsPerEpoch }),
    back: () => go(stage.watched.past.previous(at())),
    scrub: (step) => {
      const moment = stage.past.nearest(step);
      if (moment.step !== stage.clock.goal) go(moment);
    },
    scrubBy: (by) => go(by < 0 ? stage.past.previous(at()) : stage.past.next(at())),
    // Go on from the shown moment with the next round learning rate. A second click may come before
    // the first one is answered: the changes add up.
    changeRate: (by) => {
      const { rates, live } = stage.run, said = stage.changes.flatMap(({ changes }) => changes);
      const latest = said.findLast((change) => change.startsWith(RATE))?.slice(RATE.length);
      const rate = Number(latest ?? live.learning_rate.findLast(([from]) => from <= stage.shown.step)[1]);
      const next = by > 0 ? rates.find((other) => other > rate) : rates.findLast((other) => other < rate);
      if (next !== undefined) stage.change([`${RATE}${next}`]);
    },
    reset: () => {
      stage.watched.dispatch({ type: "pause" });
      if (stage.watched === stage) outbox.put({ reset: true });
      else stage.watched.dispatch({ type: "go", to: 0 });
    },
    apply: (run) => stage.openOther(run),
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    // Train on from a past moment with the latest settings; the moments after it are dropped.
    branch: () => {
      const latest = ([field, values]) => `${field}-${values[values.length - 1][1]}`;
      if (stage.shown.step < stage.past.last.step) stage.change(Object.entries(stage.run.live).map(latest));
    },
    editWeights: (weights) => stage.change(weights.map(({ field, value }) => `${field}-${value}`)),
    setPerFrame: () => {
      stage.transport.showSpeed();
      stage.supply.use({ every: stage.transport.perFrame });
      stage.replenish();
      stage.laboratory?.player.setEvery();
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
    placePoint: (point) => outbox.put({ place: point }),
    removePoint: (point) => outbox.put({ remove: point }),
    picture: (format) => savePicture(stage.scene.boundary, format),
    // The server writes files of the moment shown.
    takeHome: () => {
      stage.dispatch({ type: "pause" });
      outbox.put({ take_home: { experiment: stage.own.experiment, step: stage.shown.step } });
    },
    lecture: () => stage.setLecture(!stage.scene.lecture),
    explain: (ask) => stage.explain.enter(ask),
    blank: () => stage.blank.show(),
    help: () => stage.transport.keys.toggle(),
  };

  // Actions are ignored until the first frame is shown.
  const ready = (action) => (...args) => stage.shown && action(...args);
  return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, ready(action)]));
}
