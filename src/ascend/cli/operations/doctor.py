"""Compare the settings of the store with the declaration, and say what to do. Exits with 1 if any setting differs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import anyio
import typer

from ascend.adapters.layout.setting_check import SettingCheck, Verdict
from ascend.architect.aws.advice import read_settings
from ascend.cli.context import GlobalOptions
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import Printer, count_noun
from ascend.doctor import examine


def examine_store(options: GlobalOptions, parameters: Path | None) -> None:
    """Compare the settings of the store with the declared schema, and print the findings. Raises: typer.Exit."""
    settings = None if parameters is None else read_settings(parameters)
    checks = anyio.run(examine, options.url, options.application, settings)
    print_checks(options.printer, checks)
    if find_drift(checks):
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def find_drift(checks: Sequence[SettingCheck]) -> list[SettingCheck]:
    return [check for check in checks if check.state is Verdict.DRIFT]


def print_checks(printer: Printer, checks: Sequence[SettingCheck]) -> None:
    if printer.json:
        printer.document({"clean": not find_drift(checks), "findings": [asdict(check) for check in checks]})
        return
    for check in checks:
        if check.state is not Verdict.OK:
            printer.line(describe_check(check))
    printer.line(summarize_checks(checks))


def describe_check(check: SettingCheck) -> str:
    if check.state is Verdict.UNKNOWN:
        return f"unknown  {check.where}  {check.setting}: this endpoint does not report it"
    return f"drift    {check.where}  {check.setting}: {check.said}. To do: {check.todo}"


def summarize_checks(checks: Sequence[SettingCheck]) -> str:
    if not checks:
        return "Clean: this store is kept in memory and has no settings."
    wrong, unknown = len(find_drift(checks)), sum(check.state is Verdict.UNKNOWN for check in checks)
    verdict = f"{count_noun(wrong, 'setting')} to correct" if wrong else "Clean"
    known = count_noun(len(checks) - unknown, "setting")
    return f"{verdict}: {known} compared with the declaration{f', {unknown} unknown here' if unknown else ''}."
