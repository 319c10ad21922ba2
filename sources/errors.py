"""Faults of incoming data, told so that whoever sent the file can mend it."""

from __future__ import annotations


class SourceError(ValueError):
    """A source that cannot be read as a whole.

    The message names source, file, line, rule, problem and remedy; it never quotes the content of a row.
    """

    def __init__(self, source: str, file: str, rule: str, problem: str, remedy: str, line: int | None = None) -> None:
        self.source, self.file, self.rule, self.problem, self.remedy, self.line = (
            source, file, rule, problem, remedy, line,
        )  # fmt: skip
        where = f"{file}, line {line}" if line is not None else file
        super().__init__(f"source {source}: {where}: {problem} [{rule}]. {remedy}")

    def __reduce__(self) -> tuple:
        return SourceError, (self.source, self.file, self.rule, self.problem, self.remedy, self.line)


class LoadError(RuntimeError):
    """A batch that must not or could not be loaded; nothing of it is visible."""
