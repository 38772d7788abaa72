// Plays each clip while it is in view; for readers who want less motion it waits for them to start it.

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

for (const video of document.querySelectorAll(".clip video")) seen.observe(video);
