"""Release: protects the published tables, has them attacked, and stops publication if the attack succeeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from evaluation.disclosure import Audit, DisclosureError, Policy, Release, audit, suppress
from evaluation.sheets import COMMENTS, DIVIDED, LASTING, PEOPLE, PERSON_QUARTERS, Count, counts_of, frame_of
from evaluation.tables import COUNTS, FLOATS, OWN_FIGURES, TOTAL, typed
from evaluation.telling_shares import telling_shares
from programme.config import Programme

TOO_FEW, SMALL_PROFILE = "too_few", "small_profile"
_SMALL_THRESHOLD = 5
Sheet = dict[tuple[tuple[str, str], ...], tuple[float, bool, bool]]


def policies(programme: Programme) -> dict[str, Policy]:
    """The rule for each kind of figure. Profile small: at least five answers."""
    people = _SMALL_THRESHOLD if programme.privacy.profile == "small" else programme.privacy.min_cell
    return {
        PEOPLE: Policy(threshold=people),
        COMMENTS: Policy(threshold=programme.privacy.min_comment_respondents),
        PERSON_QUARTERS: Policy(threshold=4 * people, min_width=people),
    }


def release(
    tables: Mapping[str, pd.DataFrame], programme: Programme, history: Sequence[Mapping[str, pd.DataFrame]] = ()
) -> Release:
    """Published tables with every figure hidden that must be: value, n, interval and diagnostics of a row together.

    `tables`: from evaluate. `history`: the tables of every edition published before, as released. `hidden_reason` is
    "too_few" for a small cell and for one hidden to protect it alike, since a reason that told them apart would say
    which one is small; "small_profile" for what that profile never shows. `log` (internal) tells them apart. Raises
    DisclosureError, which names table and cell, if the audit of all tables with the earlier ones fails.
    """
    rules = policies(programme)
    reasons = {name: _by_rule(name, frame, programme) for name, frame in tables.items()}
    bounded, empty = _bounded(tables, programme), _empty_cohorts(tables)
    rows = [
        (
            name,
            i,
            [
                _as_known(c, empty)
                for c in counts_of(name, row)
                if reasons[name][i] != SMALL_PROFILE and c.sheet not in bounded
            ],
        )
        for name, frame in tables.items()
        if not (programme.privacy.profile == "small" and _is_operational(name))
        for i, row in enumerate(frame.to_dict("records"))
    ]
    log = [(name, i, reason) for name, own in reasons.items() for i, reason in enumerate(own) if reason]
    period = next((str(frame["period"].iloc[0]) for frame in tables.values() if len(frame)), "")
    before = {kind: [_earlier(edition, kind, period) for edition in history] for kind in rules}
    while True:
        marked = 0
        for kind, rule in rules.items():
            sheets = _visible_sheets(rows, reasons, kind)
            if not sheets:
                continue
            done = suppress({s: frame_of(s, c) for s, c in sheets.items()}, rule, before[kind])
            hidden = {
                (s, codes)
                for s, frame in done.tables.items()
                for codes, is_hidden in zip(sheets[s], frame["is_hidden"], strict=True)
                if is_hidden
            }
            why = {(t, r): reason for t, r, reason in done.log.itertuples(index=False)}
            for name, i, counts in rows:
                for c in counts:
                    if not reasons[name][i] and c.kind == kind and (c.sheet, c.codes) in hidden:
                        reasons[name][i] = TOO_FEW
                        log.append((name, i, why[c.sheet, list(sheets[c.sheet]).index(c.codes)]))
                        marked += 1
        if not marked:
            break
    released = {name: _masked(name, frame, reasons[name]) for name, frame in tables.items()}
    verdict = _attack(released, rules, before, programme)
    return Release(released, pd.DataFrame(sorted(log), columns=["table", "row", "reason"]), verdict)


def _bounded(tables: Mapping[str, pd.DataFrame], programme: Programme) -> set[str]:
    """Sheets that public figures bound closely whatever is hidden; none of their groups is shown."""
    frame = tables.get("cohort_metric")
    narrow = set() if frame is None else _narrow(frame, programme)
    return {f"metric {metric} {answer}" for metric in narrow for answer in ("yes", "no")}


def _empty_cohorts(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Cohorts that nobody has been matched in."""
    frame = tables.get("cohort_metric")
    if frame is None or frame.empty:
        return set()
    most = frame.groupby("cohort")["n"].max()
    return set(most.index[most.isna() | (most == 0)].astype(str)) - {TOTAL}


def _as_known(count: Count, empty: set[str]) -> Count:
    """Noughts of a cohort without people are no secret, and the rows that it lacks give them away: they are shown."""
    return replace(count, is_public=True) if count.n == 0 and dict(count.codes).get("cohort") in empty else count


def _is_operational(name: str) -> bool:
    # Undivided facts of running the programme; the profile small shows them to the programme office whatever their n.
    return name in ("cohort_metric", "adjustment")


def _by_rule(name: str, frame: pd.DataFrame, programme: Programme) -> list[str]:
    """Reasons to hide rows that need no weighing against others; '' where there is none."""
    reasons = [""] * len(frame)
    if programme.privacy.profile == "small":
        barred = _barred_in_small(name, frame)
        reasons = [SMALL_PROFILE if b else "" for b in barred]
    if name == "cohort_metric":
        narrow = _narrow(frame, programme)
        for i, row in enumerate(frame.itertuples()):
            if row.group_dimension != TOTAL and row.metric in narrow:
                reasons[i] = reasons[i] or TOO_FEW
    is_open = programme.privacy.profile == "small" and _is_operational(name)
    for i in () if is_open else telling_shares(name, frame, policies(programme)[PEOPLE].threshold):
        reasons[i] = reasons[i] or TOO_FEW
    return reasons


