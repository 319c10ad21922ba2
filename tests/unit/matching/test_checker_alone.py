"""The checker stands alone: it loads none of the solver's code and nothing but numpy."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3] / "matching"


def imported(name):
    tree = ast.parse((ROOT / f"{name}.py").read_text(encoding="utf-8"))
    return {node.module if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names}  # fmt: skip


def test_the_checker_imports_numpy_and_itself_only():
    own = {"certificate", "checker", "checker_levels", "checker_problem"}
    for name in own:
        others = {module for module in imported(name) if module.split(".")[0] not in sys.stdlib_module_names}
        assert others <= {"numpy", "numpy.typing"} | {f"matching.{each}" for each in own}


def test_the_solver_takes_nothing_from_the_checker_but_the_form_of_a_proof():
    for name in ("duals", "face", "flow", "instance", "columns", "objectives", "alternatives"):
        assert not {module for module in imported(name) if module.startswith("matching.checker")}


def test_blocking_pairs_are_found_without_the_code_that_makes_an_assignment_stable():
    assert {m for m in imported("blocking") if m.startswith("matching")} == {"matching.certificate", "matching.errors"}
