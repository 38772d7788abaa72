// The two charts of the explorer: R over the resolution, and bytes over the quality of the video.

import { CONFIG, PAPER, layoutOf, loadPlotly } from "../plotly.js";
import { withColours } from "../theme.js";
import { bitsPerPixel, encodingOf, latentsOf, OWN, sizeName, videoBitsAt } from "./scenario.js";
import { latentBitsPerPixel, videoBytes } from "./storage.js";
import { codecStyle, latentStyle } from "./legend.js";
import { number } from "./text.js";

const HEIGHT = 340;
const ANCHOR = [480, 640]; // [height, width] at which every quality was measured

// A fixed frame: measuring the room for ticks and legends would take half of the time of a drawing.
const FRAME = { height: HEIGHT, showlegend: false, margin: { l: 56, r: 12, t: 8, b: 48 } };
const fixed = (axis) => ({ automargin: false, ...axis });

/** Where a curve of ratios passes 1, in pixels; straight between its points on logarithmic axes. */
function crossing(pixels, ratios) {
  for (let index = 1; index < ratios.length; index++) {
    const [before, after] = [Math.log(ratios[index - 1]), Math.log(ratios[index])];
    if (before <= 0 === after <= 0) continue;
    const share = before / (before - after);
    return pixels[index - 1] * (pixels[index] / pixels[index - 1]) ** share;
  }
  return null;
}

function crossingInWords(name, pixels, ratios) {
  const at = crossing(pixels, ratios);
  if (at) return `${name} passes R = 1 at about ${number(at / 1e6)} million pixels`;
  return ratios[0] < 1 ? `${name} is smaller at every resolution here` : `${name} is larger at every resolution here`;
}

/** R of each chosen autoencoder at the named resolutions, and at the chosen size. */
export function ratioChart(state, data) {
  const places = data.resolutions.map(({ name, height, width }) => ({ name, size: [height, width] }));
  const pixels = places.map(({ size }) => size[0] * size[1]);
  const ratio = (latent, size) =>
    latentBitsPerPixel(latent, size, state.clipFrames) / videoBitsAt(size, state, data);
  const size = [state.height, state.width];
  const latents = latentsOf(state, data);
  const curves = latents.map(({ name, latent }, index) => {
    const { dash, width, symbol } = latentStyle(index);
    return {
      type: "scatter",
      mode: "lines+markers",
      name,
      x: pixels,
      y: places.map((place) => ratio(latent, place.size)),
      text: places.map((place) => place.name),
      hovertemplate: "%{text}: R = %{y:.3g}<extra>%{fullData.name}</extra>",
      line: { color: "var(--modelled)", width, dash },
      marker: { color: "var(--modelled)", symbol, size: 8 },
    };
  });
  const here = {
    type: "scatter",
    mode: "markers",
    name: `at ${sizeName(state, data)}`,
    x: latents.map(() => size[0] * size[1]),
    y: latents.map(({ latent }) => ratio(latent, size)),
    hovertemplate: "R = %{y:.3g}<extra>%{fullData.name}</extra>",
    marker: { color: "rgba(0,0,0,0)", size: 15, line: { color: "var(--ink)", width: 2 } },
  };
  return {
    words: [
      "R over the resolution [modelled], joined by straight lines: below the line at 1 latents are smaller than the video.",
      ...curves.map(({ name, x, y }) => `${crossingInWords(name, x, y)}.`),
    ].join(" "),
    figure: {
      data: [...curves, here],
      layout: {
        ...FRAME,
        xaxis: fixed({
          type: "log",
          title: { text: "pixels per frame" },
          tickvals: pixels,
          ticktext: places.map(({ name }) => name),
        }),
        yaxis: fixed({ type: "log", title: { text: "R, latents over video" }, dtick: "D2" }),
        shapes: [
          { type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1, line: { color: "var(--ink-muted)", width: 1.5 } },
        ],
      },
    },
  };
}

