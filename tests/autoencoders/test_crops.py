import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.autoencoders.crops import crop_start


@given(blocks=st.integers(1, 30), size=st.integers(1, 30), seed=st.integers(0, 99))
def test_a_crop_lies_within_the_frame(blocks: int, size: int, seed: int) -> None:
    size = min(size, blocks)
    start = crop_start(np.random.default_rng(seed), blocks, size)
    assert 0 <= start <= blocks - size


def test_the_edges_are_in_as_many_crops_as_the_middle() -> None:
    generator = np.random.default_rng(0)
    seen = np.zeros(15)
    for _ in range(20_000):
        start = crop_start(generator, 15, 4)
        seen[start : start + 4] += 1
    assert seen.min() > 0.9 * seen[7]
    assert seen[0] >= seen[7]
