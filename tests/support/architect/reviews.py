"""The reviews in examples/review: one page beside each proposal."""

from pathlib import Path

from support.paths import ROOT

from ascend.architect.review.review import review_proposal
from ascend.cli.schema.proposal_file import read_proposal
from ascend.cli.schema.review_page import render_review

PROPOSALS = sorted((ROOT / "examples" / "review").glob("*.yaml"))


def render_reviews() -> dict[Path, str]:
    return {file.with_suffix(".md"): render_page(file) for file in PROPOSALS}


def render_page(file: Path) -> str:
    return "".join(f"{line}\n" for line in render_review(review_proposal(read_proposal(file))))
