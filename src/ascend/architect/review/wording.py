"""Words of the texts that a review shows."""


def with_article(noun: str) -> str:
    """Return the noun with its indefinite article: `a task`, `an asset`."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


def count_things(number: float, one: str, many: str) -> str:
    """Return the number with the noun: `1 index`, `2 indexes`."""
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return f"{text} {one if number == 1 else many}"
