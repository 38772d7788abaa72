"""Decoding, encoding and writing at the same time.

The encoder runs in the thread that asks for results, decoding and writing each in one of its own:
in any thread but the main one glibc gives large blocks of memory back at once, and on a CPU an
encoder that has to ask for them anew is an eighth slower.
"""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder, PendingLatents
from analysis.datasets.dataset import Episode
from analysis.datasets.layouts import layout_of
from analysis.datasets.tar_index import member_name
from analysis.datasets.writer import shard_writer
from analysis.encoding.channel import Channel, ChannelShut
from analysis.encoding.latent_episode import (
    LatentsFile,
    encoded_members,
    latent_shape,
    latents_name,
    staged_key,
    staged_name,
)
from analysis.errors import InputError, OutOfMemory
from analysis.io.destination import Destination
from analysis.video.decode import decode_frames

_DECODED: Final = 2  # batches waiting to be encoded
_ENCODED: Final = 4  # batches of latents waiting to be written
_BUFFER: Final = 1_000_000


_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _remedy(error: OSError) -> str:
    return "make room" if error.errno in _FULL else "check the place and your permissions"


@dataclass(frozen=True)
class EpisodeResult:
    """An episode that is finished: its shard is staged or, where there is an `error`, is not.

    The error is one sentence for people.
    """

    key: str
    error: str | None = None


@dataclass(frozen=True)
class _Start:
    """The next episode, and its members that are carried over, by name; None where it cannot be
    read."""

    source: Episode
    members: Mapping[str, bytes] | None
    given_up: threading.Event = field(default_factory=threading.Event)
    """Set when it cannot be written, so that no more of it need be decoded."""


@dataclass(frozen=True)
class _End:
    """The end of the episode; it cannot be encoded where there is an error."""

    error: InputError | None


class Pipeline:
    """Encodes episodes one after the other, with short queues before and behind the encoder.

    An episode that cannot be read or stored is given up and the next one goes on. Anything else
    that goes wrong in a thread stops them all, and `results` raises it.
    """

    def __init__(
        self,
        episodes: Iterable[Episode],
        autoencoder: Autoencoder,
        staging: Destination,
        frames_done: Callable[[int], None],
    ) -> None:
        self._episodes = episodes
        self._autoencoder = autoencoder
        self._staging = staging
        self._frames_done = frames_done
        self._decoded: Channel[_Start | NDArray[np.uint8] | _End | None] = Channel(_DECODED)
        self._encoded: Channel[_Start | PendingLatents | _End | None] = Channel(_ENCODED)
        self._finished: SimpleQueue[EpisodeResult | None] = SimpleQueue()
        self._failure: BaseException | None = None

    def results(self) -> Iterator[EpisodeResult]:
        """Run, and yield each episode when it is finished. No thread outlives the iterator."""
        threads = [
            threading.Thread(target=self._run, args=(stage,), name=stage.__name__, daemon=True)
            for stage in (self._decode_all, self._write_all)
        ]
        try:
            for thread in threads:
                thread.start()
            with suppress(ChannelShut):
                for _ in self._encode_all():
                    while not self._finished.empty():
                        if (finished := self._finished.get()) is not None:
                            yield finished
                while (finished := self._finished.get()) is not None:
                    yield finished
        finally:
            self._shut()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        if self._failure:
            raise self._failure

    def _run(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except ChannelShut:
            return
        except BaseException as failure:
            self._failure = self._failure or failure
            self._shut()

    def _shut(self) -> None:
        self._decoded.shut()
        self._encoded.shut()
        self._finished.put(None)

    # Decoding

    def _decode_all(self) -> None:
        for episode in self._episodes:
            self._decode(episode)
        self._decoded.put(None)

    def _decode(self, episode: Episode) -> None:
        start, error = _Start(episode, None), None
        carried = layout_of(episode.layout).carried(episode)
        try:
            with episode.open() as members:
                content = {track.name: members[track.name].read(0, track.size) for track in carried}
                start = _Start(episode, content)
                self._decoded.put(start)
                for video in episode.videos:
                    size = self._autoencoder.frames_per_call
                    for frames in decode_frames(members[video.name], size, video.header):
                        if start.given_up.is_set():
                            break
                        self._decoded.put(frames)
        except InputError as unreadable:
            error = unreadable
        except OSError as unreadable:
            error = InputError(
                f"{episode.file.name}: cannot be read ({unreadable}); "
                "check the disk or the connection and run again."
            )
        if start.members is None:
            self._decoded.put(start)
        self._decoded.put(_End(error))

    # Encoding

    def _encode_all(self) -> Iterator[None]:
        """Encode what is decoded, with a pause after each batch."""
        while (item := self._decoded.get()) is not None:
            if isinstance(item, np.ndarray):
                self._encoded.put(self._begin(item))
                self._frames_done(len(item))
            else:
                self._encoded.put(item)
            yield
        self._encoded.put(None)

    def _begin(self, frames: NDArray[np.uint8]) -> PendingLatents:
        try:
            return self._autoencoder.begin_encoding(frames)
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                f"{self._autoencoder.name}: {self._autoencoder.runtime.device} has too little "
                f"memory for {len(frames)} frames at a time; make the batch smaller."
            ) from error

    # Writing

    def _write_all(self) -> None:
        while (item := self._encoded.get()) is not None:
            assert isinstance(item, _Start)
            latents = self._latents()
            error = None
            try:
                self._write(item, latents)
            except InputError as unusable:
                error = f"{item.source.key} is left out: {unusable}"
                item.given_up.set()
                with suppress(InputError):
                    for _ in latents:
                        pass
            except OSError as unwritable:
                raise InputError(
                    f"{self._staging.location}: cannot be written to ({unwritable}); "
                    f"{_remedy(unwritable)} or give another output, and run again to go on."
                ) from unwritable
            self._finished.put(EpisodeResult(item.source.key, error))
        self._finished.put(None)

    def _latents(self) -> Iterator[PendingLatents]:
        """The latents of the episode that has just started, to its end.

        Raises:
            InputError: it cannot be encoded.
        """
        while not isinstance(item := self._encoded.get(), _End):
            assert isinstance(item, PendingLatents)
            yield item
        if item.error:
            raise item.error

    def _write(self, start: _Start, latents: Iterator[PendingLatents]) -> None:
        episode, key = start.source, staged_key(start.source)
        if start.members is None:  # nothing of it could be read: the end says why
            next(latents, None)
            return
        shapes = {
            latents_name(video, episode): latent_shape(video, self._autoencoder)
            for video in episode.videos
        }
        contents = {**start.members, **encoded_members(episode, self._autoencoder)}
        # Latents come in the order of the videos, whatever they are called.
        order = iter(shapes)
        names = [next(order) if name in shapes else name for name in sorted({*contents, *shapes})]
        with (
            self._staging.write(staged_name(episode.key)) as file,
            shard_writer(file) as add,
        ):
            for name in names:
                whole_name = member_name(key, name)
                if name in shapes:
                    npy = LatentsFile(shapes[name], latents)
                    add(whole_name, npy.size, io.BufferedReader(npy, _BUFFER))
                else:
                    add(whole_name, len(contents[name]), io.BytesIO(contents[name]))
            for _ in latents:
                raise AssertionError("more latents than the frames give")
