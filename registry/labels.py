"""Which names stand for which organisation or licence: what people listed, and what follows without doubt."""

from registry.rows import Licence, Organisation

UNNAMED_TAGS = ("other", "unknown")  # tags that say nothing: the licence's name decides instead


def folded(label: str | None) -> str:
    """A label as it is compared: without spaces around it, lower-cased; empty for None."""
    return (label or "").strip().lower()


def organisation_labels(organisations: tuple[Organisation, ...]) -> list[tuple[str, str]]:
    """Pairs (label, organisation_id): the labels that people listed, then names and account names not yet taken."""
    pairs = [(label, row.organisation_id) for row in organisations for label in row.labels]
    taken = {folded(label) for label, _ in pairs}
    for row in organisations:
        for label in (row.name, row.organisation_id):
            if folded(label) not in taken:
                taken.add(folded(label))
                pairs.append((label, row.organisation_id))
    return pairs


def licence_names(licences: tuple[Licence, ...]) -> list[tuple[str, Licence]]:
    """Pairs (name, licence): the names seen behind `other`, and every telling tag, since some write it as the name."""
    pairs = [(name, licence) for licence in licences for name in licence.licence_names]
    taken = {name for name, _ in pairs}
    tags = [(tag, licence) for licence in licences for tag in licence.hub_tags]
    return pairs + [(tag, licence) for tag, licence in tags if tag not in taken and tag not in UNNAMED_TAGS]
