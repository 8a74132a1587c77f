// The keyboard: the action of each key, and the cases in which the stage ignores a key.

const KEYS = {
  " ": "toggle", k: "toggle",
  s: "step", ArrowRight: "step", PageDown: "step",
  ArrowLeft: "back", PageUp: "back",
  e: "epoch",
  Home: "reset",
  "[": "slower", "]": "faster",
  l: "lecture",
  ".": "blank", b: "blank",
  "?": "help",
};

const IN_SWEEP = ["lecture", "blank", "help"]; // on the page Sweep, the others have nothing to act on

// Where one types: the stage leaves every key to these, and to a dialog; a layer's menu is none.
const TYPES =
  "input:not([type='checkbox'], [type='radio'], [type='range']), textarea, select, [contenteditable='true'], " +
  "[role='listbox'], [role='dialog']:not([data-testid='stPopoverBody'])";
const CLOSED_LIST = "[role='combobox'][aria-expanded='false']";
const OPEN_LIST = "[role='combobox'][aria-expanded='true']";
const USES_ARROWS =
  "input[type='range'], input[type='radio'], [role='slider'], [role='spinbutton'], [role='combobox'], [role='radiogroup'], " +
  "[role='tablist'], [role='grid'], [role='toolbar'], [role='application'], .nnv-diagram-nodes";
const USES_SPACE = "button, a, summary, input:not([type='range']), [role='button'], [role='checkbox']";

// Whether the focused control uses the key itself. A button uses Space, and a closed list the
// letters, only if it got the focus by Tab, not by a click or from a closed dialog.
function isTaken(target, key, clicked) {
  if (!(target instanceof Element)) return false;
  const isList = target.matches(CLOSED_LIST) && (clicked || key.startsWith("Page"));
  if (!isList && target.closest(TYPES)) return true;
  if (key.startsWith("Arrow") || key === "Home") return target.closest(USES_ARROWS) !== null;
  return key === " " && !clicked && target.closest(USES_SPACE) !== null;
}

function actionFor(event, clicked) {
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (isUndo && !isTaken(event.target, event.key, true)) return event.shiftKey ? "redo" : "undo";
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  return action && !isTaken(event.target, event.key, clicked) ? action : null;
}

// `root` is the stage's element; a hidden stage has no keys.
export function listen(root, actions) {
  let clicked = false; // since Tab was last pressed, or a letter in an open list
  const onKey = (event) => {
    if (root.hidden) return;
    if (event.key === "Tab" || (event.key.length === 1 && event.target.matches?.(OPEN_LIST))) clicked = false;
    const action = actionFor(event, clicked);
    if (!action || (root.matches(".nnv-in-sweep") && !IN_SWEEP.includes(action))) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  };
  document.addEventListener("pointerdown", () => (clicked = true), { capture: true });
  document.addEventListener("keydown", onKey, { capture: true });
}
