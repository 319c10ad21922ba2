"""A frozen proposal: pairs, the unmatched, the proof, and one hash over all of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from matching import summary as aggregates
from matching import unmatched as left_over
from matching.certificate import Certificate
from matching.errors import MatchingError
from matching.explanation import explain
from matching.features import COMPONENTS, REGISTRY
from matching.texts import LANGUAGES
from programme.config import Privacy

FORMAT = 2
NOTES = ("person_id", *(f"text_{language}" for language in LANGUAGES))
_BEFORE = {"mentee_person_id": object, "mentor_person_id": object, "mentee_application_id": np.int64,
           "mentor_application_id": np.int64, "score": np.float64}  # fmt: skip
_AFTER = {"is_locked": bool, "probability": np.float64}
_OFFER_TYPES = {"application_id": np.int64, "is_offered": bool, "probability": np.float64, "draw_number": np.int64}


@dataclass(frozen=True, eq=False)
class Proposal:
    """What the programme office reviews and approves; nothing is published before that.

    `pairs`: see `pairs_frame`, in the order of mentees' application numbers; `probability` is 1 unless pairs were drawn
    from near-optimal assignments. `unmatched`: person_id, role, reason_code, rules, reason_en, reason_sv. `summary`:
    metric, unit, value, n. `weights`: of the components, for the explanation. `offers`: the draw of places, see
    `matching.lottery` (None: no draw). `candidates`: where pairs were drawn, the optimum that the certificate proves
    and its alternatives, as mentors' positions by mentee (-1: none) in the order of application. `notes`: see
    `matching.notes`; `findings`: tables, see `matching.findings`.
    """

    programme: str
    cohort: str
    match_on: dt.date
    seed: int
    objective: tuple[str, ...]
    solver: str
    inputs_hash: str
    config_hash: str
    weights: dict[str, float]
    pairs: pd.DataFrame
    unmatched: pd.DataFrame
    summary: pd.DataFrame
    certificate: Certificate = field(repr=False)
    offers: pd.DataFrame | None = None
    candidates: list[list[int]] = field(default_factory=list, repr=False)
    notes: pd.DataFrame | None = field(default=None, repr=False)
    findings: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def proposal_hash(self) -> str:
        """SHA-256 over the canonical JSON of `to_payload`, 64 hex digits."""
        return hashlib.sha256(canonical(self.to_payload())).hexdigest()

    def to_payload(self) -> dict[str, Any]:
        """Everything as plain JSON values: the form in which a proposal is frozen and hashed."""
        return {
            "format": FORMAT, "programme": self.programme, "cohort": self.cohort, "match_on": self.match_on.isoformat(),
            "seed": self.seed, "objective": list(self.objective), "solver": self.solver,
            "inputs_hash": self.inputs_hash,
            "config_hash": self.config_hash, "weights": dict(self.weights), "pairs": _records(self.pairs),
            "unmatched": _records(self.unmatched), "summary": _records(self.summary),
            "certificate": self.certificate.to_json(),
            "offers": None if self.offers is None else _records(self.offers),
            "candidates": self.candidates,
            "notes": None if self.notes is None else _records(self.notes),
            "findings": {name: {"columns": list(f.columns), "rows": _records(f)} for name, f in self.findings.items()},
        }  # fmt: skip

    @classmethod
    def from_payload(cls, payload: str | dict[str, Any]) -> Self:
        """The inverse of `to_payload`, from the dict or its JSON text; the hash is computed anew from what is read.

        MatchingError if the payload is not whole. A changed value gives another hash.
        """
        try:
            data = dict(json.loads(payload) if isinstance(payload, str) else payload)
            if data.pop("format") != FORMAT:
                raise MatchingError(f"frozen proposal: expected format {FORMAT}; it was written by another version")
            data |= {
                "match_on": dt.date.fromisoformat(data["match_on"]),
                "objective": tuple(data["objective"]),
                "pairs": pairs_frame(data["pairs"]),
                "unmatched": pd.DataFrame(data["unmatched"], columns=list(left_over.COLUMNS), dtype=object),
                "summary": pd.DataFrame(data["summary"], columns=list(aggregates.COLUMNS)).astype(
                    {"value": np.float64, "n": np.int64}
                ),
                "certificate": Certificate.from_json(data["certificate"]),
                "offers": None if data["offers"] is None else pd.DataFrame(data["offers"]).astype(_OFFER_TYPES),
                "notes": None if data["notes"] is None else pd.DataFrame(data["notes"], columns=list(NOTES)),
                "findings": {
                    name: pd.DataFrame(f["rows"], columns=f["columns"], dtype=object)
                    for name, f in data["findings"].items()
                },
            }
            return cls(**data)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise MatchingError(f"frozen proposal: not whole ({error!r}); run the matching again") from None

    @property
    def component_names(self) -> list[str]:
        """The components that the pairs' scores were made of."""
        return [name for name in REGISTRY if name in self.pairs.columns]

    def components(self) -> pd.DataFrame:
        """One row per pair and component: mentee_person_id, mentor_person_id, component, score."""
        long = self.pairs.melt(
            ["mentee_person_id", "mentor_person_id"], self.component_names, "component", "component_score"
        )
        return long.rename(columns={"component_score": "score"})

    def explanations(self, language: str) -> list[str]:
        """Why each pair, in words, in the order of `pairs`."""
        if self.notes is not None:
            said = dict(zip(self.notes["person_id"], self.notes[f"text_{language}"], strict=True))
            return [said[person] for person in self.pairs["mentee_person_id"]]
        return [explain({c: row[c] for c in self.component_names}, self.weights, language, is_locked=row["is_locked"])
                for row in self.pairs.to_dict("records")]  # fmt: skip

    def published_summary(self, privacy: Privacy) -> pd.DataFrame:
        """The summary as it may be published; see `matching.summary.publishable`."""
        return aggregates.publishable(self.summary, privacy)


def pairs_frame(records: list[dict[str, Any]], components: Sequence[str] | None = None) -> pd.DataFrame:
    """Pairs with their types, also without rows: both pseudonyms and application numbers, score, one column for each
    component (by default those of the records, or those that every proposal shows), is_locked, probability.
    """
    if components is None:
        components = [c for c in REGISTRY if c in records[0]] if records else COMPONENTS
    types = _BEFORE | dict.fromkeys(components, np.float64) | _AFTER
    return pd.DataFrame(records, columns=list(types)).astype(types)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as it comes back from its payload: plain values, None where there is none."""
    records = json.loads(json.dumps(_records(frame)))
    return pd.DataFrame(records, columns=list(frame.columns), dtype=object)


def canonical(data: Any) -> bytes:
    """JSON in one form only: sorted keys, no spaces, UTF-8, shortest floats, no nan."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")
