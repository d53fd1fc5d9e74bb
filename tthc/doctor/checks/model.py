"""The trained model of the present training data."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.settings import ROOT
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix
from tthc.serve.model import ModelCache


def check(context: Context) -> Iterator[Finding]:
    """Tell whether the model is there."""
    cache = ModelCache(ROOT, context.settings.data_dir)
    if cache.is_current():
        yield good("model.current", name=cache.path.name)
    else:
        yield must_fix("model.missing")
