"""All tables of the product: the ``models`` module of every room that has one."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData

import knowledge
from knowledge.database.base import Base


def load_metadata() -> MetaData:
    """Import ``knowledge.<room>.models`` of every room and return the tables they declare."""
    for module in pkgutil.iter_modules(knowledge.__path__, "knowledge."):
        models = f"{module.name}.models"
        if module.ispkg and importlib.util.find_spec(models) is not None:
            importlib.import_module(models)
    return Base.metadata
