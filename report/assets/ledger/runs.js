// The runs that the page lists, and their figures, which are fetched when they are asked for.

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} kind
 * @property {string} profile
 * @property {string} machine
 * @property {string} created ISO 8601, UTC
 * @property {string} json address of its file
 * @property {string} csv address of its figures
 * @property {HTMLDetailsElement} entry
 *
 * @typedef {object} Figure
 * @property {number} value
 * @property {number | null} low the ends of the 95 % interval, absent where it is not sampled
 * @property {number | null} high
 * @property {number | null} n
 * @property {string} unit
 */

/** @type {Run[]} newest first */
export const RUNS = [...document.querySelectorAll("details.run")].map((entry) => {
  const { run: id, kind, profile, machine, created, json, csv } = entry.dataset;
  return { id, kind, profile, machine, created, json, csv, entry };
});

/** What is said where the figures of a run do not come. */
export const NOT_LOADED =
  "The figures could not be loaded; open the site through a server (make serve).";

/** The runs of a kind, newest first. */
export const runsOf = (kind) => RUNS.filter((run) => run.kind === kind);

/** A run in a few words. */
export const titleOf = (run) => `${dateOf(run)} · ${run.profile} · ${run.machine}`;

/** "2026-11-25 06:54" */
export const dateOf = (run) => run.created.slice(0, 16).replace("T", " ");

const CELL = /("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/g;

/** The rows of a CSV text, each an array of texts. */
export function rowsOf(text) {
  const rows = [];
  let row = [];
  for (const [, cell, end] of text.trimEnd().matchAll(CELL)) {
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ",") continue;
    rows.push(row);
    if (end === "") break;
    row = [];
  }
  return rows;
}

const numberOf = (cell) => (cell === "" ? null : Number(cell));
const fetched = new Map();

async function fetchFigures(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const [, ...rows] = rowsOf(await answer.text());
  return new Map(
    rows.map(([figure, value, low, high, n, unit]) => [
      figure,
      { value: Number(value), low: numberOf(low), high: numberOf(high), n: numberOf(n), unit },
    ]),
  );
}

/**
 * The figures of a run by name, in the order of its results.
 * @param {Run} run
 * @returns {Promise<Map<string, Figure>>}
 */
export function figuresOf(run) {
  if (!fetched.has(run.csv)) {
    const figures = fetchFigures(run.csv);
    figures.catch(() => fetched.delete(run.csv)); // asked again, it is tried again
    fetched.set(run.csv, figures);
  }
  return fetched.get(run.csv);
}
