"""Environment variables of the processes: all settings, and what keeps libraries quiet and small."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's folder, in which every process runs."""

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "HF_HUB_OFFLINE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
"""Nothing reaches out, and libraries say only what matters."""

SMALL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MALLOC_ARENA_MAX": "2",
}
"""One thread of numbers a process: three processes share few cores, and arenas cost memory."""

FIXED = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    # Sanic under rasa_sdk listens on all interfaces unless told otherwise.
    "SANIC_HOST": "127.0.0.1",
    "SANIC_WORKERS": "1",
    "ACTION_SERVER_SANIC_WORKERS": "1",
}


def rasa_log_level(level: str) -> str:
    """Return Rasa's log level for ours: never below INFO, where Rasa logs what citizens write."""
    return "INFO" if level == "DEBUG" else level


def process_environment(settings: Mapping[str, str], inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a served process, over what the supervisor itself was given."""
    level = rasa_log_level(settings["TTHC_LOG_LEVEL"])
    caches = Path(settings["TTHC_DATA_DIR"]) / "cache"
    levels = {"LOG_LEVEL": level, "LOG_LEVEL_LIBRARIES": "ERROR"}
    places = {"MPLCONFIGDIR": str(caches / "matplotlib")}
    return {**inherited, **settings, **QUIET, **SMALL, **FIXED, **levels, **places}


def rasa_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what only Rasa is told: a home, and what ``endpoints.yml`` asks for besides settings."""
    data_dir = Path(settings["TTHC_DATA_DIR"])
    return {"TTHC_TRACKER_DB": str(tracker_database(data_dir)), "HOME": str(rasa_home(data_dir))}


def rasa_home(data_dir: Path) -> Path:
    """Return the home that Rasa is given, where nobody else reads.

    Even with telemetry off, Rasa writes into its user's home a file that says it is on, which would
    count for whoever calls ``rasa`` by hand later. Keras leaves its settings there too.
    """
    return data_dir / "cache" / "home"


def tracker_database(data_dir: Path) -> Path:
    """Return the SQLite file of Rasa's tracker store, where conversations under way are kept."""
    return data_dir / "rasa-tracker.db"


def training_environment(data_dir: Path, cache: Path) -> dict[str, str]:
    """Return the environment of a training run: quiet as well, but free to use every core.

    ``cache`` is where Rasa may keep results of graph nodes.
    """
    places = {
        "MPLCONFIGDIR": str(data_dir / "cache" / "matplotlib"),
        "HOME": str(rasa_home(data_dir)),
        "RASA_CACHE_DIRECTORY": str(cache),
    }
    return {**os.environ, **QUIET, **FIXED, **places}
