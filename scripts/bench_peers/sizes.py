"""The sizes of a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    turns: int = 5
    appended: int = 512
    """Events that are appended in one measurement."""
    at_once: tuple[int, ...] = (1, 4, 16, 64, 256)
    """Numbers of senders."""
    streams: tuple[int, ...] = (100, 1_000)
    """Lengths of streams, besides the long one, in which the units of a command are counted."""
    read_back: int = 20_000
    """Events of the long stream, which is read back completely."""
