// Saves the boundary as a picture file, with an opaque background, axes and a title.

import { contourSegments, logitsOf } from "./surface.js";

const SIDE = 640;
const ROOM_FOR_TITLE = 44;

// `format` is "svg" or "png"; in an SVG, the contour and the points are vector shapes.
export function savePicture({ plotly, figure, surface, frame, theme, window: limits }, format) {
  if (!plotly) return;
  const caption = `step ${frame.step}, train loss ${frame.lossTrain.toPrecision(4)}`;
  const filename = `nnviz-step-${frame.step}`;
  const { data, layout } = structuredClone(figure);
  const plain = { l: 56, r: 18, t: ROOM_FOR_TITLE, b: 52 };
  data.unshift(contourTrace(frame.surface, limits, theme.palette));
  Object.assign(layout, {
    width: SIDE, height: SIDE, margin: plain,
    paper_bgcolor: theme.background,
    title: { text: caption, x: 0.5, y: 0.975, yanchor: "top", font: { size: 14, color: theme.text } },
    images: [{
      source: surface.toDataURL("image/png"),
      xref: "paper", yref: "paper", x: 0, y: 1, sizex: 1, sizey: 1, sizing: "stretch", layer: "below",
    }],
  });
  const [x0, x1, y0, y1] = limits;
  [layout.xaxis.range, layout.yaxis.range] = [[x0, x1], [y0, y1]];
  plotly.downloadImage({ data, layout }, { format, filename, width: SIDE, height: SIDE, scale: format === "png" ? 2 : 1 });
}

function contourTrace(surface, [x0, x1, y0, y1], palette) {
  const { side } = surface;
  const segments = contourSegments(logitsOf(surface), side);
  const x = [], y = [];
  for (let i = 0; i < segments.length; i += 4) {
    for (const k of [i, i + 2]) {
      x.push(x0 + (segments[k] / (side - 1)) * (x1 - x0));
      y.push(y0 + (segments[k + 1] / (side - 1)) * (y1 - y0));
    }
    x.push(null);
    y.push(null);
  }
  return { type: "scatter", mode: "lines", x, y, hoverinfo: "skip", line: { color: palette.contour, width: 2.2 } };
}
