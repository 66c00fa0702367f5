"""One step of a projector: what it goes from, what it came to, and why it may come to nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.domain.errors import AscendError
from ascend.projections.ports import GenerationRecord
from ascend.projections.projection import Build


class Overtaken(AscendError):
    """Another worker is ahead, or this one slept too long: what it read is dropped."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step came to: how far the workspace is rendered, and whether nothing was left to do (`idle`)."""

    rendered: int
    idle: bool = False


@dataclass(frozen=True)
class BatchRun:
    """A batch on its way: the record that it goes from, and what other generations have rendered already."""

    record: GenerationRecord
    started: float
    elsewhere: Mapping[Build, int]
