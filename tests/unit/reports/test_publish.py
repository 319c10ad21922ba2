"""Publishing: whole editions, never changed unnoticed; Parquet and manifest with the same bytes every time."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports import PublishError, manifest, parquet_bytes, publish
from tests.unit.reports import sample_tables


def _edition(text: str = "one", inputs: str = "a1") -> tuple[dict[str, bytes], dict]:
    tables = {"goal": sample_tables.tables()["goal"]}
    files = {"report.sv.html": text.encode(), "tables/goal.parquet": parquet_bytes(tables["goal"])}
    return files, manifest(sample_tables.context(), tables, files, {"hris/employee/2026Q3": inputs})


def _content(folder) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_edition_lies_under_its_period_with_its_manifest(tmp_path):
    files, data = _edition()
    path = publish(tmp_path, files, data)
    assert path == tmp_path / "2026Q3" / "final"
    found = _content(path)
    assert found.keys() == {*files, "manifest.json"} and all(found[n] == files[n] for n in files)
    assert json.loads(found["manifest.json"])["files"]["report.sv.html"]["bytes"] == 3
    assert [p.name for p in path.parent.iterdir()] == ["final"]


def test_the_same_again_touches_nothing(tmp_path):
    files, data = _edition()
    before = publish(tmp_path, files, data).stat()
    after = publish(tmp_path, files, data).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_other_content_is_refused_by_name_and_with_the_remedy(tmp_path):
    path = publish(tmp_path, *_edition())
    before = _content(path)
    with pytest.raises(
        PublishError, match=r"report\.sv\.html \(content\).*inputs, configuration and code are the same.*corrected-1"
    ):
        files, data = _edition("two")
        publish(tmp_path, files, {**data, "files": {}})
    with pytest.raises(PublishError, match=r"inputs_hash.*corrected-1"):
        publish(tmp_path, *_edition("two", "b2"))
    with pytest.raises(PublishError, match="replacing needs other inputs"):
        publish(tmp_path, *_edition("two"), replace=True)
    assert _content(path) == before


def test_missing_and_superfluous_files_are_named(tmp_path):
    path = publish(tmp_path, *_edition())
    (path / "report.sv.html").unlink()
    (path / "stray.txt").write_text("x")
    with pytest.raises(PublishError, match=r"report\.sv\.html \(missing\), stray\.txt \(not part of this run\)"):
        publish(tmp_path, *_edition())


def test_other_inputs_replace_an_edition_when_told_to(tmp_path):
    publish(tmp_path, *_edition())
    path = publish(tmp_path, *_edition("two", "b2"), replace=True)
    assert (path / "report.sv.html").read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["final"]


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("replaces", [False, True])
def test_stopped_at_any_point_it_is_whole_after_the_next_run(tmp_path, monkeypatch, step, replaces):
    """Every call that changes the disk may be the last one: the old edition, the new one or none, never a part."""
    old, new = _edition(), _edition("two", "b2")
    if replaces:
        publish(tmp_path, *old)
    calls = {"left": step}

    def failing(real):
        def call(*args, **kwargs):
            if calls["left"] == 0:
                raise KeyboardInterrupt
            calls["left"] -= 1
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(Path, "rename", failing(Path.rename))
        with suppress(KeyboardInterrupt):
            publish(tmp_path, *new, replace=replaces)
    target = tmp_path / "2026Q3" / "final"
    if target.exists():
        assert (target / "report.sv.html").read_bytes() in (b"one", b"two")
        assert "manifest.json" in _content(target)
    path = publish(tmp_path, *new, replace=replaces)
    assert _content(path).keys() == {*new[0], "manifest.json"} and (path / "report.sv.html").read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["final"]


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "manifest.json", "", "a\\b"])
def test_a_path_out_of_the_edition_is_refused(tmp_path, name):
    with pytest.raises(PublishError, match="relative path"):
        publish(tmp_path, {name: b""}, _edition()[1])


@pytest.mark.parametrize("edition", ["", "draft", "../final", "corrected-0"])
def test_an_unknown_edition_is_refused(tmp_path, edition):
    files, data = _edition()
    with pytest.raises(PublishError, match="expected preliminary, final or corrected"):
        publish(tmp_path, files, {**data, "edition": edition})


@pytest.mark.parametrize("name", list(sample_tables.tables()))
def test_parquet_has_the_contracts_types_and_one_form(name):
    frame = sample_tables.tables()[name]
    content = parquet_bytes(frame)
    assert parquet_bytes(frame.sample(frac=1, random_state=7)) == content
    table = pq.read_table(io.BytesIO(content))
    types = {
        "value": pa.float64(),
        "n": pa.int64(),
        "is_hidden": pa.bool_(),
        "low": pa.float64(),
        "target_date": pa.date32(),
        "decided_on": pa.date32(),
        "n_treated": pa.int64(),
        "cohort": pa.string(),
    }
    assert all(table.schema.field(c).type == kind for c, kind in types.items() if c in table.column_names)
    assert not table.schema.metadata
    hidden = table.to_pandas().query("is_hidden")
    assert hidden[["value", "n", "low", "high"]].isna().all().all()
    assert parquet_bytes(frame.iloc[:0]) == parquet_bytes(frame.iloc[:0].astype(object))


def test_parquet_names_the_column_that_does_not_fit():
    with pytest.raises(ValueError, match="column target_date"):
        parquet_bytes(pd.DataFrame({"target_date": ["soon"], "is_hidden": [False]}))


def test_the_manifest_holds_fingerprints_and_no_run():
    _, data = _edition()
    assert data == _edition()[1] and data["inputs_hash"] != _edition(inputs="b2")[1]["inputs_hash"]
    assert data["tables"]["goal"]["n_rows"] == 11 and data["tables"]["goal"]["n_hidden"] == 1
    assert data["tables"]["goal"]["sha256"] == data["files"]["tables/goal.parquet"]["sha256"]
    assert "run-that-nobody-may-see" not in json.dumps(data)
