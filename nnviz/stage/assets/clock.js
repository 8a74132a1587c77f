// The state of playback: resting, playing, or seeking a step. One pure function, without the DOM.
//
// State: `mode` is "rest", "play" or "seek"; `shown` the step on the screen; `goal` the step to
// seek; `resume` whether it plays after reaching it; `end` the step at which the run stops, or
// null; `held` whether the server is changing the run at the shown step.
//
// Effects are the names of the player's methods to call next: "look" (find the frame of the goal),
// "play" and "rest".

export const START = { mode: "rest", shown: 0, goal: null, resume: false, end: null, held: false };

const EVENTS = {
  // Another run, or the same one with another past. It shows step `shown` and must go to `goal`,
  // and then play if it must `resume`.
  open: (state, { shown, goal, resume = false }) => {
    const opened = { ...START, mode: state.mode === "play" ? "play" : "rest", shown };
    if (goal !== shown) return seek({ ...opened, mode: "rest" }, goal, resume);
    if (opened.mode === "play") return [opened, []];
    return resume ? [{ ...opened, mode: "play" }, ["play"]] : [opened, ["rest"]];
  },

  toggle: (state) => {
    if (state.mode === "play") return rest(state);
    if (state.end !== null && state.shown >= state.end) return [state, []];
    return [{ ...state, mode: "play", goal: null }, ["play"]];
  },

  pause: (state) => (state.mode === "rest" ? [state, []] : rest(state)),

  // Seek one step, in the past or ahead.
  go: (state, { to }) => seek(state, Math.max(0, to)),

  // Seek `by` updates after the shown step, or after the current goal.
  step: (state, { by }) => seek(state, (state.goal ?? state.shown) + by),

  painted: (state, { step }) => {
    const moved = { ...state, shown: step };
    if (state.mode !== "seek" || step !== state.goal) return [moved, []];
    return state.resume ? [{ ...moved, mode: "play", goal: null }, ["play"]] : rest(moved);
  },

  // No frame is ready while it plays.
  dry: (state) => (state.mode === "play" && state.end !== null && state.shown >= state.end ? rest(state) : [state, []]),

  // The run stops at a step, so no goal can be beyond it.
  end: (state, { step }) => {
    const ended = { ...state, end: step };
    return state.mode === "seek" && state.goal > step ? seek(ended, step, state.resume) : [ended, []];
  },

  hold: (state) => [{ ...state, held: true }, []],

  // The change was made (then the run may end at another step) or refused.
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

// Returns [state, effects] after an event `{type, …}`.
export const after = (state, event) => EVENTS[event.type](state, event);
