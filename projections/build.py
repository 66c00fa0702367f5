"""Builds and generations: the names under which the items of one version of a program lie beside those of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple


class Build(NamedTuple):
    """The items of one projection in one version, built from scratch once per epoch. Part of every key.

    A tuple has its hash without a call: a batch looks up dozens of things by it for each item.
    """

    projection: str
    version: int
    epoch: int

    def __str__(self) -> str:
        return f"{self.projection}.{self.version}.{self.epoch}"

    @property
    def line(self) -> str:
        """The projection and its version, within which epochs count up."""
        return f"{self.projection}.{self.version}"


@dataclass(frozen=True)
class Generation:
    """The builds that one worker keeps, with the version of the snapshots from which it keeps them."""

    snapshots: int
    builds: tuple[Build, ...]

    @cached_property
    def id(self) -> str:
        """A short id, the same in every process that has the same builds."""
        text = f"{self.snapshots}:" + ",".join(str(build) for build in sorted(self.builds))
        return sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def code(self) -> str:
        """A short id of the code that keeps the generation: the same for all epochs."""
        return Generation(self.snapshots, tuple(build._replace(epoch=0) for build in self.builds)).id

    def build_of(self, projection: str) -> Build:
        """Return the build of the projection with this name."""
        return self._by_name[projection]

    @cached_property
    def _by_name(self) -> Mapping[str, Build]:
        return {build.projection: build for build in self.builds}


Epochs = Mapping[str, int]
"""The epoch of each projection, by name. A projection that is missing has epoch 0."""
