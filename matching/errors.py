"""The named error of this room."""


class MatchingError(ValueError):
    """Input that cannot be matched; the message names the rows or pairs, what was expected, and the remedy."""


def some(items: object, limit: int = 5) -> str:
    """The first few items of a list, for a message: `3, 8, 21 and 4 more`."""
    listed = [str(item) for item in items]  # type: ignore[attr-defined]
    rest = len(listed) - limit
    return ", ".join(listed[:limit]) + (f" and {rest} more" if rest > 0 else "")
