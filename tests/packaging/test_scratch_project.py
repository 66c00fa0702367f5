"""Another project installs the wheel and embeds Ascend: beside its own `domain`, with its types, with cancelled writes."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

WRONG = """
import ascend

async def wrong(store: ascend.Store) -> None:
    await store.execute("home", ascend.LeaveWorkspace(), actor=ascend.UserId("ada"))
    page = await store.queries.feed(ascend.UserId("ada"), viewer=ascend.UserId("ada"))
    reveal_type(page.items[0].line.title)
"""


STRICT = """{"include": ["worker.py", "app.py"], "typeCheckingMode": "strict"}"""
APP_OUTPUT = [
    "['home'] [(120, 'Home')]",
    "1 1",  # a policy has sealed the jar; the worker for one workspace has not touched the other
    "['home'] [(5, 'Away'), (120, 'Home')]",
    "1 2",
    "NotAllowed",
    "True {'jars': 1}",
    "['Did it work?'] TaskIsDone",
]


@pytest.fixture
def project(wheel: Path, tmp_path: Path) -> Path:
    """A folder with a package `domain`, a worker, an application, and an environment in which the wheel is installed.

    A path file adds the dependencies of this environment. Ascend itself is not on that path.
    """
    folder = tmp_path / "scratch"
    (folder / "domain").mkdir(parents=True)
    (folder / "domain" / "__init__.py").write_text('NAME: str = "Home"\n')
    for name in ("worker", "app"):
        shutil.copy(Path(__file__).with_name(f"scratch_{name}.py.txt"), folder / f"{name}.py")
    (folder / "wrong.py").write_text(WRONG)
    (folder / "strict.json").write_text(STRICT)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    dependencies = sysconfig.get_paths()["purelib"]
    installed = sysconfig.get_paths(vars={"base": str(folder / "venv"), "platbase": str(folder / "venv")})["purelib"]
    Path(installed, "dependencies.pth").write_text(f"{dependencies}\n")
    options = ["-qq", "--no-deps", "--no-index"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], check=True)
    return folder


@pytest.mark.timeout(180)
def test_the_project_sends_commands_and_queries_and_survives_cancelled_writes(
    project: Path, dynamodb_local_url: str, aws_env: dict[str, str]
) -> None:
    environment = {**aws_env, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local_url, "PATH": os.environ["PATH"]}

    ended = subprocess.run(
        [project / "venv" / "bin" / "python", "worker.py"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    cancelled, rest = ended.stdout.splitlines()[-1].split(maxsplit=1)
    assert int(cancelled) > 0
    assert rest == "10 {'Our home'} 22"  # ten lines in the feed; one commit for each command


@pytest.mark.timeout(180)
def test_an_application_of_its_own_needs_only_the_public_names(project: Path) -> None:
    ended = run(project, project / "venv" / "bin" / "python", "app.py")

    assert ended.stderr == ""
    assert ended.stdout.splitlines() == APP_OUTPUT
    assert re.findall(r"^(?:from|import) .*ascend.*", (project / "app.py").read_text(), re.MULTILINE) == [
        "import ascend"
    ]


@pytest.mark.timeout(300)
def test_the_type_checkers_of_the_project_see_the_types(project: Path) -> None:
    mypy: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--python-executable",
        project / "venv" / "bin" / "python",
    ]
    right, wrong = run(project, *mypy, "worker.py", "app.py"), run(project, *mypy, "wrong.py")

    assert (right.returncode, right.stdout) == (0, "Success: no issues found in 2 source files\n")
    assert 'incompatible type "str"; expected "WorkspaceId"' in wrong.stdout
    assert 'Revealed type is "str"' in wrong.stdout.replace("builtins.", "")

    pyright: list[str | Path] = [sys.executable, "-m", "pyright", "--pythonpath", project / "venv" / "bin" / "python"]
    right, wrong = run(project, *pyright, "-p", "strict.json"), run(project, *pyright, "wrong.py")

    assert (right.returncode, right.stdout.strip()) == (0, "0 errors, 0 warnings, 0 informations")
    assert '"Literal[\'home\']" is not assignable to "WorkspaceId"' in wrong.stdout
    assert 'Type of "page.items[0].line.title" is "str"' in wrong.stdout


def run(project: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program in the folder of the project."""
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
