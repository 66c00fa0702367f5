"""Programs that run on Node, for tests; where they can't be had, the test is reported as not run.

tsc        TypeScript's compiler: the first words of a command
json2ts    json-schema-to-typescript: the first words of a command
jsii_env   the environment in which an AWS CDK app runs
node_env   the Node program, and the environment in which it finds the pinned packages
"""

import os

import pytest
from node_tools import Unavailable, find_node, jsii_environment, node_packages, node_tool
from support.engines import not_run


@pytest.fixture(scope="session")
def tsc() -> list[str]:
    return _tool("tsc")


@pytest.fixture(scope="session")
def json2ts() -> list[str]:
    return _tool("json2ts")


@pytest.fixture(scope="session")
def jsii_env() -> dict[str, str]:
    try:
        return os.environ | jsii_environment()
    except Unavailable as error:
        not_run("Node", error)


@pytest.fixture(scope="session")
def node_env() -> tuple[str, dict[str, str]]:
    try:
        return str(find_node()), os.environ | {"NODE_PATH": str(node_packages())}
    except Unavailable as error:
        not_run("Node", error)


def _tool(name: str) -> list[str]:
    try:
        return node_tool(name)
    except Unavailable as error:
        not_run(name, error)
