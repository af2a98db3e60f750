"""Where a prompt goes and what is kept of it; and which models are only there to show how the page works."""

from collections.abc import Sequence

import streamlit as st

from dashboard.live import said
from dashboard.words import paragraph
from sidecar import destination
from sidecar.models import Endpoint
from sidecar.packs.files import AskedModel


def show(endpoints: Sequence[Endpoint], kept: str = said.KEPT) -> None:
    """Where the prompt goes and what is kept, said beside the box where it is written."""
    goes = destination.of_several(endpoints) if endpoints else ""
    st.html("".join(paragraph(line, "kept") for line in (goes, kept) if line))


def warn_of_demonstration(endpoints: Sequence[Endpoint | AskedModel]) -> None:
    """Toys are called toys."""
    if any(endpoint.is_demonstration for endpoint in endpoints):
        st.html(paragraph(said.DEMONSTRATION, "simulated", attributes='role="note"'))
