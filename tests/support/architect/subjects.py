"""The applications for which tests run every generator. Another one is a line here, with the folder of its module."""

import sys
from pathlib import Path

import pytest
from support.paths import ROOT

from ascend.cli.applications import load_application
from ascend.projections.application import Application

SUBJECTS: dict[str, Path] = {
    "life-os": ROOT,
    "bank:APP": ROOT / "examples" / "bank",
}
"""By the value of `ascend --app`: the folder in which Python finds it."""


def load_subject(name: str, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Return the application. The search path is as it was before when the test ends."""
    monkeypatch.setattr(sys, "path", [str(SUBJECTS[name]), *sys.path])
    return load_application(name)
