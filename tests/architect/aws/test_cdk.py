"""The CDK example makes the same stack as our template. Two descriptions of one thing, so they are compared normalised:

- a logical id that CDK makes ends with eight hexadecimal digits of its own: they are dropped, wherever it stands
- `SSEType: KMS` may be left out: it is what `SSEEnabled` means
- what CDK adds to every template is dropped: the version of its bootstrap stack, and the rule that checks it
"""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from cfnlint.api import lint
from support.paths import ROOT

from ascend.architect.aws.cloudformation import template

APP = ROOT / "examples" / "cdk" / "app.py"


@pytest.fixture(scope="module")
def synthesised(jsii_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("cdk")
    ran = subprocess.run(
        [sys.executable, "-W", "error", APP], env=jsii_env | {"CDK_OUTDIR": str(out)}, check=False, capture_output=True
    )
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    made: dict[str, Any] = json.loads((out / "Ascend.template.json").read_text())
    return made


def normalised(document: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(document)
    for id in document["Resources"]:
        text = text.replace(f'"{id}"', f'"{re.sub("[0-9A-F]{8}$", "", id)}"')
    same: dict[str, Any] = json.loads(text)
    same["Parameters"].pop("BootstrapVersion", None)
    for added in ("Rules", "AWSTemplateFormatVersion"):
        same.pop(added, None)
    for resource in same["Resources"].values():
        resource["Properties"].get("SSESpecification", {}).pop("SSEType", None)
    return same


def test_the_example_makes_our_template(synthesised: dict[str, Any]) -> None:
    ours, theirs = normalised(template()), normalised(synthesised)

    assert theirs.keys() == ours.keys()
    for part in ours:
        assert theirs[part] == ours[part]


def test_the_comparison_sees_a_difference(synthesised: dict[str, Any]) -> None:
    other = json.loads(
        json.dumps(synthesised).replace('"DeletionProtectionEnabled": true', '"DeletionProtectionEnabled": false')
    )

    assert normalised(other) != normalised(template())


def test_cfn_lint_finds_nothing_in_it(synthesised: dict[str, Any]) -> None:
    assert [str(found) for found in lint(json.dumps(synthesised))] == []
