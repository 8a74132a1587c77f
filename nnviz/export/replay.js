// Plays a recorded run: the boundary with its points, the loss curve, and the current numbers.

import { colourTable, contourSegments, logitsOf, paintContour, paintSurface } from "./surface.js";
import { framesOf, unpack } from "./unpack.js";

const find = (selector) => document.querySelector(selector);
const recording = JSON.parse(find("#recording").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const play = find(".play"), scrub = find(".scrub"), speed = find(".speed");

let frames = [];
let now = 0;
let playing = false;
let due = 0; // the time of the next frame, in the clock of requestAnimationFrame
let palette, table, colours;

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// Gives a canvas the resolution of the screen and clears it; returns its context and CSS size.
function sharp(canvas) {
  const { width, height } = canvas.parentElement.getBoundingClientRect();
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return { context, width, height };
}

function drawPoints() {
  const { context, width, height } = sharp(find(".points"));
  const [x1Min, x1Max, x2Min, x2Max] = recording.window;
  const count = recording.points[0].y.length + recording.points[1].y.length;
  const radius = Math.min(4.5, Math.max(2.2, 4 * Math.sqrt(300 / count)));
  recording.points.forEach(({ X, y }, part) => {
    X.forEach(([x1, x2], i) => {
      const x = ((x1 - x1Min) / (x1Max - x1Min)) * width;
      const top = height - ((x2 - x2Min) / (x2Max - x2Min)) * height;
      const colour = y[i] ? palette.class_1 : palette.class_0;
      context.beginPath();
      if (y[i]) diamond(context, x, top, radius * 1.25);
      else context.arc(x, top, radius, 0, 2 * Math.PI);
      context.lineWidth = part === 0 ? 1 : 2;
      context.strokeStyle = part === 0 ? palette.marker_edge : colour;
      context.fillStyle = colour;
      if (part === 0) context.fill();
      context.stroke();
    });
  });
}

function diamond(context, x, y, r) {
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
}

function drawBoundary(frame) {
  const logits = logitsOf(frame.surface), { side } = frame.surface;
  paintSurface(find(".surface"), logits, side, table);
  const contour = find(".contour");
  const size = Math.round(contour.getBoundingClientRect().width * Math.min(window.devicePixelRatio || 1, 2));
  if (contour.width !== size) contour.width = contour.height = size;
  paintContour(contour, contourSegments(logits, side), side, palette.contour, palette.marker_edge);
}

// About five round numbers from 0 to `highest`.
function ticks(highest) {
  const rough = highest / 4, power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  return Array.from({ length: Math.floor(highest / unit + 1e-9) + 1 }, (_, i) => i * unit);
}

function drawCurve() {
  const { context, width, height } = sharp(find(".curve"));
  const left = 58, right = width - 14, top = 10, bottom = height - 40;
  const losses = frames.flatMap(({ lossTrain, lossTest }) => [lossTrain, lossTest]).filter(Number.isFinite);
  const highest = Math.max(...losses, 1e-9) * 1.05;
  const last = Math.max(frames[frames.length - 1].step, 1);
  const xOf = (step) => left + (step / last) * (right - left);
  const yOf = (loss) => bottom - (Math.min(loss, highest) / highest) * (bottom - top);
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.textBaseline = "middle";
  for (const value of ticks(highest)) {
    line(context, left, yOf(value), right, yOf(value));
    context.textAlign = "right";
    context.fillText(String(Number(value.toPrecision(3))), left - 6, yOf(value));
  }
  context.textAlign = "center";
  for (const step of ticks(last).filter(Number.isInteger)) context.fillText(step.toLocaleString("en"), Math.min(xOf(step), right - 8), bottom + 12);
  context.fillText("step", (left + right) / 2, height - 9);
  context.save();
  context.translate(11, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText("cost (loss)", 0, 0);
  context.restore();
  for (const [name, colour, dash] of [["lossTest", palette.test, [4, 4]], ["lossTrain", palette.train, []]]) {
    for (const [part, alpha] of [[frames, 0.25], [frames.slice(0, now + 1), 1]]) {
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.lineWidth = 2.5;
      context.setLineDash(dash);
      context.beginPath();
      for (const frame of part) if (Number.isFinite(frame[name])) context.lineTo(xOf(frame.step), yOf(frame[name]));
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  context.lineWidth = 1.5;
  context.strokeStyle = colours.text;
  line(context, xOf(frames[now].step), top, xOf(frames[now].step), bottom);
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function drawNumbers({ step, epoch, lossTrain, lossTest, accuracyTrain, accuracyTest }) {
  const both = (train, test, format) => (Number.isNaN(test) ? format(train) : `${format(train)} / ${format(test)}`);
  const numbers = [
    ["Step", step.toLocaleString("en")],
    ["Epoch", epoch.toFixed(epoch % 1 ? 2 : 0)],
    ["Loss, training / test", both(lossTrain, lossTest, (value) => value.toPrecision(4))],
    ["Accuracy, training / test", both(accuracyTrain, accuracyTest, (value) => `${(100 * value).toFixed(1)} %`)],
  ];
  const list = find(".numbers");
  list.replaceChildren(
    ...numbers.map(([name, value]) => {
      const pair = document.createElement("div");
      for (const [tag, text] of [["dt", name], ["dd", value]]) {
        pair.appendChild(document.createElement(tag)).textContent = text;
      }
      return pair;
    }),
  );
}

function show(index) {
  now = Math.min(Math.max(index, 0), frames.length - 1);
  const frame = frames[now];
  scrub.value = String(now);
  scrub.setAttribute("aria-valuetext", `step ${frame.step}`);
  drawBoundary(frame);
  drawCurve();
  drawNumbers(frame);
  document.body.dataset.step = String(frame.step);
}

function setPlaying(on) {
  if (on && now === frames.length - 1) show(0);
  playing = on;
  due = 0;
  play.textContent = playing ? "Pause" : "Play";
  if (playing) requestAnimationFrame(tick);
}

function tick(time) {
  if (!playing) return;
  if (time >= due) {
    const interval = 1000 / Number(speed.value);
    due = Math.max(due + interval, time);
    if (now + 1 < frames.length) show(now + 1);
    else return setPlaying(false);
  }
  requestAnimationFrame(tick);
}

function redraw() {
  palette = recording.palettes[dark.matches ? "dark" : "light"];
  table = colourTable(palette);
  const style = getComputedStyle(document.documentElement);
  colours = { text: style.getPropertyValue("--text"), border: style.getPropertyValue("--border") };
  for (const [name, colour] of Object.entries(palette)) {
    document.documentElement.style.setProperty(`--${name.replace("_", "-")}`, colour);
  }
  if (!frames.length) return;
  drawPoints();
  show(now);
}

function onKey(event) {
  if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: frames.length - 1 };
  if (event.key === " ") setPlaying(!playing);
  else if (event.key in moves) show(moves[event.key]);
  else return;
  event.preventDefault();
}

async function open() {
  for (const message of recording.messages) frames.push(...framesOf(await unpack(bytesOf(message))));
  scrub.max = String(frames.length - 1);
  if (!recording.points[1].y.length) find(".test").hidden = true;
  redraw();
  play.addEventListener("click", () => setPlaying(!playing));
  scrub.addEventListener("input", () => {
    setPlaying(false);
    show(Number(scrub.value));
  });
  addEventListener("keydown", onKey);
  dark.addEventListener("change", redraw);
  new ResizeObserver(redraw).observe(find(".views"));
  document.body.dataset.moments = String(frames.length);
}

open();
