"""Fixtures: the command line; the AWS CLI; the bank of examples/bank; TypeScript packages, written and built once."""

import importlib.util
import sys
from typing import Any

import pytest
from aws_cli import Unavailable, aws_cli_environment
from support.architect.typescript import TypeScript
from support.cli.command_line import AscendCommand, make_command
from support.engines import report_not_run
from support.paths import ROOT

from ascend.projections.life_os import LIFE_OS


@pytest.fixture(scope="session")
def life_os_package(
    tmp_path_factory: pytest.TempPathFactory, tsc: list[str], node_env: tuple[str, dict[str, str]]
) -> TypeScript:
    return TypeScript.build(LIFE_OS, tmp_path_factory.mktemp("life-os"), tsc, node_env)


@pytest.fixture(scope="session")
def bank() -> Any:
    """The module of examples/bank."""
    spec = importlib.util.spec_from_file_location("bank_of_the_examples", ROOT / "examples" / "bank" / "bank.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where `inspect` looks for the source of its classes
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bank_package(
    bank: Any, tmp_path_factory: pytest.TempPathFactory, tsc: list[str], node_env: tuple[str, dict[str, str]]
) -> TypeScript:
    return TypeScript.build(bank.APP, tmp_path_factory.mktemp("bank"), tsc, node_env)


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    return make_command(capsys)


@pytest.fixture(scope="session")
def aws_cli() -> dict[str, str]:
    """The environment variables by which Python finds the AWS CLI."""
    try:
        return aws_cli_environment()
    except Unavailable as error:
        report_not_run("the AWS CLI", error)
