// Numbers and tables as the page of the ledger shows them.

import { element } from "../element.js";

const FEW = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** Four significant digits; whole numbers, and those above ten thousand, to the last one. */
export const shown = (value) =>
  (Number.isInteger(value) || Math.abs(value) >= 10_000 ? WHOLE : FEW).format(value);

/** "0.570 (0.49 to 0.66, n = 12)" as far as the figure has these. */
export function estimated({ value, low, high, n }) {
  const said = [low === null ? "" : `${shown(low)} to ${shown(high)}`, n === null ? "" : `n = ${n}`];
  const known = said.filter(Boolean).join(", ");
  return known ? `${shown(value)} (${known})` : shown(value);
}

/**
 * A table whose first columns are text and the others numbers.
 * @param {string[]} headers
 * @param {(string | Node)[][]} rows
 * @param {Set<number>} numeric columns that are set right
 */
export function tableOf(headers, rows, numeric) {
  const right = (column) => (numeric.has(column) ? { style: "text-align: right" } : {});
  const head = headers.map((text, column) =>
    element("th", { scope: "col", ...right(column) }, text),
  );
  const body = rows.map((cells) =>
    element("tr", {}, ...cells.map((cell, column) => element("td", right(column), cell))),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

/** The options of a <select>, the chosen one among them; `texts` by value. */
export function setOptions(select, texts, value) {
  select.replaceChildren(
    ...Object.entries(texts).map(([option, text]) => element("option", { value: option }, text)),
  );
  select.value = value;
}
