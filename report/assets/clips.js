// Plays each clip while it is in view, from when the reader first moves, so that a page that begins
// with one arrives without it; for readers who want less motion it waits for them to start it.

const still = matchMedia("(prefers-reduced-motion: reduce)");

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && !still.matches) target.play().catch(() => {});
      else target.pause();
    }
  },
  { threshold: 0.5 },
);

const begin = new AbortController();
for (const sign of ["scroll", "pointermove", "keydown", "touchstart"]) {
  addEventListener(
    sign,
    () => {
      begin.abort();
      for (const video of document.querySelectorAll(".clip video")) seen.observe(video);
    },
    { signal: begin.signal, passive: true },
  );
}
