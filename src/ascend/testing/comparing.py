"""Compare lists, with a message that shows both."""

from collections.abc import Sequence


def check_equal(problem: str, expected: Sequence[object], actual: Sequence[object]) -> None:
    """Check that the lists are equal, in the same order.

    Raises:
        AssertionError: they are not. The message shows both lists: `-` marks what is missing, `+` what is too much.
    """
    if list(expected) != list(actual):
        wanted, got = show_list("-", expected, actual), show_list("+", actual, expected)
        raise AssertionError(f"{problem}\nexpected:\n{wanted}\nactual:\n{got}")


def show_list(mark: str, values: Sequence[object], others: Sequence[object]) -> str:
    """Return one line for each value. Those that are not among the others are marked."""
    return "\n".join(f"  {' ' if value in others else mark} {value!r}" for value in values) or "    (nothing)"
