"""Ranks: texts that put things into the order that a user chose. Moving one of them changes its own rank only.

rank_between(None, None)    "i"
rank_between("i", None)     "j"     at the end
rank_between("i", "j")      "ii"    between two
"""

from ascend.domain.errors import InvalidInput, LimitExceeded

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""In the order of their bytes, so that every store sorts ranks alike."""
RANK_CHARACTERS = 200
"""The longest rank. Each move between the same two neighbours needs a fifth of a character; the end needs one for each 35."""


def rank_between(before: str | None, after: str | None) -> str:
    """Return a rank that sorts after `before` and before `after`. None: the beginning, or the end.

    Raises:
        InvalidInput: `before` does not sort before `after`, or one of them is no rank.
        LimitExceeded: there is no room left between the two: move one of them first.
    """
    low, high = before or "", after
    for rank in (before, after):
        if rank is not None and (not rank or rank.endswith(DIGITS[0]) or not set(rank) <= set(DIGITS)):
            raise InvalidInput(f"{rank[:80]!r} is no rank: use ranks of rank_between")
    if high is not None and low >= high:
        raise InvalidInput(f"{low[:80]!r} does not sort before {high[:80]!r}")
    rank = _find_rank(low, high)
    if len(rank) > RANK_CHARACTERS:
        raise LimitExceeded(
            "there is no room left between two ranks: move one of the neighbours to another place first"
        )
    return rank


def _find_rank(low: str, high: str | None) -> str:
    """Go through the digits of both. The first place with a digit between them ends the rank."""
    rank = ""
    while True:
        at = len(rank)
        first = DIGITS.index(low[at]) if at < len(low) else 0
        last = DIGITS.index(high[at]) if high is not None else len(DIGITS)
        if last - first > 1:
            return rank + DIGITS[_choose(first, last, is_open_below=at >= len(low), is_open_above=high is None)]
        rank += DIGITS[first]
        if last > first:
            high = None  # every continuation sorts before it


def _choose(first: int, last: int, *, is_open_below: bool, is_open_above: bool) -> int:
    """Return a digit between both. At an end of the order, the nearest one leaves the most room for more."""
    if is_open_above and not is_open_below:
        return first + 1
    if is_open_below and not is_open_above:
        return last - 1
    return (first + last) // 2
