"""Trying out other settings: a programme with some fields of its matching changed, judged as if the file said so."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from matching.errors import MatchingError
from programme.config import Matching, Programme

# People and offices, not settings; and the seed, which says nothing about settings.
_NOT_TRIED = frozenset({"overrides", "conflicts", "approvers", "seed"})


def amended(programme: Programme, changes: Mapping[str, Any]) -> Programme:
    """The programme with other settings.

    `changes`: dotted paths below `matching` ("weights.goals", "rules.max_level_gap"), or of a course
    ("training.inclusion.required"), and new values as programme.yaml would have them. MatchingError names paths that
    there are not, with those there are, and values that do not fit, with what is expected.
    """
    known = paths(programme)
    wrong = [_unknown(path, known) for path in changes if path not in known]
    if wrong:
        raise MatchingError(f"{' '.join(wrong)} Paths that can be tried: {', '.join(known)}")
    data = programme.model_dump(mode="json")
    for path, value in changes.items():
        first, *rest = path.split(".")
        if first == "training":
            at = next(course for course in data["training"] if course["course"] == rest[0])
        else:
            at = data["matching"]
            for part in (first, *rest)[:-1]:
                at = at[part]
        at[rest[-1] if rest else first] = copy.deepcopy(value)
    try:
        return Programme.model_validate(data)
    except ValidationError as error:
        raise MatchingError("; ".join(_explained(item, known) for item in error.errors())) from None


def paths(programme: Programme) -> dict[str, str]:
    """Every path that can be changed, in the order of the file, with its description."""
    courses = {f"training.{t.course}.required": f"Whether mentors must have {t.course}" for t in programme.training}
    return dict(_leaves(Matching, ())) | courses


def _leaves(model: type[BaseModel], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        if not above and name in _NOT_TRIED:
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _leaves(field.annotation, (*above, name))
        else:
            yield ".".join((*above, name)), field.description or ""


def _unknown(path: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(path, known, 1)
    return f"{path}: there is no such setting.{f' Did you mean {near[0]}?' if near else ''}"


def _explained(item: Any, known: Mapping[str, str]) -> str:
    path = ".".join(str(part) for part in item["loc"] if part != "matching")
    what = item["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    given = f"; found {str(item['input'])[:60]!r}" if isinstance(item["input"], (str, int, float)) else ""
    meaning = next((text for name, text in known.items() if path.startswith(name) and text), "")
    return f"{path or 'programme'}: {what}{given}{f' ({meaning})' if meaning else ''}"