def _narrow(frame: pd.DataFrame, programme: Programme) -> set[str]:
    """Divided metrics of which in some cohort hardly anybody said yes, or hardly anybody no.

    There the undivided figure, which is public, alone bounds every group: no group is shown, in no cohort.
    """
    limit = 2 * policies(programme)[PEOPLE].threshold
    whole = frame[(frame["group_dimension"] == TOTAL) & frame["metric"].isin(DIVIDED)]
    return {
        row.metric
        for row in whole.itertuples()
        if pd.isna(row.value) or min(row.value, 1 - row.value) * float(row.n) < limit
    }


def _barred_in_small(name: str, frame: pd.DataFrame) -> list[bool]:
    if name in ("effect", "anonymous_outcome"):
        return [True] * len(frame)
    column = {"cohort_metric": "group_dimension", "workforce": "dimension", "theme": "language"}.get(name)
    return [False] * len(frame) if column is None else (frame[column] != TOTAL).tolist()


def _visible_sheets(
    rows: list[tuple[str, int, list[Count]]], reasons: dict[str, list[str]], kind: str
) -> dict[str, Sheet]:
    """Sheets with their true counts; a count is hidden if no row that is still shown gives it away."""
    sheets: dict[str, Sheet] = {}
    for name, i, counts in rows:
        for c in counts:
            if c.kind != kind or c.n is None or (c.is_public and reasons[name][i]):
                continue
            sheet = sheets.setdefault(c.sheet, {})
            n, hidden, public = sheet.get(c.codes, (c.n, True, False))
            sheet[c.codes] = (min(n, c.n), hidden and bool(reasons[name][i]), public or c.is_public)
    return sheets


def _masked(name: str, frame: pd.DataFrame, reasons: list[str]) -> pd.DataFrame:
    frame = frame.copy()
    hidden = pd.Series([bool(r) for r in reasons], index=frame.index, dtype=bool)
    frame["is_hidden"], frame["hidden_reason"] = hidden, reasons
    for column in (*COUNTS, *FLOATS):
        if column in frame.columns and column not in OWN_FIGURES:
            frame[column] = frame[column].mask(hidden)
    return typed(name, frame)


def _sheets(tables: Mapping[str, pd.DataFrame], kind: str) -> dict[str, pd.DataFrame]:
    """The sheets that a reader of released tables can write down."""
    sheets: dict[str, Sheet] = {}
    for name, frame in tables.items():
        for row in frame.to_dict("records"):
            for c in counts_of(name, row):
                if c.kind != kind or row["hidden_reason"] == SMALL_PROFILE:
                    continue
                sheet = sheets.setdefault(c.sheet, {})
                if c.n is not None:
                    sheet[c.codes] = (c.n, False, False)
                else:
                    sheet.setdefault(c.codes, (float("nan"), True, False))
    return {name: frame_of(name, sheet).drop(columns="is_public") for name, sheet in sheets.items()}


def _earlier(tables: Mapping[str, pd.DataFrame], kind: str, period: str) -> dict[str, pd.DataFrame]:
    """An earlier edition's sheets as far as they tell of the same people.

    Another quarter's answers are other facts, and all cohorts together were other cohorts then.
    """
    is_same = any(len(frame) and str(frame["period"].iloc[0]) == period for frame in tables.values())
    sheets = _sheets(tables, kind)
    if is_same:
        return sheets
    return {name: frame[frame["cohort"] != TOTAL] for name, frame in sheets.items() if name.startswith(LASTING)}


def _attack(
    released: Mapping[str, pd.DataFrame],
    rules: Mapping[str, Policy],
    before: Mapping[str, list[dict[str, pd.DataFrame]]],
    programme: Programme,
) -> Audit:
    verdicts, bounded = [], _bounded(released, programme)
    for kind, rule in rules.items():
        own = {name: frame for name, frame in _sheets(released, kind).items() if name not in bounded}
        if programme.privacy.profile == "small":
            own = {n: f for n, f in own.items() if f["is_hidden"].any()}
        found = audit(own, rule, before[kind]).intervals
        # What an earlier edition showed in so many words cannot be hidden any more: no reason to stop this one.
        found.loc[found["tables"].str.fullmatch(r"shown in [^|]*@\d+"), "is_safe"] = True
        # A count that is certainly large enough was hidden for its row's or its neighbours' sake. Working it out harms
        # nobody by itself; what it may give away further is a small count, whose own interval is judged here too.
        found.loc[found["low"] >= rule.threshold, "is_safe"] = True
        verdicts.append(found)
    intervals = pd.concat(verdicts, ignore_index=True)
    verdict = Audit(intervals, bool(intervals["is_safe"].astype(bool).all()))
    if not verdict.passed:
        worst = verdict.failures.iloc[0]
        cell = {
            k: v
            for k, v in worst.items()
            if k not in ("table", "low", "high", "is_safe", "tables") and isinstance(v, str) and v
        }
        raise DisclosureError(
            f"publication stops: {len(verdict.failures)} hidden cells can be worked out too closely; first: "
            f"{worst['table']}, {cell}, given away by {worst['tables']}. Raise privacy.min_cell or leave the table out."
        )
    return verdict
