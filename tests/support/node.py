"""Fixtures: programs that run on Node. Without Node the test is reported as not run.

tsc        the first words of the command of TypeScript's compiler
jsii_env   the environment of an AWS CDK app
node_env   the Node program, and the environment in which it finds the pinned packages
mermaid    the module of Mermaid, which reads diagrams
"""

import os
from pathlib import Path

import pytest
from mermaid import find_mermaid
from node_tools import Unavailable, find_node, jsii_environment, node_packages, node_tool
from support.engines import report_not_run


@pytest.fixture(scope="session")
def tsc() -> list[str]:
    return _find_tool("tsc")


@pytest.fixture(scope="session")
def jsii_env() -> dict[str, str]:
    try:
        return os.environ | jsii_environment()
    except Unavailable as error:
        report_not_run("Node", error)


@pytest.fixture(scope="session")
def node_env() -> tuple[str, dict[str, str]]:
    try:
        return str(find_node()), os.environ | {"NODE_PATH": str(node_packages())}
    except Unavailable as error:
        report_not_run("Node", error)


@pytest.fixture(scope="session")
def mermaid() -> Path:
    try:
        return find_mermaid()
    except Unavailable as error:
        report_not_run("Mermaid", error)


def _find_tool(name: str) -> list[str]:
    try:
        return node_tool(name)
    except Unavailable as error:
        report_not_run(name, error)
