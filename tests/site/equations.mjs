// Holds the explorer's equations and words to test vectors; runs in node and in a browser.
//
// A vector is { equation, arguments, expected }; the names are those of storage.js and text.js.

const CLOSE = 1e-12;

function equal(found, expected) {
  if (typeof expected === "number") return Math.abs(found - expected) <= CLOSE * Math.abs(expected);
  if (typeof expected === "string") return found === expected;
  return Object.entries(expected).every(([name, value]) => equal(found[name], value));
}

/** One sentence for each vector that comes out otherwise. */
export function differences(equations, vectors) {
  return vectors
    .map((vector) => [vector, equations[vector.equation](...vector.arguments)])
    .filter(([vector, found]) => !equal(found, vector.expected))
    .map(([vector, found]) => `${JSON.stringify(vector)} came out as ${JSON.stringify(found)}`);
}

if (globalThis.process?.argv[2]) {
  const [explorer, file] = process.argv.slice(2);
  const { readFileSync } = await import("node:fs");
  const equations = { ...(await import(`${explorer}/storage.js`)), ...(await import(`${explorer}/text.js`)) };
  console.log(JSON.stringify(differences(equations, JSON.parse(readFileSync(file, "utf8")))));
}
