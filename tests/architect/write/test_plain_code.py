"""Plain code passes the tools, its own tests on DynamoDB Local, and its TypeScript reads what its Python wrote."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from cfnlint.api import lint
from node_tools import Unavailable
from support.architect.written import EVERYTHING, NASTY
from support.architect.written_plain import (
    SHOP,
    WITH_TYPESCRIPT,
    PlainPackages,
    link_node_packages,
    run_tool,
    write_plain_packages,
)
from support.cli.command_line import AscendCommand
from support.engines import report_not_run

from ascend.architect.review.key_texts import to_exact_text
from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.files import NotWritten
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.table_template import make_template
from ascend.architect.write.plain.write import write_plain

LATER_THAN_NODE_20 = ("Array.fromAsync", "Promise.withResolvers", "Promise.try", "Object.groupBy", "Map.groupBy")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> PlainPackages:
    return write_plain_packages(tmp_path_factory.mktemp("plain"))


# ---- tools ---------------------------------------------------------------------------------------------------------


def test_plain_code_passes_its_own_rules_of_ruff_and_is_formatted(plain: PlainPackages) -> None:
    assert run_tool("ruff", "check", "--no-cache", ".", folder=plain.folder) == ""
    assert run_tool("ruff", "format", "--no-cache", "--diff", ".", folder=plain.folder) == ""


@pytest.mark.slow
def test_plain_code_passes_mypy_strict(plain: PlainPackages, tmp_path: Path) -> None:
    tests = plain.copy_tests(tmp_path)
    options = ("--strict", "--explicit-package-bases", "--config-file", plain.packages[0].folder / "pyproject.toml")
    env = {"MYPYPATH": f"{plain.python_path}:{tmp_path}"}

    assert (
        run_tool("mypy", *options, "--cache-dir", tmp_path / "cache", *plain.sources, *tests, folder=tmp_path, env=env)
        == ""
    )


@pytest.mark.slow
def test_plain_code_answers_every_question_on_dynamodb_local(
    plain: PlainPackages, dynamodb_local_url: str, aws_env: dict[str, str]
) -> None:
    folders = [each.folder / "tests" for each in plain.packages if each.runs_tests]
    env = aws_env | {"PYTHONPATH": plain.python_path, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local_url}
    settings = plain.folder / "pytest.ini"  # one for all: with those of a package, pytest takes its conftest for all
    settings.write_text("[pytest]\naddopts = --import-mode=importlib\n", "utf-8")
    without_typescript = "--ignore-glob=*/test_typescript.py"  # it needs built TypeScript: see below
    options = ("-q", "-c", settings, "-p", "no:cacheprovider", "-p", "no:randomly", "-x", without_typescript)

    assert run_tool("pytest", *options, *folders, folder=plain.folder, env=env) == ""


# ---- TypeScript ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plain_typescript_passes_tsc_strict(plain: PlainPackages, tsc: list[str]) -> None:
    first, *others = plain.packages
    link_node_packages_of(plain)
    config = json.loads((first.folder / "typescript" / "tsconfig.json").read_text("utf-8"))
    config["compilerOptions"] |= {"rootDir": ".", "noEmit": True}
    config["include"] = [f"{each.title}/typescript/src" for each in (first, *others)]
    (plain.folder / "tsconfig.json").write_text(json.dumps(config), "utf-8")

    ended = subprocess.run([*tsc, "-p", "."], cwd=plain.folder, capture_output=True, text=True, check=False)

    assert ended.stdout == ""
    assert ended.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("title", WITH_TYPESCRIPT)
def test_plain_typescript_reads_what_python_wrote_and_writes_the_same_items(
    plain: PlainPackages,
    title: str,
    tsc: list[str],
    node_env: tuple[str, dict[str, str]],
    dynamodb_local_url: str,
    aws_env: dict[str, str],
) -> None:
    package = plain.find(title)
    link_node_packages_of(plain)
    subprocess.run([*tsc, "-p", "."], cwd=package.folder / "typescript", check=True)
    env = aws_env | {"NODE": node_env[0], "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local_url}

    said = subprocess.run(
        [*run_pytest(), "-rs", "tests/test_typescript.py"],
        cwd=package.folder,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in said.stdout, said.stdout[-3_000:]


def test_plain_typescript_and_its_test_use_nothing_that_node_20_lacks(plain: PlainPackages) -> None:
    folder = plain.find("library").folder / "typescript"

    assert json.loads((folder / "package.json").read_text("utf-8"))["engines"] == {"node": ">=20"}
    for file in (*(folder / "src").glob("*.ts"), folder / "test" / "reads.mjs"):
        for name in LATER_THAN_NODE_20:
            assert name not in file.read_text("utf-8"), file


def run_pytest() -> Iterator[str]:
    import sys  # noqa: PLC0415

    yield from (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")


def link_node_packages_of(plain: PlainPackages) -> None:
    for each in plain.packages:
        if not (each.folder / "typescript" / "node_modules").exists():
            try:
                link_node_packages(each)
            except Unavailable as error:
                report_not_run("Node", error)


# ---- the table -----------------------------------------------------------------------------------------------------


def test_a_table_has_the_indexes_that_its_items_use_and_no_other() -> None:
    resources = make_template(PlainCode(make_design(Proposal.model_validate(SHOP))))["Resources"]
    tables = {name: each["Properties"] for name, each in resources.items()}

    assert tables.keys() == {"PageTable", "SaleTable"}
    assert [index["IndexName"] for index in tables["PageTable"]["GlobalSecondaryIndexes"]] == ["GSI1", "GSI2"]
    assert tables["PageTable"]["TimeToLiveSpecification"] == {"AttributeName": "ExpiresAt", "Enabled": True}
    assert "TimeToLiveSpecification" not in tables["SaleTable"]
    assert [index["IndexName"] for index in tables["SaleTable"]["GlobalSecondaryIndexes"]] == ["GSI1"]
    defined = [each["AttributeName"] for each in tables["SaleTable"]["AttributeDefinitions"]]
    assert defined == ["PK", "SK", "GSI1PK", "GSI1SK"]
    for properties in tables.values():
        assert properties["DeletionProtectionEnabled"]
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_cloudformation_accepts_the_template(plain: PlainPackages) -> None:
    for title in ("shop", "item"):
        assert lint((plain.find(title).folder / "table.template.json").read_text("utf-8")) == []


# ---- texts, files and the command line -----------------------------------------------------------------------------


def test_no_text_of_a_proposal_breaks_out_of_its_place(plain: PlainPackages) -> None:
    folder = plain.find("library").folder
    written = [file for file in folder.rglob("*") if file.is_file() and "node_modules" not in file.parts]

    for file in written:
        text = file.read_text("utf-8")
        assert "\u202e" not in text, file
        assert NASTY not in text, file
    model = (folder / "typescript" / "src" / "folderModel.ts").read_text("utf-8")
    assert "*\\/ a `tick`" in model.splitlines()[0]


def test_texts_in_keys_are_those_of_the_review_and_values_cannot_smuggle_a_separator(
    plain: PlainPackages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(plain.find("item").folder), *sys.path])
    keys, ids = import_module("item_store.keys"), import_module("item_store.ids")

    for text in ("a#b", "50 %", "plain", "Äpfel", "tab\t", "\x9f"):
        assert keys.keyed(text) == to_exact_text(text)
        assert "#" not in keys.keyed(text) + keys.sort_text(text)
    for number in (-(10**15) + 1, -3, 0, 10**15 - 1):
        assert keys.number_text(number) == to_exact_text(number)
    assert keys.day_text(date(2030, 1, 31)) == to_exact_text(date(2030, 1, 31))
    assert sorted(["Box 10", "Birnen", "Äpfel", "box 2"], key=keys.sort_text) == ["Äpfel", "Birnen", "box 2", "Box 10"]
    for smuggled in ("ws#1", "", "a b", "ws\n"):
        with pytest.raises(ValueError, match="WorkspaceId"):
            ids.WorkspaceId(smuggled)


def test_a_file_that_somebody_edited_is_not_overwritten(tmp_path: Path) -> None:
    design = make_design(Proposal.model_validate(EVERYTHING))
    write_plain(design, tmp_path)
    page = tmp_path / "README.md"
    page.write_text("mine", "utf-8")

    assert write_plain(design, tmp_path) == []
    assert page.read_text("utf-8") == "mine"
    with pytest.raises(NotWritten):
        write_plain(make_design(Proposal.model_validate(SHOP)), tmp_path)


def test_the_command_line_writes_plain_code(ascend: AscendCommand, tmp_path: Path) -> None:
    proposal = tmp_path / "note.yaml"
    proposal.write_text("entity: note\nattributes: {text: 300}\npatterns: [{question: One note, by: [id]}]\n", "utf-8")

    result = ascend("schema", "review", proposal, "--write", tmp_path / "out", "--plain")

    assert result.code == 0
    assert (tmp_path / "out" / "note_store" / "note_repository.py").exists()


def test_plain_without_a_folder_is_refused(ascend: AscendCommand, tmp_path: Path) -> None:
    proposal = tmp_path / "note.yaml"
    proposal.write_text("entity: note\n", "utf-8")

    assert "--write" in ascend("schema", "review", proposal, "--plain").error
