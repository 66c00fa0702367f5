"""`ascend schema review --ask`: ask what a proposal leaves open, one question at a time, and write each answer into the file."""

from typing import Any

import typer
import yaml

from ascend.architect.review.open_questions import OpenQuestion, find_open_questions
from ascend.cli.schema.proposal_file import ProposalFile
from ascend.cli.terminal.printing import Printer
from ascend.cli.terminal.text import escape_text
from ascend.domain.errors import InvalidInput


class StillOpen(InvalidInput):
    """The input ended before all questions were answered. The answers so far are in the file: run the command again."""


def ask_open_questions(file: ProposalFile, printer: Printer) -> None:
    """Ask until nothing is open. An empty answer takes the assumption. Answers may open further questions.

    Raises: StillOpen if the input ends before.
    """
    while (question := next(find_open_questions(file.proposal), None)) is not None:
        left = sum(1 for _ in find_open_questions(file.proposal))
        printer.note("")
        printer.note(f"{question.about}: {question.question} ({left} open)")
        printer.note(f"Why it matters: {question.why}.")
        ask(file, question, printer)


def ask(file: ProposalFile, question: OpenQuestion, printer: Printer) -> None:
    """Ask until the answer is valid."""
    assumed = format_yaml(question.assumed)
    choices = f" ({', '.join(question.choices)})" if question.choices else ""
    while True:
        try:
            text: str = typer.prompt(f"{question.name}{choices}", default=assumed, err=True)
        except typer.Abort:
            raise StillOpen(file.file) from None
        try:
            file.answer(question.path, text)
        except InvalidInput as error:
            printer.note(escape_text(f"That is no answer: {error.detail}"))
        else:
            return


def format_yaml(value: Any) -> str:
    """Return the value as one line of YAML."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf"))
    return text.removesuffix("...\n").strip()
