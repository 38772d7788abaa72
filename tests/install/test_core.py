"""What the core install does without any extra, outside the checkout."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from analysis.codecs.latent_codec import RECOMMENDED_LOSSLESS
from analysis.datasets.latent_reader import LatentReader
from analysis.datasets.scan import scan
from analysis.datasets.writer import write_shard
from analysis.findings.claims import all_claims, newest_evidence
from analysis.io.project import LEDGER
from analysis.ledger import store
from tests.datasets.examples import latent_sample
from tests.install.conftest import Installed
from tests.shared import REPOSITORY

LOSSLESS = str(RECOMMENDED_LOSSLESS)
HEAVY = ("av", "blosc2", "cv2", "pandas", "plotly", "ray", "scipy", "torch", "vizdoom", "zstandard")


def test_the_core_has_no_heavy_package(core: Installed) -> None:
    code = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))"
    assert core.python(code, *HEAVY).split() == []


def test_a_ratio_is_calculated_from_the_ledger_in_the_package(core: Installed) -> None:
    printed = core.run(
        *("ratio", "--autoencoder", "dc-ae-lite-f32c32", "--resolution", "480p"),
        *("--video", "h264:17", "--json"),
    )
    assert json.loads(printed)["ratio"] > 0


def test_the_claims_are_those_of_the_checkout(core: Installed) -> None:
    printed = json.loads(core.run("claims", "--json"))
    expected = all_claims(newest_evidence([REPOSITORY / LEDGER]))
    assert printed == [claim.model_dump(mode="json") for claim in expected]


def test_a_scan_reads_headers(core: Installed, recording_shards: Path) -> None:
    printed = json.loads(core.run("scan", recording_shards, "--json"))
    assert printed == json.loads(scan(str(recording_shards)).model_dump_json())


@pytest.fixture
def latents(tmp_path: Path) -> Path:
    """A folder with a shard of raw latents."""
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1, frames=6)])
    return tmp_path


def test_raw_latents_are_read(core: Installed, latents: Path) -> None:
    code = """if True:
        import hashlib, sys
        from analysis import LatentReader
        with LatentReader(sys.argv[1]) as reader:
            clip = reader.clip(reader.views[0], start=1, stop=4)
        print(clip.dtype, *clip.shape, hashlib.sha256(clip.tobytes()).hexdigest())
        """
    dtype, *shape, digest = core.python(code, latents).split()
    with LatentReader(str(latents)) as reader:
        clip = reader.clip(reader.views[0], start=1, stop=4)
    assert dtype == "float16"
    assert tuple(map(int, shape)) == clip.shape
    assert digest == hashlib.sha256(clip.tobytes()).hexdigest()


def test_runs_are_compared(core: Installed) -> None:
    run = store.runs([REPOSITORY / LEDGER], "shard-sizes")[-1]
    assert "beyond the 95 % intervals" in core.run("compare", run, run)


def test_schemas_are_written(core: Installed, tmp_path: Path) -> None:
    assert "claims.json" in core.run("schema", "--out", tmp_path)


def test_a_ledger_in_the_folder_goes_first(core: Installed, tmp_path: Path) -> None:
    """Its runs are taken, and kinds that it lacks are those of the package."""
    kind = tmp_path / LEDGER / "shard-sizes"
    kind.mkdir(parents=True)
    (kind / "20990101T000000Z_broken.json").write_text("{}")
    done = core.try_to_run("claims", folder=tmp_path)
    assert done.returncode == 1
    assert "20990101T000000Z_broken.json" in done.stderr
    ratio = ("ratio", "--autoencoder", "wan-2.1", "--resolution", "480p", "--video", "h264:17")
    assert "R = " in core.run(*ratio, folder=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["encode", "recordings", "--out", "latents"], "torch"),
        (["compress", "LATENTS", "--out", "compressed"], "torch"),
        (["compress", "LATENTS", "--out", "compressed", "--codec", LOSSLESS], "codecs"),
        (["record", "--out", "recordings"], "video"),
        (["site"], "site"),
    ],
)
def test_what_needs_an_extra_names_it(
    core: Installed, latents: Path, arguments: list[str], extra: str
) -> None:
    words = (latents if word == "LATENTS" else word for word in arguments)
    done = core.try_to_run(*words)
    assert done.returncode == 1
    assert done.stderr.endswith(f"run `pip install 'latent-storage[{extra}]'`.\n")
    assert len(done.stderr.splitlines()) == 1


def test_what_needs_more_asks_for_it_in_one_sentence(core: Installed) -> None:
    code = """if True:
        from analysis import MissingPackage
        try:
            from analysis import load_autoencoder
        except MissingPackage as error:
            print(error)
        """
    assert core.python(code).strip() == (
        "The package torch is not installed: run `pip install 'latent-storage[torch]'`."
    )
