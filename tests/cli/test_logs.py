"""The command line writes what the library logs to standard error, and imports structlog only if somebody else has."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascend.cli.terminal.logs import configure_logs
from ascend.domain.runtime.logs import Log

log = Log("ascend.test")
IMPORTED = """
import sys
from ascend.cli.app import run
run(["--json", "--store", "sqlite:///{file}", "init"])
print(sorted({{"structlog", "pygments", "attr", "rich.progress"}} & set(sys.modules)))
"""
UNCONFIGURED = """
import structlog
from ascend.cli.terminal.logs import configure_logs
configure_logs(verbose=False)
structlog.get_logger().warning("something.happened", place=1)
structlog.get_logger().debug("nothing.happened")
"""


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    logger = logging.getLogger("ascend")
    handlers, level, propagates = logger.handlers, logger.level, logger.propagate
    yield
    logger.handlers, logger.level, logger.propagate = handlers, level, propagates


@pytest.mark.parametrize("verbose", [False, True])
def test_lines_name_the_level_the_event_and_its_keys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, verbose: bool
) -> None:
    monkeypatch.delitem(sys.modules, "structlog")  # nobody has imported it, as in a process of the command line
    configure_logs(verbose=verbose)
    configure_logs(verbose=verbose)  # each line once
    log.debug("batch.done", items=2)
    log.info("work.goes_on")
    log.warning("worker.no_answer", error="a\nb", again_in=2.0)

    always = ["ascend: info: work.goes_on", r"ascend: warning: worker.no_answer error='a\nb' again_in=2.0"]
    assert capsys.readouterr().err.splitlines() == ["ascend: debug: batch.done items=2"] * verbose + always
    assert log.shows_debug() is verbose


def test_a_line_of_the_standard_library_keeps_its_traceback_and_stands_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(sys.stdout)])  # an application's own
    configure_logs(verbose=False)
    try:
        int("wrong")
    except ValueError:
        logging.getLogger("ascend.of_an_application").exception("it went wrong")

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[0] == "ascend: error: it went wrong"
    assert printed.err.splitlines()[-1] == "ValueError: invalid literal for int() with base 10: 'wrong'"


def test_a_command_without_a_terminal_imports_no_drawing_of_tracebacks_and_bars(tmp_path: Path) -> None:
    assert run_python(IMPORTED.format(file=f"{tmp_path}/store.db")).stdout.splitlines()[-1] == "[]"


def test_lines_of_an_application_with_an_unconfigured_structlog_are_no_output() -> None:
    ended = run_python(UNCONFIGURED)

    assert (ended.stdout, ended.stderr) == ("", "ascend: warning: something.happened place=1\n")
