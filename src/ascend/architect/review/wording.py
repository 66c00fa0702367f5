"""Words of the texts that a review shows."""


def with_article(noun: str) -> str:
    """Return the noun with its indefinite article: `a task`, `an asset`."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


def count_things(number: float, one: str, many: str) -> str:
    """Return the number with the noun: `1 index`, `2 indexes`."""
    return f"{number:.3g} {one if number == 1 else many}" if number < 1_000 else f"{number:,.0f} {many}"
