"""The result of a proof, and the faults that it found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A question whose answer was wrong, or a rule that its keys break."""

    question: str
    """The question, or the item whose keys break a rule. Empty if neither is to blame alone."""
    said: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a proof."""

    rows: int
    """Entities that were made up and not deleted."""
    questions: int
    """Questions that were asked, each with all its values."""
    lines: int
    """Lines that were compared."""
    faults: tuple[Fault, ...]
