"""Look up every version of requirements.lock in the OSV advisory database.

The exit code is 1 if an advisory is found, and 0 otherwise. If the database cannot be reached, one line says so and the exit
code is 0, so that `make check` also runs on a machine without internet access.
"""

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

TIMEOUT = 120  # seconds for the whole run

AUDIT = [
    *(sys.executable, "-m", "pip_audit", "--progress-spinner=off", "--timeout=5"),
    *("--vulnerability-service=osv", "--no-deps", "--disable-pip", "--requirement=requirements.lock"),
]


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        with suppress(subprocess.TimeoutExpired):  # then there is no report
            subprocess.run(
                [*AUDIT, "--format=json", f"--output={report}"], capture_output=True, check=False, timeout=TIMEOUT
            )
        if not report.exists() or not report.read_text():
            print("NOT RUN: pip-audit, because the advisory service cannot be reached")
            return 0
        affected = [package for package in json.loads(report.read_text())["dependencies"] if package.get("vulns")]
    for package in affected:
        print(f"{package['name']} {package['version']}: {', '.join(advisory['id'] for advisory in package['vulns'])}")
    return 1 if affected else 0


if __name__ == "__main__":
    sys.exit(main())
