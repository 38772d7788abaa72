// The stage of a frame viewer: two pictures, one over the other with a border between them, or their
// difference; the whole frame, or a part of it enlarged by a whole number.

import { element } from "./element.js";

/**
 * What is seen of the pictures.
 * @typedef {object} Sight
 * @property {number} width of the pictures, in their own pixels
 * @property {number} height
 * @property {number} top the first row of the part that is seen
 * @property {number} bottom the row after its last
 * @property {number} magnification screen pixels to a picture's pixel each way; 0 fits the frame in
 * @property {number} across where an enlarged part lies, from 0 to 1
 * @property {number} down
 */

export class Stage {
  constructor() {
    this.layers = ["viewer-left", "viewer-right"].map((side) => {
      // Lazy, so that a viewer far down a page loads nothing before it is near.
      const image = element("img", { loading: "lazy", draggable: false });
      return { image, box: element("div", { className: `viewer-layer ${side}` }, image) };
    });
    const divider = element("div", { className: "viewer-divider" });
    const boxes = this.layers.map(({ box }) => box);
    this.element = element("div", { className: "viewer-stage" }, ...boxes, divider);
    addEventListener("resize", () => this.#place());
  }

  /** Shows these pictures (two `img` of the page) on the left and on the right. */
  show(originals, sight, difference) {
    this.layers.forEach(({ image }, index) => {
      const { src, alt } = originals[index];
      image.width = sight.width;
      image.height = sight.height;
      if (image.src !== src) image.src = src;
      image.alt = alt;
    });
    this.element.classList.toggle("difference", difference);
    this.sight = sight;
    this.#place();
  }

  /** Puts the border at this share of the width. */
  divide(share) {
    this.element.style.setProperty("--divider", `${100 * share}%`);
  }

  #place() {
    if (!this.sight) return;
    const { width, height, top, bottom, magnification, across, down } = this.sight;
    const { style } = this.element;
    this.element.classList.toggle("viewer-zoomed", magnification > 0);
    if (!magnification) {
      [style.maxWidth, style.height, style.aspectRatio] = ["", "", `${width} / ${height}`];
      return this.#put("100%", "0", "0");
    }
    const scale = magnification / devicePixelRatio; // CSS pixels to a pixel of the picture
    style.maxWidth = `${width * scale}px`;
    const seen = this.element.clientWidth / scale;
    const rows = Math.min(bottom - top, (seen * height) / width);
    [style.height, style.aspectRatio] = [`${Math.round(rows) * scale}px`, ""];
    // By whole pixels of the picture, so that each of them covers whole ones of the screen.
    const first = top + Math.round(down * (bottom - top - rows));
    const left = Math.round(across * Math.max(width - seen, 0));
    this.#put(`${width * scale}px`, `${-left * scale}px`, `${-first * scale}px`);
  }

  #put(width, left, top) {
    for (const { image } of this.layers) Object.assign(image.style, { width, left, top });
  }
}
