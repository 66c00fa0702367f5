"""Holds up the collector of cyclic garbage while many values are made that live on: most of its work would be for nothing.

The interpreter counts what was made, not what is garbage. A thousand values that are kept make it go through all young
ones, and now and then through all that the process holds. That was two fifths of the work of projecting large commits.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Generator[None]:
    """Collect no cyclic garbage while the block runs. Keep it bounded, and wait for nothing in it.

    Changes nothing where the collector is disabled already.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
