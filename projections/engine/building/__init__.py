"""Building: writes a generation as of a position, without replaying how it came to be."""

from typing import Protocol

from ascend.projections.generation_record import BuildProgress, GenerationRecord


class Builder(Protocol):
    async def build(self, record: GenerationRecord) -> GenerationRecord:
        """Write what is missing of a generation that is not built yet, and return its record, built.

        Raises `LeftToBuilder` if another builder is at work.
        """
        ...

    def claim(self, progress: BuildProgress) -> BuildProgress:
        """Return the progress of a build that this builder is about to do."""
        ...
