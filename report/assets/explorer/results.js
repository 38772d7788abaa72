// The explorer's figures: a sentence, a table, formulas and commands, as elements.

import { element } from "../element.js";
import { formula } from "./formulas.js";
import { commandOf, encodingOf, OWN, sizeName, videoBits } from "./scenario.js";
import { number, size } from "./text.js";

const MARK = /\[(measured|modelled|published)\]/;

/** Text in which "[measured]" and its like become badges. */
export function marked(text) {
  return text.split(MARK).map((part, index) => (index % 2 ? element("span", { className: part, textContent: part }) : part));
}

const yes = (fits) => (fits ? "yes" : "no");

/** Rows of the table: what it is, its key, and how it reads for latents and for the video. */
const ROWS = [
  ["bits per pixel", "bitsPerPixel", (c) => [c.latentBitsPerPixel, number], (c) => [c.videoBitsPerPixel, number]],
  ["MB per minute", "mbPerMin", (c) => [c.latentMbPerMin, number], (c) => [c.videoMbPerMin, number]],
  ["all of it", "bytes", (c) => [c.latentBytes, size], (c) => [c.videoBytes, size]],
  ["smaller than raw, times", "compression", (c) => [c.autoencoderCompression, number], (c) => [c.videoCompression, number]],
  ["R, latents over video", "ratio", (c) => [c.ratio, number]],
  ["smallest whole t for R < 1", "smallestTemporalFactor", (c) => [c.smallestTemporalFactor, String]],
  ["tokens per second", "tokensPerSecond", (c) => [c.tokensPerSecond, (value) => number(value, 4)]],
  ["GPU-hours to encode", "gpuHours", (c) => [c.gpuHours, (value) => (value === null ? "not counted" : number(value))]],
  ["fits in memory", "fitsRam", (c) => [c.latentFits.ram, yes], (c) => [c.videoFits.ram, yes]],
  ["fits on the disk", "fitsDisk", (c) => [c.latentFits.disk, yes], (c) => [c.videoFits.disk, yes]],
];

function cell(key, column, found) {
  if (!found) return element("td");
  const [value, words] = found;
  const made = element("td", { textContent: words(value) });
  Object.assign(made.dataset, { figure: key, of: column, value });
  return made;
}

/** A table with a column for the video and one for each autoencoder. */
export function table(calculations, state, data, video) {
  const bits = videoBits(state, data);
  const heading = (...words) => element("th", { scope: "col" }, ...words);
  const badge = bits.provenance ? ` [${bits.provenance}]` : "";
  const head = element(
    "tr",
    {},
    element("td"),
    heading(...marked(`${videoTitle(state, data)}${badge}`)),
    ...calculations.map(({ name }) => heading(...marked(`${name} [modelled]`))),
  );
  const body = ROWS.map(([name, key, ofLatents, ofVideo]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", textContent: name }),
      cell(key, "video", ofVideo?.(video)),
      ...calculations.map((calculation) => cell(key, calculation.id, ofLatents(calculation))),
    ),
  );
  return element("table", { className: "table" }, element("thead", {}, head), element("tbody", {}, ...body));
}

export function videoTitle(state, data) {
  return state.codec === OWN ? "video, b of your own" : encodingOf(state, data).title;
}

/** Who is smaller, in a sentence. */
export function answer(calculations, state, data) {
  const bits = videoBits(state, data);
  const sampled = bits.interval ? ` (${bits.interval})` : "";
  const badge = bits.provenance ? ` [${bits.provenance}]` : "";
  const start = `At ${sizeName(state, data)}, ${videoTitle(state, data)} takes ${number(bits.value)} bits per pixel${sampled}${badge}.`;
  const of = ({ name, ratio }) => `${name} (R = ${number(ratio)})`;
  const smaller = calculations.filter(({ ratio }) => ratio < 1);
  const others = calculations.filter(({ ratio }) => ratio >= 1);
  return [
    start,
    smaller.length ? `Smaller than that as ${state.format} latents: ${smaller.map(of).join(", ")}.` : "",
    others.length ? `Not smaller: ${others.map(of).join(", ")}.` : "",
    calculations.length ? "" : "Choose an autoencoder.",
  ]
    .filter(Boolean)
    .join(" ");
}

/** One equation for each autoencoder, named. */
export function formulas(calculations, state) {
  return calculations.map((calculation) =>
    element("figure", {}, element("figcaption", { textContent: calculation.name }), ...formula(calculation, state)),
  );
}

/** One command a line. */
export function commands(calculations, state, data) {
  return calculations.map(({ id }) => commandOf(id, state, data)).join("\n");
}
