// The explorer: the form, the figures and the charts follow one state, and so does the address.

import { onThemeChange } from "../theme.js";
import { bytesChart, draw, ratioChart } from "./charts.js";
import { legend } from "./legend.js";
import { answer, commands, formulas, marked, table } from "./results.js";
import { calculate, encodingOf, family, OWN, queryOf, sizeName, stateOf, videoBits } from "./scenario.js";
import { number } from "./text.js";

const SAID_AFTER = 300; // milliseconds that the sentence waits, so that a screen reader is not flooded
const ONE_ENTRY = 1000; // milliseconds within which changes of one control are one step of the history
const CHARTS = { ratio: ratioChart, bytes: bytesChart };
const TYPED = ["width", "height", "fps", "hours", "bitsPerPixel", "ramGb", "diskGb"];
const OWN_SHAPE = ["spatial", "channels", "temporal"];

class Explorer {
  #root;
  #data;
  #form;
  #state;
  #saying;
  #frame;
  #named;
  #widths = new Map();
  #printing = false;
  #changed = { name: "", at: 0 };

  constructor(root) {
    this.#root = root;
    this.#data = JSON.parse(root.querySelector("script").textContent);
    this.#form = root.querySelector("form");
    this.#form.addEventListener("input", (event) => this.#changedBy(event.target));
    this.#form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.#show(this.#data.defaults);
      this.#remember("reset");
      this.#status("Everything is as it was at first.");
    });
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.elements.copy.addEventListener("click", () => this.#copy());
    // Asking for a width right after the table has changed would lay the page out twice.
    const sized = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) this.#widths.set(target, contentRect.width);
      this.#draw();
    });
    addEventListener("popstate", () => this.#restore());
    onThemeChange(() => this.#draw());
    addEventListener("beforeprint", () => this.#drawFor(true)); // in the light theme that paper has
    addEventListener("afterprint", () => this.#drawFor(false));
    this.#form.hidden = this.#part("results").hidden = false;
    for (const each of document.querySelectorAll(".explorer-static")) each.hidden = true;
    for (const box of root.querySelectorAll("[data-chart]")) {
      this.#widths.set(box, box.clientWidth);
      sized.observe(box);
    }
    this.#restore();
  }

  #part(name) {
    return this.#root.querySelector(`.explorer-${name}`);
  }

  #status(text) {
    this.#part("status").textContent = text;
  }

  #restore() {
    const { state, lost } = stateOf(location.search, this.#data);
    this.#show(state);
    this.#status(lost.length ? `Not understood in this link, and left as it was at first: ${lost.join(", ")}.` : "");
  }

  /** Put a state into the form and show what follows. */
  #show(state) {
    this.#state = state;
    const { elements } = this.#form;
    for (const name of TYPED) elements[name].value = state[name];
    for (const name of OWN_SHAPE) elements[name].value = state.own[name];
    elements.causal.checked = state.own.causal;
    elements.clipFrames.value = state.clipFrames ?? "";
    for (const name of ["format", "codec", "device"]) elements[name].value = state[name];
    for (const box of elements.autoencoder) box.checked = state.autoencoders.includes(box.value);
    this.#update();
  }

  #changedBy(control) {
    this.#state = { ...this.#state, ...this.#read(control) };
    this.#status("");
    this.#update(control);
    this.#remember(control.name);
  }

  /** What a control changes; nothing while what is typed into it is no valid value. */
  #read(control) {
    const { name } = control;
    const state = this.#state;
    const valid = control.validity.valid && (name === "clipFrames" || control.value !== "");
    if (control.type === "number") control.setAttribute("aria-invalid", String(!valid));
    if (!valid) return {};
    if (name === "resolution") {
      const { height, width } = this.#data.resolutions[control.value];
      return { height, width };
    }
    if (name === "quality") return { quality: family(state.codec, this.#data)[control.value].quality };
    if (name === "codec") return { codec: control.value, ...this.#likeQuality(control.value) };
    if (name === "clipFrames") return { clipFrames: control.value === "" ? null : Number(control.value) };
    if (name === "causal") return { own: { ...state.own, causal: control.checked } };
    if (OWN_SHAPE.includes(name)) return { own: { ...state.own, [name]: Number(control.value) } };
    if (name === "autoencoder") {
      const boxes = [...this.#form.elements.autoencoder];
      return { autoencoders: boxes.filter((box) => box.checked).map((box) => box.value) };
    }
    return { [name]: TYPED.includes(name) ? Number(control.value) : control.value };
  }

  /** The quality of another codec that comes nearest to the one shown. */
  #likeQuality(codec) {
    const choices = family(codec, this.#data);
    if (!choices.length) return {};
    const wanted = encodingOf(this.#state, this.#data)?.psnrDb ?? encodingOf(this.#data.defaults, this.#data).psnrDb;
    const off = ({ psnrDb }) => Math.abs((psnrDb ?? wanted) - wanted);
    return { quality: choices.reduce((best, each) => (off(each) < off(best) ? each : best)).quality };
  }

  #update(by) {
    const state = this.#state;
    const calculations = calculate(state, this.#data);
    // The video's own figures do not depend on an autoencoder; one is needed to ask the equations.
    const video = calculations[0] ?? calculate({ ...state, autoencoders: [OWN] }, this.#data)[0];
    this.#followForm(by);
    const shown = table(calculations, state, this.#data, video);
    this.#part("table").replaceChildren(shown);
    this.#nameCurves(calculations.map(({ name }) => name));
    this.#part("formulas").replaceChildren(...formulas(calculations, state));
    this.#part("commands").firstElementChild.textContent = commands(calculations, state, this.#data);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(
      () => this.#part("answer").replaceChildren(...marked(answer(calculations, state, this.#data))),
      this.#part("answer").hasChildNodes() ? SAID_AFTER : 0,
    );
    this.#draw();
  }

  /** The legend changes with the autoencoders alone, and sliders do not wait for it. */
  #nameCurves(names) {
    if (String(names) === this.#named) return;
    this.#named = String(names);
    const judged = this.#data.encodings.filter(({ psnrDb }) => psnrDb !== null);
    const titles = new Set(judged.map(({ codecTitle }) => codecTitle));
    this.#part("legend").replaceChildren(...legend(names, [...titles]));
  }

  /** Set what follows from other controls: sliders, their words, and what cannot be used now. */
  #followForm(by) {
    const { elements } = this.#form;
    const state = this.#state;
    const data = this.#data;
    const pixels = state.width * state.height;
    const off = ({ height, width }) => Math.abs(Math.log((height * width) / pixels));
    const nearest = data.resolutions.reduce((best, each) => (off(each) < off(best) ? each : best));
    this.#slide(elements.resolution, data.resolutions.indexOf(nearest), data.resolutions.length, sizeName(state, data), by);
    for (const name of ["width", "height"]) {
      if (elements[name] !== by) elements[name].value = state[name];
    }
    const choices = family(state.codec, data);
    const bits = videoBits(state, data);
    const title = state.codec === OWN ? "b of your own" : encodingOf(state, data).title;
    const words = `${title}: ${number(bits.value)} bits per pixel${bits.provenance ? `, ${bits.provenance}` : ""}`;
    this.#slide(elements.quality, Math.max(choices.indexOf(encodingOf(state, data)), 0), choices.length, words, by);
    elements.bitsPerPixel.disabled = state.codec !== OWN;
    for (const name of [...OWN_SHAPE, "causal"]) elements[name].disabled = !state.autoencoders.includes(OWN);
  }

  #slide(slider, index, count, words, by) {
    slider.max = Math.max(count - 1, 0);
    slider.disabled = count < 2;
    if (slider !== by) slider.value = index;
    slider.setAttribute("aria-valuetext", words);
    this.#form.querySelector(`output[for="${slider.id}"]`).textContent = words;
  }

  /** Draw both charts before the next frame; steps in between are left out. */
  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  #drawFor(printing) {
    this.#printing = printing;
    this.#drawNow();
  }

  async #drawNow() {
    const began = performance.now();
    await Promise.all(
      Object.entries(CHARTS).map(async ([name, chart]) => {
        const box = this.#root.querySelector(`[data-chart="${name}"]`);
        const drawn = chart(this.#state, this.#data);
        box.nextElementSibling.replaceChildren(...marked(drawn.words));
        await draw(box, this.#widths.get(box), this.#printing, drawn);
      }),
    );
    performance.measure("explorer-draw", { start: began });
  }

  /** The address follows the state; a control that moves on is one step back, not many. */
  #remember(name) {
    const query = queryOf(this.#state, this.#data);
    const now = Date.now();
    const same = name === this.#changed.name && now - this.#changed.at < ONE_ENTRY;
    this.#changed = { name, at: now };
    const address = query ? `?${query}` : location.pathname;
    if (same) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.#status("The link is copied.");
    } catch {
      this.#status(`Copy this address: ${location.href}`);
    }
  }
}

document.querySelectorAll("div.explorer").forEach((root) => new Explorer(root));
