"""Doctor: compare the settings of the store with the declaration, and say what to do. Exits with 1 for any drift."""

from collections.abc import Sequence
from dataclasses import asdict

import anyio
import typer

from ascend.adapters.layout.drift import SettingCheck, Verdict
from ascend.cli.desk import Options
from ascend.cli.errors import STALLED, ForOperators
from ascend.cli.terminal.printing import Printer, counted
from ascend.doctor import examine


def doctor(context: typer.Context) -> None:
    """Compare the settings of the store with the declared schema; say what to do."""
    options: Options = context.obj
    if options.user is not None:
        raise ForOperators(context.info_name)
    findings = anyio.run(examine, options.url)
    say(options.printer, findings)
    if drift(findings):
        raise typer.Exit(STALLED)


def drift(findings: Sequence[SettingCheck]) -> list[SettingCheck]:
    return [finding for finding in findings if finding.state is Verdict.DRIFT]


def say(printer: Printer, findings: Sequence[SettingCheck]) -> None:
    if printer.json:
        printer.document({"clean": not drift(findings), "findings": [asdict(finding) for finding in findings]})
        return
    for finding in findings:
        if finding.state is not Verdict.OK:
            printer.text(sentence(finding))
    printer.text(summary(findings))


def sentence(finding: SettingCheck) -> str:
    if finding.state is Verdict.UNKNOWN:
        return f"unknown  {finding.where}  {finding.setting}: this endpoint does not tell"
    return f"drift    {finding.where}  {finding.setting}: {finding.said}. To do: {finding.todo}"


def summary(findings: Sequence[SettingCheck]) -> str:
    if not findings:
        return "Clean: this store is kept in memory, and has no settings."
    wrong, unknown = len(drift(findings)), sum(finding.state is Verdict.UNKNOWN for finding in findings)
    what = f"{counted(wrong, 'setting')} to mend" if wrong else "Clean"
    known = counted(len(findings) - unknown, "setting")
    return f"{what}: {known} compared with the declaration{f', {unknown} unknown here' if unknown else ''}."
