"""Kills encoding at random moments: `python -m tests.encoding.kill SRC MODEL WORK --kills 50`.

An undisturbed run comes first. Then runs are killed, each going on where the last one was, and
whenever one ends by itself its shards are compared with those of the undisturbed run, byte by
byte. Everything left by a kill is checked: finished shards are the first of the undisturbed ones.

The runs are forked from a process that has imported everything, so that moments fall within the
work and not within imports.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import time
from pathlib import Path

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.encoding.encode import Embedded, encode

SHARD_BYTES = 100_000


def run(source: Path, model: Path, out: Path, threads: int = 1) -> int:
    """Fork a process that encodes, and return its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        import torch

        torch.set_num_threads(threads)
        executor = Embedded(load(str(model), choose_runtime("cpu", "fp32", 2)))
        encode(source, out, executor, SHARD_BYTES)
        status = 0
    finally:
        os._exit(status)


def ended_well(child: int) -> bool:
    """Wait for a process; whether it ended by itself, or false when it was killed."""
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, "a run failed"
    return True


def contents(folder: Path) -> dict[str, bytes]:
    """The finished shards by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.tar"))}


def main() -> None:
    """Kill, compare, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("source", "model", "work"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    moments = random.Random(given.seed)
    start = time.monotonic()
    assert ended_well(run(given.source, given.model, given.work / "undisturbed"))
    seconds = time.monotonic() - start
    expected = contents(given.work / "undisturbed")
    names = sorted(expected)
    out = given.work / "killed"
    kills = ends = left_episodes = left_shards = left_partial = 0
    while kills < given.kills or out.exists():
        child = run(given.source, given.model, out)
        if kills < given.kills:
            time.sleep(moments.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
        if ended_well(child):
            assert contents(out) == expected, "a resumed run wrote other shards"
            assert sorted(path.name for path in out.iterdir()) == names, "a run left something over"
            shutil.rmtree(out)
            ends += 1
            continue
        kills += 1
        found = contents(out) if out.exists() else {}
        assert found == {name: expected[name] for name in names[: len(found)]}
        left_shards += bool(found)
        left_episodes += any(out.glob(".episodes/*.tar"))
        left_partial += any(out.rglob(".*.tmp"))
    print(
        f"{kills} kills, {ends} runs to the end, {len(names)} shards, {seconds:.1f} s undisturbed; "
        f"kills left finished shards {left_shards} times, staged episodes {left_episodes} times, "
        f"half-written files {left_partial} times"
    )


if __name__ == "__main__":
    main()
