"""A page as of a past release: the line that says so, the way back to today, the answer to an unknown release."""

import logging
from contextlib import suppress
from datetime import UTC, datetime

import streamlit as st

from dashboard import data, revised, view
from dashboard.words import full_day, moment, paragraph
from warehouse.connect import NoRelease, OlderTables, Release

log = logging.getLogger(__name__)

REVISIONS = "pages/revisions.py"
KNOWN_SHOWN = 10  # as many as are kept by default


def say_which(release: Release) -> None:
    """Whoever follows a permalink reads a past release, and should know it."""
    if not data.pinned():
        return
    with st.container(key="pinned", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(paragraph(sentence(release), "notice", attributes='role="status"'))
        if not view.is_projector():
            link_to_newest("Today's figures")
            _link_to_revisions(release)


def sentence(release: Release) -> str:
    """`As of the release of 12 March 2026 (2026-03-12T0614Z); newer figures exist.`"""
    newest = None
    with suppress(NoRelease):
        newest = data.current_release()
    if newest is None or newest.release_id == release.release_id:
        beside = "no newer figures exist"
    else:
        beside = "newer figures exist" if newest.built_at > release.built_at else "it is not the current one"
    return f"As of the release of {full_day(release.built_at)} ({release.release_id}); {beside}."


def _link_to_revisions(release: Release) -> None:
    """What of a past release has been revised since, where today's release knows it."""
    count = None
    with suppress(NoRelease, OlderTables):
        count = revised.count_since(release.built_at)
    if count:
        label = "One figure revised since" if count == 1 else f"{count:,} figures revised since"
        others = view.unpinned_parameters()
        view.link_to(REVISIONS, label, {**others, revised.PARAMETER: release.release_id})


def say_that_it_is_gone(reason: str) -> None:
    """A permalink outlived its release, or names none: say so, and show the way to what there is."""
    log.info(reason)
    asked = data.pinned()[:40]
    known = data.known_releases()
    is_kept = asked in {entry["release_id"] for entry in known}
    said = f"Release {asked} cannot be read." if is_kept else f"There is no release “{asked}” here, or not any more."
    explained = (
        "The observatory keeps its last releases. The figures of an older one can be built again from the readings, "
        "which are never thrown away: see “Data and methods”. "
    )
    st.html(paragraph(said, "finding", "h1") + paragraph(f"{explained}These can be read:", "question"))
    with st.container(key="known_releases", gap=None):
        link_to_newest("The same page with the newest release")
        for entry in known[:KNOWN_SHOWN]:
            if entry["release_id"] != asked:
                label = f"As of {_built(entry['built_at'])} ({entry['release_id']})"
                view.link_here(label, {**view.unpinned_parameters(), "release": entry["release_id"]})


def link_to_newest(label: str) -> None:
    """To this page without its pin; the filters stay."""
    view.link_here(label, view.unpinned_parameters())


def _built(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text).astimezone(UTC))
    except ValueError:  # only the description is odd; the release may be read all the same
        return "an unknown day"
