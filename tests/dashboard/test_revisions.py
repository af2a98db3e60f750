"""Past releases and what was revised since: the numbers of their day, a list with reasons, calm where nothing is."""

import gc
import re
import shutil
import weakref
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import registry
from dashboard import data, revised
from tests.dashboard.conftest import RunPage, html_of
from warehouse.connect import current_release_id, releases
from warehouse.publish import publish

MOVED = "mistralai"


class OtherRegistry:
    """The registry with one organisation in another region, under a hostile name of a licence."""

    def frames(self) -> dict[str, list[dict[str, Any]]]:
        frames = registry.load().frames()
        for row in frames["organisations"]:
            if row["organisation_id"] == MOVED:
                row["region"] = "Other"
        frames["licence_names"] = [*frames["licence_names"], {"licence_name": "<b>x</b>", "licence_id": "mit"}]
        return frames


def copied(source: Path, target: Path) -> Path:
    for name in ("releases", "lake", "runs"):
        shutil.copytree(source / name, target / name, symlinks=True)
    return target


@pytest.fixture(scope="module")
def unchanged(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of the same lake and registry."""
    data_dir = copied(released, tmp_path_factory.mktemp("unchanged"))
    publish(data_dir, registry.load(), code_version="test", scope="tracked")
    return data_dir


@pytest.fixture(scope="module")
def moved(unchanged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A third one, after an organisation was given another country."""
    data_dir = copied(unchanged, tmp_path_factory.mktemp("moved"))
    publish(data_dir, OtherRegistry(), code_version="test", scope="tracked")
    return data_dir


def ids(data_dir: Path) -> list[str]:
    """The releases, oldest first."""
    return [entry["release_id"] for entry in reversed(releases(data_dir))]


def figures(page: Any) -> list[str]:
    return [element.proto.spec for element in page.get("plotly_chart")]


TWO = "attribution=publisher&scope=language&period=month&regions=China%2CUnited+States"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"what": "download_share", "definition": TWO, "group_name": "China", "value_before": 0.5263},
            "share of China in the new downloads of China and the United States, July 2025, from 53 % to 47 %",
        ),
        (
            {"what": "download_share", "definition": TWO, "group_name": "China", "value_before": 0.4712},
            "share of China in the new downloads of China and the United States, July 2025, from 47.1 % to 47.0 %",
        ),
        (
            {
                "what": "new_downloads",
                "definition": "attribution=origin&scope=all&period=month&regions=all",
                "group_name": "Other",
                "value_before": 2_000_000_000.0,
                "value_after": None,
            },
            "new downloads of models from other countries (all models, by headquarters of the organisation at the root "
            "of the model's lineage), July 2025, from 2.0 billion to no figure",
        ),
        (
            {
                "what": "best_score",
                "definition": "benchmark=lmarena_text",
                "group_name": "open",
                "period": "board",
                "benchmark_name": "LMArena text",
                "value_before": 1456.2,
                "value_after": 1461.0,
            },
            "best score of open weights, LMArena text, 1 July 2025, from 1,456 to 1,461",
        ),
        (
            {
                "what": "licence_share",
                "definition": "scope=all&licence_by=models&regions=all",
                "group_name": "all: open",
                "value_before": 0.6,
            },
            "share of licences “OSI-approved”, all regions, July 2025, from 60 % to 47 %",
        ),
    ],
)
def test_a_revision_is_said_with_what_it_is_of_and_both_values(row: dict[str, Any], said: str) -> None:
    usual = {"period": "month", "period_start": date(2025, 7, 1), "value_after": 0.47, "benchmark_name": None}
    assert revised.sentence(usual | row) == said


def test_the_first_release_says_that_nothing_can_have_been_revised(run_page: RunPage) -> None:
    page = run_page("revisions")
    assert "No revision is on record: there was no release before this one" in html_of(page)
    assert not page.exception and not page.selectbox


def test_where_nothing_changed_the_page_says_so(run_page: RunPage, unchanged: Path) -> None:
    page = run_page("revisions", unchanged)
    assert re.search(r"No published figure was revised since the release of \d+ \w+ 20\d\d\.", html_of(page))
    assert "Taken for rounding and not listed" in html_of(page) and not page.get("arrow_data_frame")


