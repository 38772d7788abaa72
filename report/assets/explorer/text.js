// Numbers as words, as analysis/site/text.py writes them.

const UNITS = [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3]];

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** A positive value in digits × 10^exponent with this many digits, halves to the even one. */
function rounded(value, digits) {
  const split = (text) => {
    const [mantissa, exponent] = text.split("e");
    return [mantissa.replace(".", ""), Number(exponent)];
  };
  const [longer, place] = split(value.toExponential(digits));
  if (Number(`${longer}e${place - digits}`) === value && longer.endsWith("5")) {
    const shorter = longer.slice(0, -1);
    if (Number(shorter.at(-1)) % 2 === 0) return [shorter, place];
  }
  return split(value.toExponential(digits - 1));
}

/** A number with this many significant digits; whole ones above that precision keep all theirs. */
export function number(value, digits = 3) {
  if (value === 0) return digits > 1 ? `0.${"0".repeat(digits - 1)}` : "0";
  if (value >= 10 ** digits) {
    const whole = Math.floor(value);
    const odd = value - whole === 0.5 && whole % 2 === 0 ? whole : Math.round(value);
    return grouped(BigInt(odd).toString());
  }
  const [figures, place] = rounded(value, digits);
  if (place < 0) return `0.${"0".repeat(-place - 1)}${figures}`;
  const whole = figures.slice(0, place + 1).padEnd(place + 1, "0");
  const fraction = figures.slice(place + 1);
  return fraction ? `${grouped(whole)}.${fraction}` : grouped(whole);
}

/** Bytes in the decimal unit that fits: "811 GB". */
export function size(bytes, digits = 3) {
  for (const [unit, power] of UNITS) {
    if (bytes >= power) return `${number(bytes / power, digits)} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}
