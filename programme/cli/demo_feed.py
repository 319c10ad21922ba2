"""The world outside Adept in the demo: the sample organisation, advanced on the pairs that were really approved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from programme.cli.installation import Installation
from programme.period import Period

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class Feed:
    """Writes each quarter's files into the inbox; what was written before is reused."""

    installation: Installation
    n_employees: int
    seed: int

    @property
    def folder(self) -> Path:
        """State and truth of the sample; nothing of the product reads it."""
        return self.installation.folder / "sample"

    def advance(self, period: Period) -> bool:
        """Write the quarter's files, unless they are there; true if they were written."""
        after = self.folder / f"state-{period}.bin"
        if after.exists():
            return False
        from sources.sample import Sample, State

        sample = Sample(seed=self.seed, n_employees=self.n_employees)
        before = self.folder / f"state-{period.shift(-1)}.bin"
        state = State.from_bytes(before.read_bytes()) if before.exists() else sample.start()
        step = sample.advance(state, self._approved_pairs(), period)
        for name, content in step.files.items():
            path = self.installation.folder / "inbox" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        truth = self.folder / "truth"
        truth.mkdir(parents=True, exist_ok=True)
        (truth / f"{period}.json").write_bytes(step.truth.to_bytes())
        # The state comes last: it marks the quarter's files as complete.
        temporary = after.with_suffix(".part")
        temporary.write_bytes(step.state.to_bytes())
        temporary.replace(after)
        return True

    def _approved_pairs(self) -> pd.DataFrame:
        """Approved pairs by employee number: the vault is asked, as the programme office would."""
        import pandas as pd

        from programme.loading import load_programme
        from programme.settings import Settings
        from programme.vault import Vault
        from programme.warehouse import Warehouse

        columns = ["cohort", "mentee_number", "mentor_number"]
        places = Settings.from_environment(self.installation.environment())
        if places.warehouse.startswith("duckdb:") and not Warehouse(places.warehouse).path.exists():
            return pd.DataFrame(columns=columns, dtype=object)
        with Warehouse(places.warehouse, read_only=True) as warehouse:
            if not warehouse.has_table("matching", "approved_pair"):
                return pd.DataFrame(columns=columns, dtype=object)
            pairs = warehouse.query(
                "SELECT cohort, mentee_person_id, mentor_person_id FROM matching.approved_pair "
                "ORDER BY cohort, mentee_person_id, mentor_person_id"
            )
        programme = load_programme(places.programme_file)
        people = sorted({*pairs["mentee_person_id"], *pairs["mentor_person_id"]})
        if not people:
            return pd.DataFrame(columns=columns, dtype=object)
        with Vault(places.vault, places.vault_key, programme.name) as vault:
            names = vault.identify(people, purpose="advance the sample organisation", actor="demo")
        number = names.set_index("person_id")["employee_number"]
        numbered = pd.DataFrame(
            {
                "cohort": pairs["cohort"],
                "mentee_number": pairs["mentee_person_id"].map(number),
                "mentor_number": pairs["mentor_person_id"].map(number),
            }
        )
        # Pseudonyms depend on this installation's key; the simulator must not.
        return numbered.sort_values(columns, ignore_index=True)
