"""What stands beside a live answer: maker, origin, licence, downloads, as the release knows them."""

from collections.abc import Iterator

import pandas as pd
import pytest

import registry
from sidecar import models
from tests.released import demo_data_dir
from warehouse import queries
from warehouse.connect import Release, open_release


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    """The release of simulated data."""
    opened = open_release(demo_data_dir())
    yield opened
    opened.close()


def test_facts_are_those_of_the_tables(release: Release) -> None:
    asked = "Qwen/Qwen2.5-7B-Instruct"
    facts = queries.model_facts(release, (asked,)).iloc[0]
    counted = release.cursor().execute("select downloads_30d from out_latest_models where model_id = ?", [asked]).df()
    assert (facts["organisation_id"], facts["region"], facts["licence_class"]) == ("Qwen", "China", "open")
    assert facts["downloads_30d"] == counted.iloc[0, 0] > 0


def test_a_distilled_model_has_a_publisher_and_another_origin(release: Release) -> None:
    facts = queries.model_facts(release, ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",)).iloc[0]
    assert (facts["region"], facts["origin_region"]) == ("China", "United States")


def test_a_model_that_was_never_read_keeps_the_region_of_its_account_and_has_no_downloads(release: Release) -> None:
    facts = queries.model_facts(release, ("Qwen/Never-Seen", "nobody-we-know/x")).set_index("model_id")
    assert facts.loc["Qwen/Never-Seen", "region"] == "China"
    assert facts.loc["nobody-we-know/x", "region"] == "Unattributed"
    assert facts["downloads_30d"].isna().all()


def test_no_model_asked_for_is_no_row(release: Release) -> None:
    assert queries.model_facts(release, ()).empty


def test_the_models_that_come_with_the_project_are_known_to_registry_and_release(release: Release) -> None:
    offered = models.load(models.default_file()).endpoints
    facts = queries.model_facts(release, tuple(str(endpoint.hub_model_id) for endpoint in offered))
    licences = {licence.licence_id: licence.licence_class for licence in registry.load().licences}
    assert list(facts["region"]) == ["United States"] * len(offered)
    for endpoint in offered:
        row: pd.Series = facts[facts["model_id"] == endpoint.hub_model_id].iloc[0]
        assert (row["organisation_id"], row["licence_id"]) == (endpoint.organisation, endpoint.licence)
        assert row["licence_class"] == licences[endpoint.licence]