/** Bytes of the whole data set over the quality of the video; latents have no quality here. */
export function bytesChart(state, data) {
  const size = [state.height, state.width];
  const seconds = 3600 * state.hours;
  const gigabytes = (bits) => videoBytes(bits, size, state.fps, seconds) / 1e9;
  const judged = data.encodings.filter(({ psnrDb }) => psnrDb !== null);
  const families = Object.entries(Object.groupBy(judged, ({ codec }) => codec));
  const curves = families.map(([codec, encodings], index) => ({
    type: "scatter",
    mode: "lines+markers",
    name: encodings[0].codecTitle,
    x: encodings.map(({ psnrDb }) => psnrDb),
    y: encodings.map((encoding) => gigabytes(bitsPerPixel(encoding, size).value)),
    text: encodings.map(({ title }) => title),
    hovertemplate: "%{text}: %{x:.1f} dB, %{y:,.4~g} GB<extra></extra>",
    line: { color: "var(--measured)", width: codec === state.codec ? 2.5 : 1, dash: codecStyle(index).dash },
    marker: { color: "var(--measured)", symbol: codecStyle(index).symbol, size: 7 },
  }));
  const all = curves.flatMap(({ x }) => x);
  const ends = [Math.min(...all), Math.max(...all)];
  const across = (name, value, colour, { dash, width = 2 }) => ({
    type: "scatter",
    mode: "lines",
    name,
    x: ends,
    y: [value, value],
    hovertemplate: "%{y:,.4~g} GB<extra>%{fullData.name}</extra>",
    line: { color: colour, width, dash },
  });
  const latents = latentsOf(state, data).map(({ name, latent }, index) =>
    across(name, gigabytes(latentBitsPerPixel(latent, size, state.clipFrames)), "var(--modelled)", latentStyle(index)),
  );
  const chosen = encodingOf(state, data);
  const video = gigabytes(videoBitsAt(size, state, data));
  const here =
    state.codec === OWN || chosen.psnrDb === null
      ? across(state.codec === OWN ? "b of your own" : chosen.title, video, "var(--published)", { dash: "dot" })
      : {
          type: "scatter",
          mode: "markers",
          name: chosen.title,
          x: [chosen.psnrDb],
          y: [video],
          hovertemplate: "%{y:,.4~g} GB<extra>%{fullData.name}</extra>",
          marker: { color: "rgba(0,0,0,0)", size: 15, line: { color: "var(--ink)", width: 2 } },
        };
  const measuredHere = judged.filter(({ known }) => known.some(({ height, width }) => height === size[0] && width === size[1]));
  return {
    words:
      `Bytes of ${number(state.hours)} hours over the quality of the video, as PSNR of RGB at ` +
      `${ANCHOR[1]} × ${ANCHOR[0]} [measured]; ${measuredHere.length} of the ${judged.length} points are measured at this ` +
      "size, the others carried to it by a power law [modelled]. Level lines are latents [modelled], whatever they decode to.",
    figure: {
      data: [...curves, ...latents, here],
      layout: {
        ...FRAME,
        xaxis: fixed({ title: { text: "PSNR of the video, dB" } }),
        yaxis: fixed({ type: "log", title: { text: "GB" }, dtick: "D2", tickformat: ",~r" }),
      },
    },
  };
}

const drawn = new WeakMap(); // element -> what it shows, without the ring

/** Draw a chart into its element, this many pixels wide or as wide as paper; done when Plotly is. */
export async function draw(element, width, printing, { figure, words }) {
  const Plotly = await loadPlotly();
  element.setAttribute("aria-label", words.replace(/ \[\w+\]/g, "")); // badges are for the caption
  const data = withColours(figure.data);
  const ring = data.at(-1);
  const layout = { ...layoutOf(figure, width), width: printing ? PAPER : undefined };
  const rest = JSON.stringify([data.slice(0, -1), layout, width]);
  // A slider that only moves the ring along the curves leaves axes and curves as they are.
  if (drawn.get(element) === rest && ring.mode === "markers" && within(element, ring)) {
    const { x, y } = ring;
    const at = { data: [{ x, y }], traces: [data.length - 1] };
    const atOnce = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };
    return Plotly.animate(element, at, atOnce);
  }
  await Plotly.react(element, data, layout, CONFIG);
  drawn.set(element, ring.mode === "markers" ? rest : null);
}

/** Whether all of a trace lies inside the axes as they are drawn. */
function within(element, { x, y }) {
  const { xaxis, yaxis } = element.layout;
  const inside = (values, { type, range }) =>
    values.map((value) => (type === "log" ? Math.log10(value) : value)).every((at) => at > range[0] && at < range[1]);
  return inside(x, xaxis) && inside(y, yaxis);
}
