"""Written code passes the tools that a project on Ascend uses, and its own tests, on every engine."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from support.architect.written import EVERYTHING, NASTY, WrittenPackages
from support.cli.command_line import AscendCommand
from support.paths import ROOT

from ascend.architect.check.rules import check_schema, load_schema
from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.extension import write_extension
from ascend.domain.errors import InvalidInput
from ascend.projections.application import Application


def run_tool(*arguments: object, folder: Path, **env: str) -> str:
    """Return what a tool of this environment says if it finds a fault; an empty text if it finds none."""
    ended = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if ended.returncode == 0 else ended.stdout[-5_000:] + ended.stderr[-2_000:]


@contextmanager
def importing(*folders: Path) -> Generator[None]:
    before = set(sys.modules)
    sys.path[:0] = map(str, folders)
    try:
        yield
    finally:
        del sys.path[: len(folders)]
        for name in set(sys.modules) - before:
            del sys.modules[name]


def load_app(package: str, folder: Path) -> Application:
    with importing(folder):
        app = import_module(f"{package}.app").APP
    assert isinstance(app, Application)
    return app


# ---- tools ---------------------------------------------------------------------------------------------------------


def test_written_code_passes_its_own_rules_of_ruff(written: WrittenPackages) -> None:
    folders = [package.folder for package in written.packages]

    assert run_tool("ruff", "check", "--no-cache", *folders, folder=written.folder) == ""


def test_written_code_is_formatted(written: WrittenPackages) -> None:
    folders = [package.folder for package in written.packages]

    assert run_tool("ruff", "format", "--no-cache", "--diff", *folders, folder=written.folder) == ""


@pytest.mark.parametrize("rules", [("--isolated",), ("--config", ROOT / "pyproject.toml", "--ignore", "I001")])
def test_written_code_passes_ruff_without_settings_and_with_those_of_ascend(
    written: WrittenPackages, rules: tuple[object, ...]
) -> None:
    """Which imports come first depends on the folder of the settings, so that is left to the test above."""
    for package in written.packages[:4]:
        code = [package.name] if rules[0] != "--isolated" else ["."]
        assert run_tool("ruff", "check", "--no-cache", *rules, *code, folder=package.folder) == ""


@pytest.mark.slow
def test_written_code_passes_mypy_strict(written: WrittenPackages, tmp_path: Path) -> None:
    settings = written.packages[0].folder / "pyproject.toml"
    options = ("--strict", "--explicit-package-bases", "--config-file", settings, "--cache-dir", tmp_path)

    assert run_tool("mypy", *options, *written.sources, folder=written.folder, MYPYPATH=written.python_path) == ""


def test_written_schemas_pass_the_check(written: WrittenPackages) -> None:
    for package in written.packages:
        assert check_schema(load_schema(load_app(package.name, package.folder))) == [], package.name


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_written_code_passes_its_own_tests(written: WrittenPackages) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--import-mode=importlib", "-W", "error")
    files = written.find_tests()

    assert run_tool("pytest", *options, *files, folder=written.tests, PYTHONPATH=written.python_path) == ""


@pytest.mark.parametrize("engine", ["sqlite", "dynamodb"])
def test_written_code_answers_its_questions_on_other_engines(
    written: WrittenPackages, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/{{name}}.db"
    if engine == "dynamodb":
        endpoint: str = request.getfixturevalue("dynamodb_local_url")
        url = f"dynamodb://{{name}}?region=eu-central-1&endpoint_url={endpoint}"
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--import-mode=importlib")
    files = [written.tests / "test_folders__file_questions.py", written.tests / "test_folders__folder_questions.py"]
    env = {"PYTHONPATH": written.python_path, "ASCEND_TEST_STORE": url}

    assert run_tool("pytest", *options, *files, folder=written.tests, **env) == ""


def test_the_command_line_runs_a_written_application(
    written: WrittenPackages, ascend: AscendCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = next(package.folder for package in written.packages if package.name == "folders")
    monkeypatch.setenv("ASCEND_APP", "folders.app:APP")
    monkeypatch.setenv("ASCEND_STORE", f"sqlite:///{tmp_path}/folders.db")

    with importing(folder):
        for command in (("init",), ("worker", "--until-caught-up"), ("status",), ("verify",), ("schema", "check")):
            assert ascend(*command).code == 0


# ---- texts that are not trusted ------------------------------------------------------------------------------------


def test_no_text_of_a_proposal_breaks_out_of_its_place(written: WrittenPackages) -> None:
    folder = written.packages[0].folder
    texts = {file: file.read_text() for file in folder.rglob("*.*") if file.suffix in {".py", ".toml", ".md", ".ts"}}
    strings = {
        node.value
        for file, text in texts.items()
        if file.suffix == ".py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert f"One folder, {NASTY}" in strings  # the name of the pattern, as it was given
    assert any(text.startswith(f"A folder, {NASTY}") for text in strings)  # the docstring of the state
    assert tomllib.loads((folder / "pyproject.toml").read_text())["project"]["name"] == "library"
    assert not any("\u202e" in text for text in texts.values())  # nobody sees another order than the machine
    lines = [line.strip() for file, text in texts.items() if file.suffix == ".ts" for line in text.splitlines()]
    assert [
        line for line in lines if "*/ a `tick`" in line and line.startswith(("*", "/"))
    ] == []  # no comment ends early


# ---- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity", "said"),
    [
        ({"entity": "view", "patterns": [{"question": "All"}]}, "view"),
        ({"entity": "note", "attributes": {"cursor": 10}, "patterns": [{"question": "All"}]}, "cursor of note"),
        (
            {
                "entity": "note",
                "relationships": [{"name": "reader", "to": ["person"], "each": 5_000}],
                "patterns": [{"question": "All"}],
            },
            "describe an entity of its own for each pair",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_way_out(
    entity: dict[str, object], said: str, tmp_path: Path
) -> None:
    design = make_design(Proposal.model_validate({"entities": [entity]}))

    with pytest.raises(InvalidInput, match=said):
        write_extension(design, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_entities_that_each_need_the_other_first_are_refused(tmp_path: Path) -> None:
    pair = [
        {
            "entity": kind,
            "relationships": [{"name": "twin", "to": [other], "each": 1}],
            "patterns": [{"question": f"All of {kind}"}],
        }
        for kind, other in (("left", "right"), ("right", "left"))
    ]
    design = make_design(Proposal.model_validate({"entities": pair}))

    with pytest.raises(InvalidInput, match="make one of the relationships optional"):
        write_extension(design, tmp_path)


def test_a_kind_of_the_life_os_leads_to_an_application_of_its_own(tmp_path: Path) -> None:
    proposal = {"name": "own", "entities": [{"entity": "task", "attributes": {"title": 60}}]}
    write_extension(make_design(Proposal.model_validate(proposal)), tmp_path)

    assert (
        "It stands on the kernel alone: the Life OS has a task of its own." in (tmp_path / "own" / "app.py").read_text()
    )
    assert [kind.state.entity for kind in load_app("own", tmp_path).kinds] == ["workspace", "task"]


def test_a_package_never_hides_a_module_of_python(tmp_path: Path) -> None:
    proposal = {"name": "calendar", "entities": [{"entity": "day", "attributes": {"title": 60}}]}
    write_extension(make_design(Proposal.model_validate(proposal)), tmp_path)

    assert (tmp_path / "calendar_app" / "app.py").exists()


def test_the_proposal_with_everything_is_valid() -> None:
    assert make_design(Proposal.model_validate(EVERYTHING)).answers
