"""Joins a Ray cluster, or says why that is not possible."""

from __future__ import annotations

import logging
import os
from functools import partial
from types import ModuleType
from typing import Final

from analysis.errors import ClusterUnavailable, InputError

_ANSWERS_WITHIN_S: Final = 5.0

_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Every line that Ray would print into the results of this command matches it. What happens to
    # nodes and workers is told by `cluster`.
    "RAY_DEDUP_LOGS_SKIP_REGEX": "^",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}

# Workers import this package from where it is installed, though the folder that this command or a
# node was started in may hold another one of its name: Ray puts the former before all others.
_WORKERS: Final = {
    "env_vars": {"PYTHONSAFEPATH": "1"},
    "worker_process_setup_hook": "analysis.encoding.cluster_worker.import_package",
}


def connect(address: str) -> ModuleType:
    """Ray, connected.

    Raises:
        InputError: no cluster answers.
    """
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    import ray

    named = os.environ.get("RAY_ADDRESS") if address == "auto" else address
    if named and named not in ("auto", "local"):
        _expect_answer(named)
    join = partial(
        ray.init,
        logging_level=logging.ERROR,
        log_to_driver=False,
        runtime_env=_WORKERS,
    )
    try:
        if address != "auto":
            join(address)
        else:
            try:
                join("auto")
            except ConnectionError:  # none runs here
                join("local", include_dashboard=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise InputError(
            f"The Ray cluster {named or address} cannot be joined ({reason}); "
            "it has to run the same versions of Ray and Python as this command."
        ) from None
    return ray


def _expect_answer(address: str) -> None:
    """Ask whether a cluster is there at all: Ray itself would wait for minutes.

    Raises:
        InputError: nothing answers.
    """
    import grpc

    target = address.removeprefix("ray://")
    with grpc.insecure_channel(target) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=_ANSWERS_WITHIN_S)
        except grpc.FutureTimeoutError:
            raise ClusterUnavailable(
                f"No Ray cluster answers at {address}; start one there with `ray start --head`."
            ) from None
