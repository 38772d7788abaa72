// The equation of R as MathML, in symbols and with the numbers of a choice.

import { effectiveTemporalFactor, latentGrid } from "./storage.js";
import { number } from "./text.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

function math(name, ...children) {
  const made = document.createElementNS(MATHML, name);
  made.append(...children);
  return made;
}

const symbol = (text) => math("mi", text);
const value = (text) => math("mn", text);
const sign = (text) => math("mo", text);
const row = (...children) => math("mrow", ...children);

/** Factors with a sign of multiplication between them. */
function product(...factors) {
  return row(...factors.flatMap((factor, index) => (index ? [sign("·"), factor] : [factor])));
}

const ceiling = (above, below) => row(sign("⌈"), math("mfrac", above, below), sign("⌉"));

/** R = 8cp⌈H/s⌉⌈W/s⌉ / (bHWt), in symbols, and then in numbers on the same line if there is room. */
export function formula({ latent, ratio, videoBitsPerPixel }, { height, width, clipFrames }) {
  const [rows, columns] = latentGrid(latent, [height, width]);
  const factor = effectiveTemporalFactor(latent, clipFrames);
  const [h, w, s] = [symbol("H"), symbol("W"), () => symbol("s")];
  const symbols = math(
    "mfrac",
    product(value("8"), symbol("c"), symbol("p"), ceiling(h, s()), ceiling(w, s())),
    product(symbol("b"), symbol("H"), symbol("W"), symbol("t")),
  );
  const numbers = math(
    "mfrac",
    product(...[8, latent.channels, latent.bytesPerValue, rows, columns].map((each) => value(exact(each)))),
    product(...[videoBitsPerPixel, height, width, factor].map((each) => value(exact(each)))),
  );
  return [
    displayed(symbol("R"), sign("="), symbols),
    " ",
    displayed(sign("="), numbers, sign("="), value(number(ratio))),
  ];
}

/** Mathematics as large as a display, in a line of text. */
function displayed(...children) {
  const made = math("math", ...children);
  made.setAttribute("displaystyle", "true");
  return made;
}

/** Whole numbers as they are, others with four significant digits. */
function exact(each) {
  return Number.isInteger(each) ? String(each) : number(each, 4);
}
