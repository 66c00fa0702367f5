"""The Life OS of the next release: its tasks have another version, so a deployment builds them anew."""

from dataclasses import replace

from ascend.projections.life_os import LIFE_OS

NEXT = replace(
    LIFE_OS,
    projections=tuple(
        replace(projection, version=projection.version + 1) if projection.name == "tasks" else projection
        for projection in LIFE_OS.projections
    ),
)
