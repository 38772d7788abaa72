// How curves look, and the legend that both charts share: a pattern for each autoencoder, a symbol for
// each codec, the colour for where a figure comes from.

const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
const SVG = "http://www.w3.org/2000/svg";

/** What Plotly and the legend draw for each: a dash pattern in pixels, and a path around 0, 0. */
const STROKES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "12 4", longdashdot: "12 3 2 3" };
const PATHS = {
  circle: "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z",
  square: "M-3.6-3.6H3.6V3.6H-3.6Z",
  diamond: "M0-5 5 0 0 5-5 0Z",
  "triangle-up": "M0-4.6 4.6 3.4H-4.6Z",
  cross: "M-1.5-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z",
  star: "M0-5 1.4-1.8 5-1.5 2.2.8 3.1 4.2 0 2.3-3.1 4.2-2.2.8-5-1.5-1.4-1.8Z",
};

const turn = (index, list) => Math.floor(index / list.length);

/** How the chosen autoencoder at this index is drawn: once all patterns are used, wider, with another symbol. */
export const latentStyle = (index) => ({
  dash: DASHES[index % DASHES.length],
  width: 2 + turn(index, DASHES),
  symbol: SYMBOLS[(index + turn(index, DASHES)) % SYMBOLS.length],
});

/** How the codec at this index is drawn: once all symbols are used, with another pattern. */
export const codecStyle = (index) => ({
  dash: DASHES[turn(index, SYMBOLS) % DASHES.length],
  width: 2,
  symbol: SYMBOLS[index % SYMBOLS.length],
});

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function swatch({ dash, width, symbol, colour }) {
  const line = drawn("path", { d: "M-17 0H17", fill: "none", stroke: colour, "stroke-width": width, "stroke-dasharray": STROKES[dash] });
  const picture = drawn("svg", { viewBox: "-18 -8 36 16", width: 36, height: 16, "aria-hidden": "true" });
  picture.append(line, drawn("path", { d: PATHS[symbol], fill: colour }));
  return picture;
}

function entry(text, look) {
  const made = document.createElement("li");
  made.append(swatch(look), text);
  return made;
}

/** One entry each for the chosen autoencoders, and for the codecs. */
export function legend(names, codecTitles) {
  return [
    ...names.map((name, index) => entry(name, { ...latentStyle(index), colour: "var(--modelled)" })),
    ...codecTitles.map((title, index) => entry(title, { ...codecStyle(index), colour: "var(--measured)" })),
  ];
}
