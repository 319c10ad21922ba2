"""Why this pair, in words, for a reader who is no programmer."""

from __future__ import annotations

from collections.abc import Mapping

from matching.texts import mark, text

LOCKED = mark("The programme office has decided on this pair.")
FIRST_CHOICE = mark("The mentor is the mentee's first choice.")
LATER_CHOICE = mark("The mentor is one of those whom the mentee asked for.")
NOTHING = mark("Nothing in the two profiles speaks for this pair in particular.")
BUT = mark("Against it: {points}")

# For each component: thresholds from above, each with what is said from there on.
POSITIVE: dict[str, tuple[tuple[float, str], ...]] = {
    "skills": ((0.999, mark("The mentor offers every skill that the mentee wants to develop.")),
               (1e-9, mark("The mentor offers {share} of the skills that the mentee wants to develop."))),
    "goals": ((0.999, mark("The mentor can support all of the mentee's goals.")),
              (1e-9, mark("The mentor can support {share} of the mentee's goals."))),
    "interests": ((0.499, mark("They have most of their personal interests in common.")),
                  (1e-9, mark("They have some personal interests in common."))),
    "preference": ((0.999, FIRST_CHOICE), (1e-9, LATER_CHOICE)),
    "experience": ((0.666, mark("The mentor's level is a suitable step above the mentee's.")),),
    "distance": ((0.999, mark("They work in different divisions, so each widens the other's network.")),
                 (0.499, mark("They work in different units of the same division."))),
}  # fmt: skip
NEGATIVE: dict[str, str] = {
    "skills": mark("the mentor offers none of the skills wanted"),
    "goals": mark("the mentor has named none of the mentee's goals"),
    "interests": mark("no personal interest in common"),
    "experience": mark("an unusual distance in level"),
}


def explain(
    components: Mapping[str, float], weights: Mapping[str, float], language: str, *, is_locked: bool = False
) -> str:
    """A few sentences on one pair, what counted most first. `language`: sv or en."""
    said = [text(LOCKED, language)] if is_locked else []
    against = []
    for name in sorted(components, key=lambda c: (-weights.get(c, 0) * components[c], c)):
        value = components[name]
        if weights.get(name, 0) <= 0:
            continue
        found = next((message for least, message in POSITIVE.get(name, ()) if value >= least), None)
        if found:
            said.append(text(found, language, share=_share(value, language)))
        elif value <= 0 and name in NEGATIVE:
            against.append(text(NEGATIVE[name], language))
    if not said:
        said.append(text(NOTHING, language))
    if against:
        said.append(text(BUT, language, points=", ".join(against) + "."))
    return " ".join(said)


def _share(value: float, language: str) -> str:
    return f"{value * 100:.0f}%" if language == "en" else f"{value * 100:.0f}\u00a0%"
