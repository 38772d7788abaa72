// Makes one viewer of the pictures in each <div class="viewer">: two of them, one over the other,
// with a slider between, or their difference; of the whole frame or of the status bar, enlarged.

const DIFFERENCE = "difference"; // the class of the stage
const HALVES = 2; // the status bar is shown in so many parts, each over the whole width

let count = 0;

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A labelled control; the label stands above it. */
function labelled(text, control) {
  control.id = `viewer-control-${++count}`;
  const label = element("label", { htmlFor: control.id, textContent: text });
  return element("div", { className: "viewer-control" }, [label, control]);
}

function choice(options) {
  const made = options.map(([value, text]) => element("option", { value, textContent: text }));
  return element("select", { className: "form-select form-select-sm" }, made);
}

const picturesOf = (frame) => [...frame.querySelectorAll("figure[data-shows]")];

function build(viewer) {
  const frames = [...viewer.querySelectorAll(".viewer-frame")];
  if (!frames.length) return;
  const names = picturesOf(frames[0]).map((figure) => [figure.dataset.shows, figure.dataset.title]);
  const parts = [["whole", "whole frame"]];
  if (frames[0].dataset.hudRow) parts.push(["0", "status bar, left half"], ["1", "status bar, right half"]);

  const frame = choice(frames.map((each, index) => [index, each.querySelector(".viewer-title").textContent]));
  const [left, right] = [choice(names), choice(names)];
  right.value = names.at(-1)[0];
  const part = choice(parts);
  const slider = element("input", { type: "range", min: 0, max: 100, value: 50, className: "form-range" });
  const difference = element("input", { type: "checkbox", className: "form-check-input" });
  const layers = ["viewer-left", "viewer-right"].map((side) => {
    const image = element("img", { draggable: false });
    return { image, box: element("div", { className: `viewer-layer ${side}` }, [image]) };
  });
  const divider = element("div", { className: "viewer-divider" });
  const stage = element("div", { className: "viewer-stage" }, [...layers.map(({ box }) => box), divider]);
  const said = element("p", { className: "viewer-said", ariaLive: "polite" });

  function show() {
    const { dataset } = frames[frame.value];
    const [width, height] = [Number(dataset.width), Number(dataset.height)];
    const whole = part.value === "whole";
    const rows = whole ? height : height - Number(dataset.hudRow);
    stage.style.aspectRatio = `${whole ? width : width / HALVES} / ${rows}`;
    stage.classList.toggle("viewer-zoomed", !whole);
    const words = [left, right].map((side, index) => {
      const figure = picturesOf(frames[frame.value]).find(({ dataset: own }) => own.shows === side.value);
      const original = figure.querySelector("img");
      const { image } = layers[index];
      if (image.src !== original.src) image.src = original.src;
      image.alt = original.alt;
      image.style.width = whole ? "100%" : `${100 * HALVES}%`;
      image.style.left = whole ? "0" : `${-100 * Number(part.value)}%`;
      return `${figure.dataset.title} (${figure.querySelector("span").textContent})`;
    });
    stage.classList.toggle(DIFFERENCE, difference.checked);
    slider.disabled = difference.checked;
    said.textContent = difference.checked
      ? `Absolute difference, four times as bright: ${words[0]} and ${words[1]}`
      : `Left: ${words[0]} · right: ${words[1]}`;
    move();
  }

  function move() {
    stage.style.setProperty("--divider", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} % of the width shows the left picture`);
  }

  function drag(event) {
    if (event.buttons === 0 || difference.checked) return;
    const box = stage.getBoundingClientRect();
    slider.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    move();
  }

  [frame, left, right, part, difference].forEach((control) => control.addEventListener("change", show));
  slider.addEventListener("input", move);
  stage.addEventListener("pointerdown", drag);
  stage.addEventListener("pointermove", drag);

  const check = element("div", { className: "viewer-control viewer-check" });
  const box = labelled("Difference", difference);
  check.append(...[...box.children].reverse());
  const controls = element("div", { className: "viewer-controls" }, [
    labelled("Frame", frame),
    labelled("Left", left),
    labelled("Right", right),
    labelled("Part", part),
    check,
  ]);
  frames.forEach((each) => (each.hidden = true));
  viewer.prepend(controls, stage, labelled("Divider", slider), said);
  show();
  viewer.dataset.built = "yes";
}

document.querySelectorAll("div.viewer").forEach(build);
