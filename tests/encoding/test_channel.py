"""A channel holds back who is too fast and wakes everyone when it is shut."""

from __future__ import annotations

import threading
import time

import pytest

from analysis.encoding.channel import Channel, ChannelShut


def test_items_come_out_in_order_and_never_more_than_fit_are_waiting() -> None:
    channel: Channel[int] = Channel(2)
    waiting: list[int] = []

    def produce() -> None:
        for number in range(50):
            channel.put(number)
            waiting.append(number)

    thread = threading.Thread(target=produce)
    thread.start()
    for number in range(50):
        assert channel.get() == number
        assert len(waiting) <= number + 4
    thread.join()


@pytest.mark.parametrize("end", ["put", "get"])
def test_shutting_wakes_who_waits_and_drops_what_is_in_it(end: str) -> None:
    channel: Channel[int] = Channel(1)
    woken = threading.Event()

    def wait() -> None:
        try:
            while True:
                channel.put(1) if end == "put" else channel.get()
        except ChannelShut:
            woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.05)
    assert not woken.is_set()
    channel.shut()
    assert woken.wait(10)
    thread.join()
    for closed in (channel.get, lambda: channel.put(1)):
        with pytest.raises(ChannelShut):
            closed()
