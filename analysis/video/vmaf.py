"""VMAF, by the ffmpeg that imageio-ffmpeg brings: PyAV's own libraries have no libvmaf.

VMAF (Netflix, https://github.com/Netflix/vmaf) judges luma alone. Its model was trained on natural
video shown at 1920x1080: for a game at another size it ranks, and its absolute values say less.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from analysis.video.encode import picture
from analysis.video.uncompressed import REFERENCE_FORMAT, Frames, UncompressedClip

MODEL: Final = "vmaf_v0.6.1"
THREADS: Final = 2


@cache
def vmaf_program() -> Path | None:
    """An ffmpeg that computes VMAF, where imageio-ffmpeg has one for this machine."""
    import imageio_ffmpeg

    try:
        program = Path(imageio_ffmpeg.get_ffmpeg_exe())
        listed = subprocess.run(
            [program, "-hide_banner", "-filters"], capture_output=True, text=True, check=True
        )
    except (OSError, RuntimeError, subprocess.CalledProcessError):
        return None
    return program if " libvmaf " in listed.stdout else None


def vmaf_version() -> str | None:
    """The model and the ffmpeg it is computed by."""
    program = vmaf_program()
    if program is None:
        return None
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    return f"{MODEL}, ffmpeg {told.stdout.split()[2]}"


def vmaf(video: Path, reference: UncompressedClip, every: int) -> list[float] | None:
    """VMAF of every N-th frame of a video, N = `every`, the first one included.

    Motion is taken between neighbouring frames of the reference, whatever `every` is. None where
    there is no ffmpeg with libvmaf.
    """
    return _vmaf(["-i", str(video.resolve())], reference, every)


def vmaf_of_frames(
    frames: Mapping[int, Frames], reference: UncompressedClip, every: int
) -> list[float] | None:
    """VMAF of frames (H, W, 3) by their number in the reference: every N-th one, N = `every`.

    As if they were of a video; the frames between them are not looked at.
    """
    if vmaf_program() is None:
        return None
    with tempfile.TemporaryDirectory(prefix="latent-storage-vmaf-") as folder:
        video = Path(folder) / "frames.yuv"
        with video.open("wb") as file:
            for number, planes in enumerate(reference.yuv()):
                if number % every == 0:
                    file.write(picture(frames[number], REFERENCE_FORMAT).to_ndarray().data)
                else:
                    file.write(planes.data)
        return _vmaf(_raw(video, reference), reference, every)


def _raw(file: Path, like: UncompressedClip) -> list[str]:
    size, rate = f"{like.width}x{like.height}", str(like.frames_per_second)
    form = ("-f", "rawvideo", "-pix_fmt", REFERENCE_FORMAT, "-s", size, "-framerate", rate)
    return [*form, "-i", str(file.resolve())]


def _vmaf(video: list[str], reference: UncompressedClip, every: int) -> list[float] | None:
    program = vmaf_program()
    if program is None:
        return None
    # Frames are paired by number. RGB and yuv444p become what the reference is.
    convert = "scale=out_color_matrix=bt601:out_range=tv:flags=bicubic+accurate_rnd+bitexact"
    pair = f"settb=1/{reference.frames_per_second},setpts=N"
    with tempfile.TemporaryDirectory(prefix="latent-storage-vmaf-") as folder:
        log = "vmaf.json"
        options = f"n_threads={THREADS}:n_subsample={every}:log_fmt=json:log_path={log}"
        graph = (
            f"[0:v]{convert},format={REFERENCE_FORMAT},{pair}[video];[1:v]{pair}[reference];"
            f"[video][reference]libvmaf=model=version={MODEL}:{options}"
        )
        subprocess.run(
            [
                *(str(program), "-nostdin", "-hide_banner", "-loglevel", "error"),
                *video,
                *_raw(reference.yuv_file, reference),
                *("-lavfi", graph, "-f", "null", "-"),
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        frames = json.loads((Path(folder) / log).read_text())["frames"]
    return [frame["metrics"]["vmaf"] for frame in frames]
