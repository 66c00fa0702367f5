"""`--app`, `ASCEND_APP` and installed packages name the application. Whatever names none is refused, and nothing is opened."""

import sys
from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand, make_command

SMALL = 'import ascend\nAPP = ascend.Application(name="small")\nNUMBER = 5\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a module `small_app` and a store of its application."""
    (tmp_path / "small_app.py").write_text(SMALL)
    (tmp_path / "broken_app.py").write_text("import no_such_library\n")
    (tmp_path / "odd_app.py").write_text("1 / 0\n")
    (tmp_path / "leaving_app.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("ASCEND_STORE", f"sqlite:///{tmp_path}/small.db")
    monkeypatch.delenv("ASCEND_APP", raising=False)
    for name in ("small_app", "broken_app", "odd_app", "leaving_app"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


@pytest.fixture
def ascend(folder: Path, capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    return make_command(capsys)


def test_a_module_in_the_current_folder_is_found(ascend: AscendCommand) -> None:
    assert ascend("--app", "small_app:APP", "init").code == 0
    assert ascend("--app", "small_app:APP", "doctor").code == 0
    assert "small" in ascend("doctor").out


def test_the_environment_variable_names_it(ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASCEND_APP", "small_app:APP")
    assert ascend("init").code == 0
    assert "this is small" in ascend("tasks", "Home").error
    assert ascend("--app", "life-os", "doctor").code == 1  # the option goes before the variable
    monkeypatch.setenv("ASCEND_APP", "")
    assert ascend("doctor").code == 1  # as without the variable


def test_an_installed_package_offers_it_under_a_name(ascend: AscendCommand, folder: Path) -> None:
    installed = folder / "small_app-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: small-app\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(
        "[ascend.applications]\nsmall = small_app:APP\nodd = small_app:NUMBER\n"
    )
    sys.path.insert(0, str(folder))

    assert ascend("--app", "small", "init").code == 0
    assert "this is small" in ascend("--app", "small", "tasks", "Home").error
    assert "installed: life-os, odd, small" in ascend("--app", "unknown", "status").error
    assert "odd" in ascend("--app", "odd", "status").error


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bank", "installed: life-os"),
        ("small_app:", "no ''"),
        (":APP", "MODULE:ATTRIBUTE"),
        ("small_app:NOPE", "no 'NOPE'"),
        ("small_app:NUMBER", "int"),
        ("no_such_module:APP", "No module named 'no_such_module'"),
        ("broken_app:APP", "No module named 'no_such_library'"),
        ("odd_app:APP", "division by zero"),
        ("leaving_app:APP", "SystemExit: 3"),
        ("../small_app:APP", "not the name of a module"),
        ("", "MODULE:ATTRIBUTE"),
    ],
)
def test_what_names_no_application_is_refused(ascend: AscendCommand, folder: Path, name: str, said: str) -> None:
    refused = ascend("--app", name, "init")

    assert (refused.code, said in refused.error) == (2, True), refused.error
    assert not (folder / "small.db").exists()


def test_the_help_lists_only_what_works_with_the_application(ascend: AscendCommand) -> None:
    assert "feed" in ascend("--help").out
    shown = ascend("--app", "small_app:APP", "--help").out
    assert ("feed" in shown, "import" in shown, "rebuild" in shown, "members" in shown) == (False, False, True, True)
