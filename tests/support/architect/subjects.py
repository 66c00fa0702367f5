"""The applications for which tests run every generator. Another one is a line here, with the folder of its module."""

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support.paths import ROOT

from ascend.architect.review.review import review_proposal
from ascend.architect.write.extension import write_extension
from ascend.cli.applications import load_application
from ascend.cli.schema.proposal_file import read_proposal
from ascend.projections.application import Application


@cache
def write_bookings() -> Path:
    """Return the folder of an extension of the Life OS, written from a proposal. It is removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="ascend-bookings-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    review = review_proposal(read_proposal(ROOT / "examples" / "review" / "bookings.yaml"))
    write_extension(review.design, folder)
    return folder


SUBJECTS: dict[str, Callable[[], Path]] = {
    "life-os": lambda: ROOT,
    "bank:APP": lambda: ROOT / "examples" / "bank",
    "bookings.app:APP": write_bookings,
}
"""By the value of `ascend --app`: the folder in which Python finds it."""


def load_subject(name: str, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Return the application. The search path is as it was before when the test ends."""
    monkeypatch.setattr(sys, "path", [str(SUBJECTS[name]()), *sys.path])
    return load_application(name)
