"""The CDK example makes the same stack as our template. Both are normalised before they are compared:

- CDK adds eight hexadecimal digits to each logical id: they are dropped everywhere
- `SSEType: KMS` is dropped, because `SSEEnabled` implies it
- parts that CDK adds to every template are dropped: the version of its bootstrap stack, and the rule that checks it
"""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from cfnlint.api import lint
from support.paths import ROOT

from ascend.architect.aws.cloudformation import build_stack_template

APP = ROOT / "examples" / "cdk" / "app.py"


@pytest.fixture(scope="module")
def synthesised(jsii_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("cdk")
    process = subprocess.run(
        [sys.executable, "-W", "error", APP], env=jsii_env | {"CDK_OUTDIR": str(out)}, check=False, capture_output=True
    )
    assert (process.returncode, process.stderr.decode()) == (0, "")
    template: dict[str, Any] = json.loads((out / "Ascend.template.json").read_text())
    return template


def normalise(document: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(document)
    for id in document["Resources"]:
        text = text.replace(f'"{id}"', f'"{re.sub("[0-9A-F]{8}$", "", id)}"')
    normal: dict[str, Any] = json.loads(text)
    normal["Parameters"].pop("BootstrapVersion", None)
    for part in ("Rules", "AWSTemplateFormatVersion"):
        normal.pop(part, None)
    for resource in normal["Resources"].values():
        resource["Properties"].get("SSESpecification", {}).pop("SSEType", None)
    return normal


def test_the_example_makes_our_template(synthesised: dict[str, Any]) -> None:
    ours, theirs = normalise(build_stack_template()), normalise(synthesised)

    assert theirs.keys() == ours.keys()
    for part in ours:
        assert theirs[part] == ours[part]


def test_the_comparison_sees_a_difference(synthesised: dict[str, Any]) -> None:
    other = json.loads(
        json.dumps(synthesised).replace('"DeletionProtectionEnabled": true', '"DeletionProtectionEnabled": false')
    )

    assert normalise(other) != normalise(build_stack_template())


def test_cfn_lint_finds_no_fault_in_the_example(synthesised: dict[str, Any]) -> None:
    assert [str(fault) for fault in lint(json.dumps(synthesised))] == []
