// Work that waits until the reader comes near what it is for.

/**
 * Call back once, when an element comes near the window.
 * @param {Element} target
 * @param {() => void} callback
 */
export function whenNear(target, callback) {
  const near = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      callback();
    },
    { rootMargin: "200px" },
  );
  near.observe(target);
}
