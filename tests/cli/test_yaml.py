"""Mistakes in YAML files are reported in plain words, with their line, and long values are cut."""

from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand

from ascend.architect.cost.workload import Workload
from ascend.cli.schema.yaml_file import parse_yaml
from ascend.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("users: 1e3", "line 1: users: 1e3 is a text in YAML: write 1000"),
        ("peak: 1e3", "line 1: peak: 1e3 is a text in YAML: write 1000 or 1.0e+3"),
        ("peak: 1.5e3", "line 1: peak: 1.5e3 is a text in YAML: write 1500 or 1.5e+3"),
        ("\ncold: 1E-1", "line 2: cold: 1E-1 is a text in YAML: write 0.1 or 1.0e-1"),
        ("\nusers: " + "9" * 5_000, "line 2: " + "9" * 80 + "… cannot be read as int: put a text in quotes"),
        ("\n\nregion: 2026-13-45", "line 3: 2026-13-45 cannot be read as timestamp: put a text in quotes"),
        ("region: !!timestamp abc", "line 1: abc cannot be read as timestamp: put a text in quotes"),
        ("k" * 1_000 + ": 1", "line 1: " + "k" * 80 + "…: unknown name"),
        (("k" * 1_000 + ": 1\n") * 2, "line 2: " + "k" * 80 + "… is given twice"),
    ],
)
def test_a_mistake_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_yaml(text, Workload)

    assert refused.value.detail == message


@pytest.mark.parametrize("text", ["1000", "1.0e+3", "1.5e+3", "1.0e-1"])
def test_a_suggested_number_is_read(text: str) -> None:
    assert parse_yaml(f"stream_reads: {text}", Workload).stream_reads == float(text)


def test_the_error_names_the_file(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text("workspaces: 1e3\n")

    refused = ascend("schema", "cost", str(file))

    assert (refused.code, refused.out) == (2, "")
    assert refused.error.endswith(f"[{file}, line 1: workspaces: 1e3 is a text in YAML: write 1000]")
