"""The licence of a source's data goes into each manifest, so that it travels with the raw bytes."""

from registry import Registry


def licence_of(registry: Registry, source_id: str) -> str | None:
    """The licence that the registry gives for a source."""
    return next((source.licence for source in registry.sources if source.source_id == source_id), None)
