"""The wheel holds the package and the entry point of the command, and works beside another package named `domain`."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from support.paths import ROOT

WORKER = """
import domain, ascend.domain.errors, ascend.adapters.table, ascend.projections
print(domain.__file__, ascend.domain.errors.__file__, sep="\\n")
"""


def test_it_holds_one_package_with_its_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "ascend",
        "ascend_command.py",
    }
    assert {"ascend/py.typed", "ascend/__init__.py", "ascend/domain/errors.py", "ascend/adapters/table.py"} <= set(
        names
    )


def test_it_holds_every_module_and_document_of_the_folders(wheel: Path) -> None:
    expected = {
        f"ascend/{path.relative_to(ROOT)}"
        for folder in ("domain", "projections", "adapters")
        for kind in ("*.py", "*.json", "*.md", "*.ts")  # what the code reads lies beside it
        for path in (ROOT / folder).rglob(kind)
    }

    assert "ascend/architect/types/typescript/ascend.ts" in expected
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_a_worker_with_a_domain_of_its_own_imports_both(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "worker" / "domain").mkdir(parents=True)
    (tmp_path / "worker" / "domain" / "__init__.py").touch()
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    path = os.pathsep.join([str(tmp_path / "worker"), str(tmp_path / "installed")])

    ran = subprocess.run(
        [sys.executable, "-c", WORKER],
        env={"PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stderr == ""
    assert ran.stdout.split() == [
        str(tmp_path / "worker" / "domain" / "__init__.py"),
        str(tmp_path / "installed" / "ascend" / "domain" / "errors.py"),
    ]
