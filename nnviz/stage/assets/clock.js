// What the stage does with time: it rests, plays, or seeks a step. One pure function, no page.
//
// State: `mode` is "rest", "play" or "seek"; `shown` the step on the screen; `goal` the step that
// is sought; `resume` whether it plays once it is there; `end` the step at which the run stops, or
// null; `held` whether a change of the run is being made at the shown step.
//
// Effects are the names of what is to be done next: "look" for the frame of the goal, "play" on,
// "rest" where it stands.

export const START = { mode: "rest", shown: 0, goal: null, resume: false, end: null, held: false };

const EVENTS = {
  // Another run, or the same one after a change of its past: it stands at `shown`, and is to go to `goal`.
  open: (state, { shown, goal, resume = false }) => {
    const opened = { ...START, mode: state.mode === "play" ? "play" : "rest", shown };
    return goal === shown ? [opened, opened.mode === "rest" ? ["rest"] : []] : seek({ ...opened, mode: "rest" }, goal, resume);
  },

  toggle: (state) => {
    if (state.mode === "play") return rest(state);
    if (state.end !== null && state.shown >= state.end) return [state, []];
    return [{ ...state, mode: "play", goal: null }, ["play"]];
  },

  pause: (state) => (state.mode === "rest" ? [state, []] : rest(state)),

  // To one step, wherever it lies.
  go: (state, { to }) => seek(state, Math.max(0, to)),

  // So many updates further than where it stands, or is about to.
  step: (state, { by }) => seek(state, (state.goal ?? state.shown) + by),

  painted: (state, { step }) => {
    const moved = { ...state, shown: step };
    if (state.mode !== "seek" || step !== state.goal) return [moved, []];
    return state.resume ? [{ ...moved, mode: "play", goal: null }, ["play"]] : rest(moved);
  },

  // Nothing is left to be painted while it plays.
  dry: (state) => (state.mode === "play" && state.end !== null && state.shown >= state.end ? rest(state) : [state, []]),

  // The run stops at a step: nobody gets beyond it.
  end: (state, { step }) => {
    const ended = { ...state, end: step };
    return state.mode === "seek" && state.goal > step ? seek(ended, step, state.resume) : [ended, []];
  },

  hold: (state) => [{ ...state, held: true }, []],

  // The change has been made (the run may end elsewhere now), or was refused.
  release: (state, { end = state.end }) => {
    const released = { ...state, held: false, end };
    return [released, { play: [], seek: ["look"], rest: ["rest"] }[state.mode]];
  },
};

const rest = (state) => [{ ...state, mode: "rest", goal: null, resume: false }, ["rest"]];

function seek(state, wanted, resume = false) {
  const goal = state.end === null ? wanted : Math.min(wanted, state.end);
  return [{ ...state, mode: "seek", goal, resume }, state.held ? [] : ["look"]];
}

// Returns the state after an event `{type, …}`, and the effects.
export const after = (state, event) => EVENTS[event.type](state, event);
