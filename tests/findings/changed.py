"""Examples with some of their figures changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from analysis.catalog import note
from analysis.kinds.autoencoder_zoo.record import (
    AutoencoderZoo,
    AutoencoderZooParameters,
    AutoencoderZooResults,
    CheckedAutoencoder,
)
from analysis.ledger import provenance
from analysis.ledger.records import Measurement
from tests.kinds.dual_decoder.example import dual_decoder
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.kinds.rate_distortion.example import rate_distortion
from tests.kinds.video_bitrate.example import EXPONENT, row, video_bitrate

M = TypeVar("M", bound=BaseModel)


def changed(model: M, *changes: Callable[[dict[str, Any]], None]) -> M:
    """The model after these changes to its content, read strictly again."""
    content = model.model_dump(by_alias=True)
    for change in changes:
        change(content)
    return type(model).model_validate(content)


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Put a value at a path such as `results.codecs.3.share`; * is every item of a list."""
    *before, last = path.split(".")

    def change(content: Any, steps: list[str] = before) -> None:
        if not steps:
            content[_key(last)] = value
        elif steps[0] == "*":
            for item in content:
                change(item, steps[1:])
        else:
            change(content[_key(steps[0])], steps[1:])

    return change


def _key(step: str) -> str | int:
    return int(step) if step.isdigit() else step


def estimate(value: float) -> dict[str, float]:
    """A value over six games, with an interval of a tenth either way."""
    ends = sorted((0.9 * value, 1.1 * value))
    return {"value": value, "low": ends[0], "high": ends[1], "n": 6}


def recordings(**fields: object) -> Measurement:
    """The example's shards, with fields of their one set changed."""
    return changed(shard_sizes(), *(put(f"results.sets.0.{k}", v) for k, v in fields.items()))


def two_recordings(first: float, second: float) -> Measurement:
    """Two sets of these bits per pixel."""
    run, other = (shard_sizes(bits_per_pixel=each) for each in (first, second))
    results = run.results.model_copy(update={"sets": (*run.results.sets, *other.results.sets)})
    return run.model_copy(update={"results": results})


def codecs(name: str = "", **fields: object) -> Measurement:
    """The example's codecs, with fields of one of them changed."""
    run = latent_codecs()
    place = [codec.name for codec in run.results.codecs].index(name or "raw")
    return changed(run, *(put(f"results.codecs.{place}.{k}", v) for k, v in fields.items()))


def in_the_notes_space(int8: float = 0.315) -> Measurement:
    """The example's codecs on latents of the note's space, the note's int8 with this share."""
    return changed(
        codecs("delta+int8+zstd:3", share=estimate(int8)),
        put("parameters.autoencoder", "taesana-f32c32+project/decoder"),
    )


def as_the_note_has_it() -> Measurement:
    """The example's codecs, those of the note's second table with its figures."""
    figures = {f"delta+int8-channel:{row.clip_sigma}+zstd:3": row for row in note().drift}

    def change(content: dict[str, Any]) -> None:
        for codec in content["results"]["codecs"]:
            if row := figures.get(codec["name"]):
                codec["share"] = estimate(float(row.percent_of_raw) / 100)
                codec["mean_squared_error"] = estimate(float(row.mse))

    return changed(latent_codecs(), change)


def video(factor: float = 1.0, exponent: float = EXPONENT) -> Measurement:
    """The example's encodings, with other bits or another power of the pixels."""

    def change(content: dict[str, Any]) -> None:
        for each in content["results"]["rows"]:
            pixels = (each["height"] * each["width"] / 307200) ** (exponent - EXPONENT)
            for name, by in (("bits_per_pixel", factor * pixels), ("relative_to_480p", pixels)):
                each[name] = estimate(by * each[name]["value"])
        for each in content["results"]["laws"]:
            each["exponent"] = estimate(exponent)
            each["at_480p"] = estimate(factor * each["at_480p"]["value"])

    return changed(video_bitrate(), change)


def key_frames(more: float) -> Measurement:
    """A second encoding of the recipe native, its key frames more often, of other bytes."""
    native = row("480p", "h264", 17)
    often = changed(native, put("gop", 12), put("name", "often"))
    clips = [clip.model_copy(update={"bytes": round(more * clip.bytes)}) for clip in native.clips]
    often = often.model_copy(update={"clips": tuple(clips)})
    run = video_bitrate()
    results = run.results.model_copy(update={"rows": (*run.results.rows, often)})
    return run.model_copy(update={"results": results})


def at_equal_quality(*ratios: float, autoencoder: str = "project/x") -> Measurement:
    run = rate_distortion()
    template = next(entry for entry in run.results.equal_quality if entry.ratio)
    found = [
        changed(
            template,
            put("ratio", estimate(each)),
            put("metric", "psnr_db"),
            put("format", "fp16"),
            put("autoencoder", autoencoder),
        )
        for each in ratios
    ]
    results = run.results.model_copy(update={"equal_quality": tuple(found)})
    return run.model_copy(update={"results": results})


def duals(*changes: tuple[str, object]) -> Measurement:
    """The example's dual decoders, each changed alike."""
    return changed(
        dual_decoder(),
        *(put(f"results.dual_decoders.*.{path}", value) for path, value in changes),
    )


def score(way: int, which: str, psnr: float) -> tuple[str, object]:
    """A way of the example by its place: 0 per-frame, 1 full, 2 single-frame."""
    return f"ways.{way}.{which}.psnr_db", estimate(psnr)


def first_position(psnr: float) -> tuple[str, object]:
    return "ways.2.positions.0.psnr_db", estimate(psnr)


def zoo(rows: int = 15) -> Measurement:
    """DC-AE and Cosmos as built, the first with so many rows."""

    def entry(id: str, rows: int, columns: int, spatial: int, channels: int) -> CheckedAutoencoder:
        return CheckedAutoencoder(
            id=id,
            diffusers_class="X",
            frames=1,
            input_height=480,
            input_width=640,
            latent_frames=1,
            rows=rows,
            columns=columns,
            spatial=spatial,
            temporal=1,
            channels=channels,
            causal=False,
            parameters=1,
            encoder_parameters=1,
            decoder_parameters=0,
            encode_gflop_per_frame=1,
            decode_gflop_per_frame=1,
        )

    shards = shard_sizes()
    return AutoencoderZoo(
        schema="autoencoder-zoo/1.0",
        run=shards.run,
        host=provenance.host(),
        inputs=(),
        parameters=AutoencoderZooParameters(height=480, width=640),
        results=AutoencoderZooResults(
            checked=(
                entry("dc-ae-lite-f32c32", rows, 20, 32, 32),
                entry("cosmos-cv8x8x8", 60, 80, 8, 16),
            ),
            listed=(),
        ),
    )
