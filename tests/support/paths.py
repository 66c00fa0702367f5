"""The paths of the project's own files and of the real input beside the project."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
TESTS = ROOT / "tests"
GOLDEN = TESTS / "golden"
DATA = ROOT.parent / "shared" / "data"
"""Files that other people wrote. Tests that need them are not run where the folder is absent."""
