"""Numbers and money as texts of a fixed width."""


def format_number(value: float, width: int, digits: int = 1) -> str:
    """Return the number with decimals, or without them if it is whole."""
    return f"{value:{width},.0f}" if float(value).is_integer() else f"{value:{width},.{digits}f}"


def format_money(value: float) -> str:
    return f"{value:9,.2f}" if value >= 1 else f"{value:9.4f}"
