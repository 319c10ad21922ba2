"""Import the heavy packages before workers are forked: seconds saved for each task.

For Airflow's LocalExecutor on Linux: call `preload()` in `airflow_local_settings.py`, in the scheduler alone. Nothing
relies on it; a task that finds a package not yet imported imports it.
"""

from __future__ import annotations

import importlib
import os

_PACKAGES = (
    "pandas", "pyarrow.parquet", "duckdb", "great_expectations", "dlt", "scipy.optimize", "sklearn.linear_model",
    "statsmodels.api", "ortools.graph.python.min_cost_flow", "openpyxl", "jinja2", "babel.dates", "cryptography.fernet",
    "yaml",
)  # fmt: skip


def preload() -> None:
    """Import what the steps need; a package that is missing is left to the task that needs it to report."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    for name in _PACKAGES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
