"""Writing SVG: escaped, with the same bytes for the same figures."""

from __future__ import annotations

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: object) -> Markup:
    """An element; `class_` is class, `_` in other names becomes `-`, numbers are cut to two decimals."""
    # Names come from our own code and are letters and hyphens, so that escaping leaves them as they are.
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, inner)


def number(value: object) -> str:
    """A coordinate without needless digits; other values as they are."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
    return str(value)


def picture(width: float, height: float, title: str, description: str, *children: str, class_: str = "") -> Markup:
    """An SVG image with title and description in its own words; it scales to its frame.

    The label is an attribute besides <title>, since not every screen reader reads the element.
    """
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *children,
        viewBox=f"0 0 {number(float(width))} {number(float(height))}",
        role="img",
        aria_label=f"{title}. {description}",
        class_=f"chart {class_}".strip(),
        preserveAspectRatio="xMidYMid meet",
    )
