"""Another project installs the wheel and embeds Ascend: beside its own `domain`, with its types, with cancelled writes."""

import os
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


@pytest.fixture
def project(wheel: Path, tmp_path: Path) -> Path:
    """A folder with a package `domain`, a worker, and an environment in which the wheel is installed.

    A path file adds the dependencies of this environment. Ascend itself is not on that path.
    """
    folder = tmp_path / "scratch"
    (folder / "domain").mkdir(parents=True)
    (folder / "domain" / "__init__.py").write_text('NAME: str = "Home"\n')
    shutil.copy(Path(__file__).with_name("scratch_worker.py.txt"), folder / "worker.py")
    (folder / "wrong.py").write_text(WRONG)
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
def test_the_type_checker_of_the_project_sees_the_types(project: Path) -> None:
    def mypy(file: str) -> subprocess.CompletedProcess[str]:
        python = project / "venv" / "bin" / "python"
        command: list[str | Path] = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, file]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    right, wrong = mypy("worker.py"), mypy("wrong.py")

    assert (right.returncode, right.stdout) == (0, "Success: no issues found in 1 source file\n")
    assert 'incompatible type "str"; expected "WorkspaceId"' in wrong.stdout
    assert 'Revealed type is "str"' in wrong.stdout.replace("builtins.", "")
