// Makes one viewer of the pictures in each <div class="viewer">: two of them, one over the other,
// with a slider between, or their difference; of the whole frame or of a part of it, enlarged.

import { choice, labelled, range, tick } from "./controls.js";
import { element } from "./element.js";
import { Stage } from "./viewer-stage.js";

const MAGNIFICATIONS = [2, 3, 4, 6, 8];
const STEPS = 100; // of the sliders that move something

/** The figures of a frame in the order of the page's author, not of the fold. */
const picturesOf = (frame) =>
  [...frame.querySelectorAll("figure[data-shows]")].sort((a, b) => a.dataset.place - b.dataset.place);

/** What can be chosen: names of pictures by their way, those of a group one after the other. */
function waysOf(frame) {
  const ways = new Map();
  for (const { dataset } of picturesOf(frame)) {
    const text = dataset.way ?? dataset.title;
    if (!ways.has(text)) ways.set(text, { text, group: dataset.group, figures: [] });
    ways.get(text).figures.push(dataset);
  }
  return [...ways.values()];
}

/** The controls of one side: the way, and where a way has several pictures its quality. */
function sideControls(name, ways, first, changed) {
  const way = choice(ways.map(({ text, group }, index) => ({ value: String(index), text, group })));
  const quality = range(0, 0);
  const qualityControl = labelled(`${name}: quality`, quality);
  const of = () => ways[way.value].figures;
  const chosen = () => of()[quality.value] ?? of()[0];

  function offer(index) {
    quality.max = of().length - 1;
    quality.value = index;
    qualityControl.hidden = of().length === 1;
  }

  /** The picture whose bytes are nearest to those of the one before. */
  function nearest(bits) {
    const far = ({ bits: own }) => Math.abs(Math.log(own / bits));
    const distances = of().map(far);
    return bits ? distances.indexOf(Math.min(...distances)) : of().length >> 1;
  }

  let { bits } = first;
  way.value = String(ways.findIndex(({ figures }) => figures.includes(first)));
  offer(of().indexOf(first));
  way.addEventListener("change", () => {
    offer(nearest(bits));
    changed();
  });
  quality.addEventListener("input", changed);
  const group = element(
    "div",
    { className: "viewer-side", role: "group", ariaLabel: `${name} picture` },
    labelled(name, way),
    qualityControl,
  );
  return {
    group,
    shows: () => chosen().shows,
    /** Says what is shown to who cannot see the slider's place. */
    say(text) {
      bits = chosen().bits ?? bits;
      quality.setAttribute("aria-valuetext", text);
      const label = qualityControl.querySelector("label");
      label.textContent = `${name}: ${chosen().quality ?? ""}`;
    },
  };
}

/** The controls of what is seen: the whole frame, the status bar or any part, enlarged. */
function sightControls(frames, changed) {
  const parts = [["whole", "whole frame"], ["hud", "status bar, enlarged"], ["any", "any part, enlarged"]];
  if (!frames[0].dataset.hudRow) parts.splice(1, 1);
  const part = choice(parts.map(([value, text]) => ({ value, text })));
  const times = choice(MAGNIFICATIONS.map((each) => ({ value: String(each), text: `${each} ×` })));
  times.value = "3";
  const [across, down] = [range(STEPS, STEPS / 2), range(STEPS, STEPS / 2)];
  const enlarged = [labelled("Magnification", times), labelled("Across", across), labelled("Down", down)];
  for (const control of [part, times]) control.addEventListener("change", changed);
  for (const control of [across, down]) control.addEventListener("input", changed);
  return {
    controls: [labelled("Part", part), ...enlarged],
    sight({ width, height, hudRow }) {
      const whole = part.value === "whole";
      enlarged.forEach((control) => (control.hidden = whole));
      enlarged[2].hidden = part.value !== "any";
      return {
        width: Number(width),
        height: Number(height),
        top: part.value === "hud" ? Number(hudRow) : 0,
        bottom: Number(height),
        magnification: whole ? 0 : Number(times.value),
        across: across.value / STEPS,
        down: down.value / STEPS,
      };
    },
  };
}

function build(viewer) {
  const frames = [...viewer.querySelectorAll(".viewer-frame")];
  if (!frames.length) return;
  const titleOf = (frame) => frame.querySelector(".viewer-title").textContent;
  const frame = choice(frames.map((each, index) => ({ value: String(index), text: titleOf(each) })));
  const ways = waysOf(frames[0]);
  const figures = ways.flatMap((way) => way.figures);
  const named = (shows) => figures.find((figure) => figure.shows === shows);
  const { left: first = figures[0].shows, right: last = figures.at(-1).shows } = frames[0].dataset;
  const sides = [
    sideControls("Left", ways, named(first), show),
    sideControls("Right", ways, named(last), show),
  ];
  const seen = sightControls(frames, show);
  const difference = tick("Difference");
  const divider = range(STEPS, STEPS / 2);
  const stage = new Stage();
  const said = ["Left", "Right"].map((side) => element("p", { className: `viewer-said-${side.toLowerCase()}` }));

  function show() {
    const shown = frames[frame.value];
    const isDifference = difference.box.checked;
    const chosen = sides.map((side) =>
      picturesOf(shown).find(({ dataset }) => dataset.shows === side.shows()),
    );
    stage.show(chosen.map((figure) => figure.querySelector("img")), seen.sight(shown.dataset), isDifference);
    chosen.forEach((figure, index) => {
      const { title } = figure.dataset;
      const values = figure.querySelector("span").textContent;
      sides[index].say(`${title}: ${values}`);
      said[index].replaceChildren(element("strong", { textContent: title }), ` ${values}`);
    });
    divider.disabled = isDifference;
    caption.textContent = isDifference ? "Absolute difference of the two, four times as bright" : "";
    move();
  }

  function move() {
    stage.divide(divider.value / STEPS);
    divider.setAttribute("aria-valuetext", `${divider.value} % of the width shows the left picture`);
  }

  function drag(event) {
    if (event.buttons === 0 || difference.box.checked) return;
    const box = stage.element.getBoundingClientRect();
    divider.value = Math.round((STEPS * (event.clientX - box.left)) / box.width);
    move();
  }

  const caption = element("p", { className: "viewer-difference" });
  [frame, difference.box].forEach((control) => control.addEventListener("change", show));
  divider.addEventListener("input", move);
  stage.element.addEventListener("pointerdown", drag);
  stage.element.addEventListener("pointermove", drag);
  const controls = element(
    "div",
    { className: "viewer-controls" },
    frames.length > 1 ? labelled("Frame", frame) : element("p", { className: "viewer-title", textContent: titleOf(frames[0]) }),
    ...sides.map(({ group }) => group),
    ...seen.controls,
    difference.made,
  );
  frames.forEach((each) => (each.hidden = true));
  viewer.prepend(
    controls,
    stage.element,
    labelled("Divider", divider),
    element("div", { className: "viewer-said", ariaLive: "polite" }, ...said, caption),
  );
  show();
  viewer.dataset.built = "yes";
}

document.querySelectorAll("div.viewer").forEach(build);
