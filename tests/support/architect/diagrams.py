"""The diagrams in a page, and their faults by Mermaid's own parser."""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

PARSER = Path(__file__).with_name("mermaid_parser.mjs")
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def list_diagrams(page: str) -> list[str]:
    texts: list[str] = DIAGRAM.findall(page)
    return texts


def find_diagram_faults(node: str, mermaid: Path, diagrams: Sequence[str]) -> list[str | None]:
    """Return the fault of each diagram; None if Mermaid can read it."""
    process = subprocess.run(
        [node, str(PARSER), str(mermaid)], input=json.dumps(diagrams), capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    faults: list[str | None] = json.loads(process.stdout)
    return faults
