"""A bounded queue between two threads that can be shut from either side."""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelShut(Exception):
    """Nothing goes through the channel any more."""


class Channel(Generic[T]):
    """Holds at most `size` items; `put` waits for room, `get` for an item."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: deque[T] = deque()
        self._changed = Condition()
        self._shut = False

    def put(self, item: T) -> None:
        """Add an item.

        Raises:
            ChannelShut: the channel is shut.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._shut or len(self._items) < self._size)
            if self._shut:
                raise ChannelShut
            self._items.append(item)
            self._changed.notify_all()

    def get(self) -> T:
        """Take the oldest item.

        Raises:
            ChannelShut: the channel is shut.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._shut or self._items)
            if self._shut:
                raise ChannelShut
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def shut(self) -> None:
        """Wake everyone who waits, with ChannelShut, and drop what is in the channel."""
        with self._changed:
            self._shut = True
            self._items.clear()
            self._changed.notify_all()
