"""Node and its programs are pinned, and are installed once on a machine where nobody installed them by hand."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import node_tools
import pytest
from node_tools import Unavailable, find_node, node_tool

SCRIPTS = Path(node_tools.__file__).parent
PRINT_TSC = (
    f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); import node_tools; print(node_tools.node_tool('tsc')[-1])"
)
APP_WITH_ONE_TABLE = """
import json
from aws_cdk import App, Stack, aws_dynamodb as dynamodb

app = App(analytics_reporting=False)
key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
dynamodb.TableV2(Stack(app, "Mine"), "Events", partition_key=key)
print(json.dumps(app.synth().get_stack_by_name("Mine").template))
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of programs that stands first in PATH. The user's cache is empty."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return programs


def write_program(place: Path, script: str) -> Path:
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return place


# ---- the programs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "code"), [("const a: string = 'a';", 0), ("const a: string = null;", 1)])
def test_tsc_checks_strictly(tsc: list[str], tmp_path: Path, line: str, code: int) -> None:
    (tmp_path / "a.ts").write_text(line)

    ran = subprocess.run([*tsc, "--strict", "--noEmit", "a.ts"], cwd=tmp_path, check=False, capture_output=True)

    assert min(ran.returncode, 1) == code


def test_an_aws_cdk_app_runs_where_no_node_is_on_the_path(jsii_env: dict[str, str], tmp_path: Path) -> None:
    environment = jsii_env | {"PATH": str(tmp_path)}

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", APP_WITH_ONE_TABLE],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    [table] = json.loads(ran.stdout)["Resources"].values()
    assert (table["Type"], ran.stderr) == ("AWS::DynamoDB::GlobalTable", "")


# ---- Node ----------------------------------------------------------------------------------------------------------


def test_the_machines_node_is_used_if_it_is_new_enough(machine: Path) -> None:
    installed = write_program(machine / "node", "echo v22.1.0")

    assert find_node() == installed


@pytest.mark.parametrize("script", ["echo v20.20.2", "echo not a version", "exit 1"])
def test_the_locked_node_is_used_if_the_machines_node_is_too_old(machine: Path, script: str) -> None:
    installed = write_program(machine / "node", script)

    locked = find_node()

    assert locked != installed
    assert subprocess.run([locked, "--version"], check=True, capture_output=True).stdout.startswith(b"v2")


def test_the_locked_node_is_used_if_the_machine_has_none(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine))

    assert find_node().is_file()


# ---- installing ----------------------------------------------------------------------------------------------------


def test_any_number_of_processes_install_once(machine: Path, tmp_path: Path) -> None:
    write_program(machine / "npm", f'echo "$@" >> {tmp_path}/calls; sleep 0.5; mkdir -p node_modules/.bin')

    processes = [subprocess.Popen([sys.executable, "-c", PRINT_TSC], stdout=subprocess.PIPE) for _ in range(4)]
    outputs = {process.communicate()[0] for process in processes}

    assert len(outputs) == 1
    assert Path(outputs.pop().decode().strip()).parent.is_dir()
    [call] = (tmp_path / "calls").read_text().splitlines()
    assert call.startswith("ci --ignore-scripts ")


def test_another_lock_makes_another_installation(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(machine / "npm", "mkdir -p node_modules/.bin")
    before = node_tool("tsc")
    monkeypatch.setattr(node_tools, "PINNED", shutil.copytree(SCRIPTS / "node", tmp_path / "pinned"))
    assert node_tool("tsc") == before

    with (tmp_path / "pinned" / "package-lock.json").open("a") as lock:
        lock.write(" ")

    assert node_tool("tsc") != before


def test_without_a_registry_the_error_says_why_and_nothing_is_left(machine: Path, tmp_path: Path) -> None:
    write_program(machine / "npm", "mkdir node_modules; echo 'npm error code ENOTFOUND' >&2; exit 1")

    with pytest.raises(
        Unavailable, match="npm could not install the packages that scripts/node pins: npm error code ENOTFOUND"
    ):
        node_tool("tsc")

    assert [path.name for path in (tmp_path / "cache" / "ascend").iterdir()] == ["lock"]


def test_the_lock_has_a_hash_for_each_package_and_no_registry_address() -> None:
    lock = (SCRIPTS / "node" / "package-lock.json").read_text()

    packages = [package for name, package in json.loads(lock)["packages"].items() if name]

    assert packages
    assert [package for package in packages if not package["integrity"].startswith("sha512-")] == []
    assert re.findall(r'"resolved"|\.tgz', lock) == []
