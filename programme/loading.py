"""Reading programme.yaml: every fault at once, each with its line and remedy, and the version that held on a day."""

from __future__ import annotations

import copy
import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from programme.config import Amendment, Programme
from programme.run_context import stable_hash

_Key = tuple[str | int, ...]
# The same safe loader in C where PyYAML was built with it; ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Plain values that YAML reads for itself, some of which cannot be read.
_READ = {
    "tag:yaml.org,2002:timestamp": "day of the calendar",
    "tag:yaml.org,2002:int": "number",
    "tag:yaml.org,2002:float": "number",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `field` as a dotted path, `line` in the file (0: unknown)."""

    line: int
    field: str
    expected: str
    remedy: str


class ProgrammeFileError(ValueError):
    """A programme.yaml that cannot start a run; `faults` lists everything that is wrong with it."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path, self.faults = Path(path), sorted(faults, key=lambda f: (f.line, f.field))
        lines = [
            f"{self.path}{f', line {f.line}' if f.line else ''}: {f.field or 'file'}: {f.expected}. {f.remedy}"
            for f in self.faults
        ]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple:
        return ProgrammeFileError, (self.path, self.faults)


def load_programme(path: Path | str) -> Programme:
    """The programme with all its amendments; ProgrammeFileError tells every fault, in amendments too."""
    return programme_as_of(path, dt.date.max)


def programme_as_of(path: Path | str, day: dt.date) -> Programme:
    """The programme as it held on `day`: the file with the amendments that were in effect by then.

    The whole file must be right, later amendments included. The result carries no amendments, so that adding one
    leaves the hash of earlier periods as it was.
    """
    path = Path(path)
    data, lines = _read(path)
    amendments = data.pop("amendments", None)
    amendments = [] if amendments is None else amendments
    faults = _faults(lambda: Programme.model_validate({**data, "amendments": amendments}), lines)
    if faults:
        raise ProgrammeFileError(path, faults)
    programme = held = Programme.model_validate(data)
    for index, amendment in enumerate(Programme.model_validate({**data, "amendments": amendments}).amendments):
        faults = _amend(data, amendment, index, lines)
        if not faults:
            below = {key[:n] for key in lines for n in range(len(key) + 1)}
            at = lines.get(("amendments", index), 0)
            faults = _faults(lambda: Programme.model_validate(data), dict.fromkeys(below, at))
        if faults:
            raise ProgrammeFileError(path, faults)
        programme = Programme.model_validate(data)
        if amendment.effective_from <= day:
            held = programme
    return held


def line_of(path: Path | str, key: tuple[str | int, ...]) -> int:
    """The line of a field in programme.yaml, or of the nearest field around it; 0 if unknown."""
    return _line(key, _read(Path(path))[1])


def config_hash(programme: Programme) -> str:
    """Hash of everything that the programme says, 16 hex digits; comments and spelling of the file do not count."""
    return stable_hash(programme.model_dump(mode="json", exclude={"amendments"}))


# -- YAML with lines ------------------------------------------------------------------------------------------


def _read(path: Path) -> tuple[dict[str, Any], dict[_Key, int]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProgrammeFileError(path, [Fault(0, "", "there is no such file", "Correct its path.")]) from None
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ProgrammeFileError(path, [Fault(0, "", f"cannot be read ({what})", "Save it as UTF-8.")]) from None
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        lines: dict[_Key, int] = {}
        faults = _walk(node, (), lines) if node else []
        if faults:
            raise ProgrammeFileError(path, faults)
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        fault = Fault(line, "", f"not YAML: {error.problem}", "Check indentation, colons and quotes there.")
        raise ProgrammeFileError(path, [fault]) from None
    except ProgrammeFileError:
        raise
    except (yaml.YAMLError, ValueError) as error:
        fault = Fault(0, "", f"not YAML: {str(error).splitlines()[0]}", "Check dates and special characters.")
        raise ProgrammeFileError(path, [fault]) from None
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        fault = Fault(1, "", "expected fields such as `name: ...`", "Start from sources/sample/programme.yaml.")
        raise ProgrammeFileError(path, [fault])
    return data, lines


def _walk(node: yaml.Node, key: _Key, lines: dict[_Key, int]) -> list[Fault]:
    """Note the line of every field; return fields that are written twice, of which YAML would drop one in silence."""
    lines.setdefault(key, node.start_mark.line + 1)
    faults: list[Fault] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for name, value in node.value:
            line, word = name.start_mark.line + 1, str(name.value)
            if word in seen:
                faults.append(
                    Fault(line, dotted((*key, word)), f"written already in line {seen[word]}", "Remove one of the two.")
                )
            seen[word] = line
            lines[(*key, word)] = line
            faults += _walk(value, (*key, word), lines)
    elif isinstance(node, yaml.ScalarNode) and node.tag in _READ:
        try:
            yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, ArithmeticError):
            what = f"{node.value[:60]!r} is no {_READ[node.tag]}"
            faults.append(Fault(lines[key], dotted(key), what, "Write days like 2026-09-30; put texts in quotes."))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            faults += _walk(value, (*key, index), lines)
    return faults


def dotted(key: _Key) -> str:
    """`("goals", 0, "target")` as `goals[0].target`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


# -- from pydantic's errors to faults -------------------------------------------------------------------------


def _faults(validate: Any, lines: Mapping[_Key, int]) -> list[Fault]:
    try:
        validate()
    except ValidationError as error:
        found = [fault for item in error.errors() for fault in _explain(item, lines)]
        return list(dict.fromkeys(found))
    return []


def _explain(item: Any, lines: Mapping[_Key, int]) -> list[Fault]:
    key: _Key = tuple(part for part in item["loc"] if part != "[key]")
    kind, message = item["type"], item["msg"]
    line = _line(key, lines)
    if kind == "missing":
        return [Fault(line, dotted(key), "this field is missing", f"Add it: {_describe(key)}.")]
    if kind == "extra_forbidden":
        names = _fields(key[:-1])
        near = difflib.get_close_matches(str(key[-1]), names, 1)
        remedy = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(names)}."
        return [Fault(line, dotted(key), "there is no such field", remedy)]
    if kind == "value_error":
        texts = str(item["ctx"]["error"]).split("\n")
        if key:
            return [Fault(line, dotted(key), text, f"Correct it: {_describe(key)}.") for text in texts]
        return [_joint(text, lines) for text in texts]
    if kind == "string_type":
        return [Fault(line, dotted(key), "expected a text", f'Put it in quotes: "{item["input"]}".')]
    expected = message.replace("Input should be", "expected").replace("String should", "expected a text to")
    given = item["input"]
    if isinstance(given, (str, int, float, dt.date)):
        expected += f"; found {str(given)[:60]!r}"
    return [Fault(line, dotted(key), expected, f"Correct it: {_describe(key)}.")]


def _joint(text: str, lines: Mapping[_Key, int]) -> Fault:
    """A rule over several fields; its text begins with the path of the field to mend."""
    path, _, expected = text.partition(": ")
    key: _Key = tuple(path.split("."))
    return Fault(_line(key, lines), path, expected, f"Correct it: {_describe(key)}.")


def _line(key: _Key, lines: Mapping[_Key, int]) -> int:
    """The field's line, or that of the nearest field around it."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 0)


def _model_at(key: _Key) -> tuple[type[BaseModel] | None, str]:
    """The model that holds the field, and the field's description."""
    model: Any = Programme
    description = ""
    for part in key:
        if isinstance(part, int) or model is None or part not in model.model_fields:
            continue
        info = model.model_fields[part]
        description = info.description or ""
        inner = [info.annotation, *getattr(info.annotation, "__args__", ())]
        model = next((a for a in inner if isinstance(a, type) and issubclass(a, BaseModel)), None)
    return model, description


def _describe(key: _Key) -> str:
    _, description = _model_at(key)
    return (description[:1].lower() + description[1:]) if description else "see programme.schema.json"


def _fields(key: _Key) -> list[str]:
    model, _ = _model_at(key)
    return sorted((model or Programme).model_fields)


# -- amendments -----------------------------------------------------------------------------------------------


def _amend(data: dict[str, Any], amendment: Amendment, index: int, lines: Mapping[_Key, int]) -> list[Fault]:
    """Apply one amendment to the file's data, in place."""
    faults: list[Fault] = []
    for path, value in amendment.changes.items():
        key: _Key = ("amendments", index, "changes", path)
        parts = path.split(".")
        if parts[0] in ("name", "version", "amendments"):
            faults.append(Fault(_line(key, lines), dotted(key), f"{parts[0]} cannot be amended", "Take it out."))
        elif not _set(data, parts, copy.deepcopy(value)):
            faults.append(
                Fault(_line(key, lines), dotted(key), "leads to no field",
                      "Write the path with dots, items of lists by name: cohorts.2025.ends_on.")
            )  # fmt: skip
    data["version"] = amendment.version
    return faults


def _set(data: Any, parts: list[str], value: Any) -> bool:
    """Set the field at the path; a last step that does not exist yet is added, pydantic judges it."""
    for part in parts[:-1]:
        data = _step(data, part)
        if data is None:
            return False
    if isinstance(data, dict):
        data[parts[-1]] = value
        return True
    if isinstance(data, list) and (item := _step(data, parts[-1])) is not None:
        data[data.index(item)] = value
        return True
    return False


def _step(data: Any, part: str) -> Any:
    if isinstance(data, dict):
        return data.setdefault(part, {}) if part in Programme.model_fields else data.get(part)
    if isinstance(data, list):
        return next((i for i in data if isinstance(i, dict) and part in (i.get("name"), i.get("course"))), None)
    return None
