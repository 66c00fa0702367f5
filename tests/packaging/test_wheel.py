"""The wheel holds the package and the entry point of the command, and works beside another package named `domain`."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from support.paths import ROOT

FOLDERS = {ROOT / name: ROOT for name in ("domain", "projections", "adapters")} | {
    ROOT / "src" / "ascend" / name: ROOT / "src" / "ascend" for name in ("architect", "cli", "testing")
}
"""Folders of the package, each with the folder that becomes `ascend` in the wheel."""
WORKER = """
import domain, ascend.domain.errors, ascend.adapters.table, ascend.projections
print(domain.__file__, ascend.domain.errors.__file__, sep="\\n")
"""


def test_the_wheel_holds_one_package_with_its_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "ascend",
        "ascend_command.py",
    }
    assert {"ascend/py.typed", "ascend/__init__.py", "ascend/domain/errors.py", "ascend/adapters/table/port.py"} <= set(
        names
    )


def test_the_wheel_holds_every_module_and_document_of_the_folders(wheel: Path) -> None:
    expected = {
        f"ascend/{path.relative_to(parent)}"
        for folder, parent in FOLDERS.items()
        for kind in ("*.py", "*.json", "*.md", "*.ts")  # the code reads documents that lie beside it
        for path in folder.rglob(kind)
    }

    assert "ascend/architect/types/typescript/runtime/query.ts" in expected
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_a_worker_imports_its_own_domain_package_and_ascend(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "worker" / "domain").mkdir(parents=True)
    (tmp_path / "worker" / "domain" / "__init__.py").touch()
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    path = os.pathsep.join([str(tmp_path / "worker"), str(tmp_path / "installed")])

    ended = subprocess.run(
        [sys.executable, "-c", WORKER],
        env={"PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stderr == ""
    assert ended.stdout.split() == [
        str(tmp_path / "worker" / "domain" / "__init__.py"),
        str(tmp_path / "installed" / "ascend" / "domain" / "errors.py"),
    ]
