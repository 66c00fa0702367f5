"""Command lines of the AWS CLI, as a shell reads them. One process runs all of them: the program alone takes a second to start.

Run as a program, it takes a list of argument lists as JSON on standard input, and prints a list of answers.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

SHELL = "aws() { printf '%s\\0' \"$@\" $'\\n'; }\n"
"""A function in place of the program: it prints its arguments, so that the shell's own reading of a line is what is tested."""
END = "\n"


def read_command_lines(text: str) -> list[list[str]]:
    """Return the arguments of each call of `aws` in a shell script."""
    printed = subprocess.run(["bash", "-euc", SHELL + text], capture_output=True, text=True, check=True).stdout
    calls: list[list[str]] = [[]]
    for argument in printed.split("\0")[:-1]:
        if argument == END:
            calls.append([])
        else:
            calls[-1].append(argument)
    return calls[:-1]


def run_commands(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> list[Any]:
    """Return the JSON that each command of the AWS CLI prints. `environment` is that of `aws_cli_environment`."""
    process = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        input=json.dumps(commands),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    answers: list[Any] = json.loads(process.stdout)
    failed = [(command, answer) for command, answer in zip(commands, answers, strict=True) if answer["code"] != 0]
    assert failed == []
    return [json.loads(answer["out"]) for answer in answers]


def run_in_shell(script: str, environment: dict[str, str]) -> Any:
    """Run a shell script in which `aws` is the program itself, and return the JSON that it prints."""
    program = f'aws() {{ {sys.executable} -W ignore -m awscli "$@"; }}\n'
    process = subprocess.run(
        ["bash", "-euc", program + script], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def main() -> None:
    driver: Any = import_module("awscli.clidriver").create_clidriver()  # found by this process only
    answers: list[dict[str, Any]] = []
    for command in json.load(sys.stdin):
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = driver.main(command)
        answers.append({"code": code, "out": out.getvalue(), "err": err.getvalue()})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
