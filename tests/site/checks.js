// What browser.py asks of an open page. Each check returns a list of sentences, one a problem.

globalThis.pageChecks = (() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  async function scrollThrough() {
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
      scrollTo({ top, behavior: "instant" });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    scrollTo({ top: 0, behavior: "instant" });
  }

  const settled = (plot) => plot.dataset.drawn || plot.classList.contains("plot-failed");

  /** Opens every tab until its plots are drawn, then the first ones again. */
  async function openTabs() {
    const tabs = all("[role='tab']");
    const first = (tab) => tab === tab.closest("[role='tablist']").querySelector("[role='tab']");
    for (const tab of [...tabs, ...tabs.filter(first)]) {
      tab.click();
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      panel.scrollIntoView({ block: "center", behavior: "instant" });
      for (let wait = 0; wait < 200; wait++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        if ([...panel.querySelectorAll("div.plot")].every(settled)) break;
      }
    }
    scrollTo({ top: 0, behavior: "instant" });
  }

  const plotsSettled = () => all("div.plot").every(settled);

  function theme(wanted) {
    const shown = document.querySelector(".quarto-dark") ? "dark" : "light";
    return shown === wanted ? [] : [`the ${shown} theme is shown, not the ${wanted} one`];
  }

  // The site's shell clips what leaves its columns, so the page's own width does not tell all.
  function overflow() {
    const page = document.documentElement;
    const found = page.scrollWidth > innerWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
    const scrolls = (element) => getComputedStyle(element).overflowX !== "visible";
    for (const element of all("main *")) {
      const box = element.getBoundingClientRect();
      const inside = box.right <= innerWidth + 1 && box.left >= -1;
      if (inside || box.width === 0 || box.height === 0) continue;
      let outer = element.parentElement;
      while (outer.tagName !== "MAIN" && !scrolls(outer)) outer = outer.parentElement;
      if (outer.tagName === "MAIN") {
        found.push(`${element.tagName.toLowerCase()}.${element.className} leaves the window`);
      }
    }
    return found.slice(0, 5);
  }

  const plots = () =>
    all("div.plot").flatMap((plot, index) => {
      const name = `plot ${index + 1}`;
      const found = [];
      if (!plot.querySelector(".main-svg")) found.push(`${name} is not drawn`);
      if (!plot.hasAttribute("aria-label") && !plot.hasAttribute("aria-labelledby")) {
        found.push(`${name} has no text alternative`);
      }
      if (plot.scrollWidth > plot.clientWidth + 1) found.push(`${name} is wider than its box`);
      return found;
    });

  const mathematics = () =>
    all("span.math")
      .filter((math) => !math.querySelector(".katex") || math.querySelector(".katex-error"))
      .map((math) => `mathematics not rendered: ${math.textContent.slice(0, 60)}`);

  const anchors = () =>
    all("a[href^='#']")
      .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
      .filter((id) => id && !document.getElementById(id))
      .map((id) => `a link leads to #${id}, which is not on the page`);

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** Red, green, blue (0 to 255) and opacity (0 to 1) of a colour in any notation. */
  function components(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  }

  const over = (top, below) => below.map((value, i) => top[i] * top[3] + value * (1 - top[3]));

  function colourBehind(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.unshift(components(getComputedStyle(at).backgroundColor));
    }
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  }

  function luminance(colour) {
    const [red, green, blue] = colour
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  // WCAG 2.2, level AA. axe-core asks the same, but leaves open what it cannot see whole: cells of
  // tables that scroll, single letters, text over other boxes.
  function contrast() {
    const found = new Set();
    for (const element of all("body *").filter(hasText)) {
      if (element.closest("svg, script, style, noscript, .katex-mathml")) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const back = colourBehind(element);
      const front = over(components(style.color), back);
      const [low, high] = [luminance(front), luminance(back)].sort((a, b) => a - b);
      const ratio = (high + 0.05) / (low + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
      if (ratio < (large ? 3 : 4.5)) {
        found.add(`contrast ${ratio.toFixed(1)} in "${element.textContent.trim().slice(0, 40)}"`);
      }
    }
    return [...found].slice(0, 5);
  }

  /** Before anyone scrolls: every picture keeps its room, and what is further down waits. */
  const pictures = () =>
    all("img, video").flatMap((picture) => {
      const name = `${picture.tagName.toLowerCase()} ${(picture.currentSrc || picture.src).split("/").pop()}`;
      const found = [];
      if (!["width", "height"].every((side) => picture.getAttribute(side) > 0)) {
        found.push(`${name} has no width and height`);
      }
      const below = picture.getBoundingClientRect().top > innerHeight;
      if (below && picture.tagName === "IMG" && picture.loading !== "lazy") {
        found.push(`${name} is below the first view and not lazy`);
      }
      return found;
    });

  const problems = (wanted) => [
    ...theme(wanted), ...overflow(), ...plots(), ...mathematics(), ...anchors(), ...contrast(),
  ];

  return { scrollThrough, openTabs, pictures, plotsSettled, problems };
})();
