"""Decisions made by people, in YAML, reviewed like code: `registry.load()` reads and checks them.

The words (organisation, region, licence class) are those of docs/method.md. No network, no database.
"""

from registry.errors import RegistryError
from registry.loader import load
from registry.registry import Registry
from registry.rows import (
    LICENCE_CLASSES,
    REGIONS,
    Correction,
    Evidence,
    Family,
    LeaderboardLabel,
    Licence,
    Metric,
    Organisation,
    Panel,
    PolicyEvent,
    PublishedFigure,
    Release,
    Reuploader,
    Source,
    Threshold,
)

__all__ = [
    "LICENCE_CLASSES",
    "REGIONS",
    "Correction",
    "Evidence",
    "Family",
    "LeaderboardLabel",
    "Licence",
    "Metric",
    "Organisation",
    "Panel",
    "PolicyEvent",
    "PublishedFigure",
    "Registry",
    "RegistryError",
    "Release",
    "Reuploader",
    "Source",
    "Threshold",
    "load",
]
