// The theme that the reader sees: its colours, and a call whenever it changes.

const VARIABLE = /^var\((--[\w-]+)\)$/;

const tokens = new Map(); // asking for a style costs a layout, and plots ask for the same few

/** The value of a custom property of the style sheet, such as "--measured", in today's theme. */
export function token(name) {
  if (!tokens.has(name)) tokens.set(name, getComputedStyle(document.body).getPropertyValue(name).trim());
  return tokens.get(name);
}

/** A copy of a JSON value in which every string "var(--name)" is the colour of that name. */
export function withColours(value) {
  if (Array.isArray(value)) return value.map(withColours);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withColours(inner)]));
  }
  const name = typeof value === "string" && value.match(VARIABLE);
  return name ? token(name[1]) : value;
}

/** Call back after every change of theme. Both renderers toggle a class, Quarto on the body. */
export function onThemeChange(callback) {
  const isDark = () => document.querySelector(".quarto-dark") !== null;
  let dark = isDark();
  const observer = new MutationObserver(() => {
    if (isDark() === dark) return;
    dark = isDark();
    callback();
  });
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributeFilter: ["class"] });
  }
}

onThemeChange(() => tokens.clear());

// Paper is light, whatever the screen shows.
let dark = [];
addEventListener("beforeprint", () => {
  dark = [...document.querySelectorAll(".quarto-dark")];
  dark.forEach((element) => element.classList.remove("quarto-dark"));
  tokens.clear();
});
addEventListener("afterprint", () => {
  dark.forEach((element) => element.classList.add("quarto-dark"));
  tokens.clear();
});
