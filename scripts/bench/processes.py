"""The CPU and the time of a process that this one starts."""

import resource
import time
from collections.abc import Sequence

import anyio

from bench.measuring import Quantities


async def measure_process(command: Sequence[str]) -> tuple[Quantities, bytes]:
    """Run a command to its end. Return what it took, and its output; its errors go to those of this process.

    Raises:
        CalledProcessError: the command failed.
    """
    cpu, wall = _read_cpu(), time.perf_counter()
    process = await anyio.run_process(command, stderr=None)
    took = {"cpu_ms": (_read_cpu() - cpu) * 1_000, "wall_ms": (time.perf_counter() - wall) * 1_000}
    return took, process.stdout


def _read_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