def test_the_finding_counts_and_names_the_largest_and_the_reason_is_told(run_page: RunPage, moved: Path) -> None:
    page = run_page("revisions", moved)
    said = html_of(page)
    assert not page.exception and "could not be shown" not in said
    assert re.search(
        r"[\d,]+ published figures changed since the release of .+; the largest in shares of downloads: ", said
    )
    assert f"organisation {MOVED} (region Other, before Europe)" in said
    listed = page.dataframe[0].value
    assert 0 < len(listed) <= revised.ROWS_SHOWN
    assert listed["page"].str.match(r"/(adoption|licences|leaderboards)\?").all()
    assert (listed["before"] != listed["after"]).all()


def test_the_address_says_since_when(run_page: RunPage, moved: Path) -> None:
    _, second, _ = ids(moved)
    assert run_page("revisions", moved, revised_since=second).selectbox(key=revised.KEY).value == second
    page = run_page("revisions", moved, revised_since="<script>")
    assert "Revisions since release “&lt;script&gt;” are not on record" in html_of(page)
    page.selectbox(key=revised.KEY).set_value(second).run()
    assert page.query_params[revised.PARAMETER] == second


@pytest.mark.parametrize("page_id", ["overview", "adoption", "licences", "leaderboards"])
def test_a_past_release_has_the_numbers_of_its_day_after_later_releases(
    run_page: RunPage, unchanged: Path, moved: Path, page_id: str
) -> None:
    release_id = str(current_release_id(unchanged))
    on_its_day, later = run_page(page_id, unchanged), run_page(page_id, moved, release=release_id)
    assert figures(on_its_day) == figures(later) != []
    finding = r'<h1 class="finding" >([^<]+)</h1>'
    assert re.findall(finding, html_of(on_its_day)) == re.findall(finding, html_of(later))
    assert f"({release_id}); newer figures exist." in html_of(later)


def test_a_past_release_says_how_many_of_its_figures_were_revised(run_page: RunPage, moved: Path) -> None:
    page = run_page("adoption", moved, release=ids(moved)[1])
    links = [link.proto for link in page.get("page_link") if "revised since" in link.proto.label]
    assert len(links) == 1 and re.match(r"[\d,]+ figures revised since", links[0].label)
    assert f"revised_since={ids(moved)[1]}" in links[0].query_string and "&release=" not in links[0].query_string


def test_sources_stand_as_the_past_release_knew_them(run_page: RunPage, unchanged: Path) -> None:
    pinned = html_of(run_page("data_and_methods", unchanged, release=ids(unchanged)[0]))
    assert "The last run began" not in pinned
    assert "The last run began" in html_of(run_page("data_and_methods", unchanged))


def test_only_a_few_releases_stay_open(run_page: RunPage, moved: Path, tmp_path: Path) -> None:
    copied(moved, tmp_path)
    for number in range(data.RELEASES_OPEN):  # as many again, under other names
        again = tmp_path / "releases" / f"2020-01-0{number + 1}T0000Z"
        shutil.copytree(tmp_path / "releases" / ids(moved)[0], again)
        text = (again / "release.json").read_text(encoding="utf-8").replace(ids(moved)[0], again.name)
        (again / "release.json").write_text(text, encoding="utf-8")
    run_page("revisions", tmp_path)
    opened = [weakref.ref(data._opened(entry["release_id"])) for entry in releases(tmp_path)]
    gc.collect()
    assert len(opened) > data.RELEASES_OPEN
    assert sum(reference() is not None for reference in opened) <= data.RELEASES_OPEN


def test_a_release_of_an_earlier_version_is_shown_as_far_as_it_goes(
    run_page: RunPage, unchanged: Path, tmp_path: Path
) -> None:
    import duckdb

    copied(unchanged, tmp_path)
    release_id = ids(unchanged)[0]
    with duckdb.connect(str(tmp_path / "releases" / release_id / "warehouse.duckdb")) as connection:
        connection.execute("drop table out_licence_share; drop table core_counter_events; drop table meta_comparisons")
    licences = html_of(run_page("licences", tmp_path, release=release_id))
    assert "an earlier version of the observatory made it" in licences and f"/data/{release_id}/" in licences
    page = run_page("data_and_methods", tmp_path, release=release_id)
    assert not page.exception and "an earlier version of the observatory made it" in html_of(page)
    assert not run_page("revisions", tmp_path, release=release_id).exception


def test_the_data_page_lists_counters_corrections_and_origins(run_page: RunPage) -> None:
    page = run_page("data_and_methods")
    said = html_of(page)
    assert re.search(r"\d+ times a counter did something else than count downloads: ", said)
    assert "statements of sources are known to be wrong" in said
    assert re.search(r"(All|Of) [\d,]+ models", said) and "it names no base: it is its own origin" in said
    assert "A fixed panel holds the accounts" in said
