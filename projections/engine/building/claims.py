"""Claims of builds: several processes share the work of building, and no two build the same.

A claim is part of the record. It saves work and protects nothing: whoever goes on after it has lapsed finds out by the next
move of the record. It lapses by the wall clock, or once a process has seen it stand still for as long as a claim lasts.
So a clock that is wrong may let a process take over too early, but it holds up no build for long.
"""

from dataclasses import replace
from functools import cached_property

from ascend.domain.runtime.ports import Environment
from ascend.projections.generation_record import BuildProgress

LASTS = 60.0
"""Seconds after which a claim lapses: the process was killed, or has lost the store."""
RENEW_AFTER = 15.0
"""Seconds after which a builder that is still at work renews its claim."""
NOTED = 1_000
"""Claims of other builders that a builder remembers."""


class BuildClaims:
    """The claims of one builder."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._seen: dict[BuildProgress, float] = {}
        """Claims of other builders, and the elapsed seconds when this one saw them first."""

    @cached_property
    def _builder(self) -> str:
        return self._environment.new_id()[-12:]

    @property
    def _now(self) -> float:
        return self._environment.now().timestamp()

    def claim(self, progress: BuildProgress) -> BuildProgress:
        """Return the progress with a new claim of this builder."""
        return replace(progress, builder=self._builder, claimed_until=int(self._now + LASTS))

    def is_fresh(self, progress: BuildProgress) -> bool:
        """Return True if this builder has claimed the work just now."""
        return progress.builder == self._builder and progress.claimed_until > self._now + LASTS - RENEW_AFTER

    def is_free(self, progress: BuildProgress) -> bool:
        """Return True if no other builder is at work, as far as its claim tells."""
        has_lapsed = progress.builder in ("", self._builder) or progress.claimed_until < self._now
        return has_lapsed or self._stands_still(progress)

    def _stands_still(self, progress: BuildProgress) -> bool:
        """Return True if the claim was not renewed for long: its builder is gone, however late it lapses by its clock."""
        now = self._environment.elapsed()
        if progress not in self._seen and len(self._seen) >= NOTED:
            self._seen.clear()
        return now - self._seen.setdefault(progress, now) > LASTS
