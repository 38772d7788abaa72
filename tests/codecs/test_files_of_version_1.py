"""Files of the first version of the container are read, and codecs still make their bytes."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.codecs.container import compress, decompress
from analysis.codecs.header import read_head
from analysis.codecs.latent_codec import latent_codec
from analysis.io.byte_range import bytes_range
from tests.codecs import files_of_version_1 as first
from tests.codecs.examples import assert_same_bits

SOLVED = "klt", "linear"
"""Parts whose parameters LAPACK solves for: not to the last bit on every machine."""


def parts(content: bytes) -> tuple[bytes, bytes]:
    """The side information and the chunks."""
    head = read_head(bytes_range(content, "latents"))
    return head.side, content[head.size :]


def test_the_first_version_had_58_codecs() -> None:
    assert len(first.codec_names()) == 58


@pytest.mark.parametrize("name", first.codec_names())
def test_what_the_first_version_wrote_is_read_as_it_was(name: str) -> None:
    assert_same_bits(decompress(first.compressed(name)), first.array(name))


@pytest.mark.parametrize("name", first.codec_names())
def test_a_codec_makes_the_bytes_that_it_made_in_the_first_version(name: str) -> None:
    codec = latent_codec(name)
    sensitivity = first.array("sensitivity") if codec.weighted else None
    content = compress(first.array("latents"), codec, sensitivity)
    if any(part in name for part in SOLVED):
        np.testing.assert_allclose(decompress(content), first.array(name), atol=0.2)
    else:
        assert parts(content) == parts(first.compressed(name))
