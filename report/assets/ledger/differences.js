// Two runs of a kind, figure by figure, by the rule of analysis/ledger/compare.py.

/**
 * @typedef {import("./runs.js").Figure} Figure
 *
 * @typedef {object} Difference
 * @property {string} figure
 * @property {Figure | undefined} first absent where that run has no such figure
 * @property {Figure | undefined} second
 * @property {number | null} relative (second - first) / first
 * @property {boolean} beyond whether sampling does not explain it: the intervals do not meet, or
 *   figures without an interval are unequal
 */

const endsOf = ({ value, low, high }) => (low === null || high === null ? [value, value] : [low, high]);

function beyond(first, second) {
  if (!first || !second) return true;
  const [a, b] = [endsOf(first), endsOf(second)];
  return a[1] < b[0] || b[1] < a[0];
}

function relative(first, second) {
  return first && second && first.value !== 0 ? second.value / first.value - 1 : null;
}

/**
 * @param {Map<string, Figure>} one
 * @param {Map<string, Figure>} other
 * @returns {Difference[]} in the order of the first run
 */
export function differences(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])].map((figure) => {
    const [first, second] = [one.get(figure), other.get(figure)];
    const sides = [first, second];
    return { figure, first, second, relative: relative(...sides), beyond: beyond(...sides) };
  });
}
