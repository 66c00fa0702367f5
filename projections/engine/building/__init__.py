"""Building: writes a generation as of a position, without replaying how it came to be."""

from typing import Protocol

from ascend.projections.generation_record import GenerationRecord


class Builder(Protocol):
    async def build(self, record: GenerationRecord) -> GenerationRecord:
        """Write what is missing of a generation that is not built yet, and return its record, built."""
        ...
