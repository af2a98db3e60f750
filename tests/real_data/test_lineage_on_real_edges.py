"""30,383 real statements "made from" of June 2025: origins by family as a plain walk counts them, circles reported."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection

import registry
from etl import lake
from registry import Registry
from warehouse import check
from warehouse.build import About, building

pytestmark = pytest.mark.real_data

EDGES, NODES = "adoption_hf_derivative_edges_2025-06-16.parquet", "adoption_hf_derivative_nodes_2025-06-11.parquet"
READ_ON = date(2025, 6, 16)
Bases = dict[str, list[str]]


@pytest.fixture(scope="module")
def stated(shared: Path) -> Bases:
    """Every model of the two files with the bases that it names, in the order of the file."""
    bases: Bases = {model: [] for model in pq.read_table(shared / "data" / NODES)["id"].to_pylist()}
    for edge in pq.read_table(shared / "data" / EDGES).to_pylist():
        bases.setdefault(edge["derived_model"], []).append(edge["base_model"])
    return bases


@pytest.fixture(scope="module")
def decisions() -> Registry:
    return registry.load()


@pytest.fixture(scope="module")
def release(
    stated: Bases, decisions: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DuckDBPyConnection]:
    """The two files as a reading of the Hub, kept in a lake and built."""
    data_dir = tmp_path_factory.mktemp("data")
    write(data_dir, stated)
    about = About("2025-06-16T0000Z", datetime.fromisoformat("2025-06-16T00:00:00"), "test", "hub")
    with building(data_dir, data_dir / "build", decisions, about) as connection:
        yield connection


def write(data_dir: Path, stated: Bases) -> None:
    reading = {"observed_on": READ_ON, "source_id": "hub_history"}
    counters = [{"model_id": model, **reading, "downloads_30d": 1, "likes": 0} for model in stated]
    facts = [
        {"model_id": model, **reading, "created_at": datetime(2025, 6, 1, tzinfo=UTC), "base_model_ids": bases}
        for model, bases in stated.items()
    ]
    frames = {"model_observations": counters, "model_metadata": facts}
    commit = lake.Commit("hub_history", READ_ON, "0" * 64, False, len(counters), scope="hub")
    lake.write(data_dir, commit, {name: frame(name, rows) for name, rows in frames.items()})


def frame(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = lake.SCHEMAS[name]
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema)


class Walk:
    """The plain walk: from a model to its bases, and to theirs, until a model that names none."""

    def __init__(self, stated: Bases, decisions: Registry) -> None:
        spelled = {model.lower(): model for model in sorted(stated, reverse=True)}
        self.bases = {
            model: [spelled.get(base.lower(), base) for base in bases if base.lower() != model.lower()]
            for model, bases in stated.items()
        }
        self.bases |= {  # what the registry adds is an upstream error put right, not part of the walk's subject
            row.subject: [row.right_value]
            for row in decisions.corrections
            if row.field == "base_model_id" and row.subject in stated
        }
        self.circles: set[str] = set()
        self.known: dict[str, frozenset[str]] = {}
        self.decisions = decisions

    def roots(self, model: str, path: tuple[str, ...] = ()) -> frozenset[str]:
        """Models without bases at the ends of all ways; a way that returns to itself ends nowhere."""
        if model in path:
            self.circles |= set(path[path.index(model) :])
            return frozenset()
        if model not in self.known:
            bases = self.bases.get(model, [])
            ways = (self.roots(base, (*path, model)) for base in bases)
            self.known[model] = frozenset().union(*ways) if bases else frozenset({model})
        return self.known[model]

    def family(self, model: str) -> str | None:
        """The one family of all roots; None where they are of several, or of none."""
        families = {self.decisions.family_of(root) for root in self.roots(model)}
        return families.pop() if len(families) == 1 else None


@pytest.fixture(scope="module")
def walk(stated: Bases, decisions: Registry) -> Walk:
    walk = Walk(stated, decisions)
    for model in stated:
        walk.roots(model)
    return walk


def test_models_by_the_family_of_their_root_are_those_of_a_plain_walk(
    release: DuckDBPyConnection, walk: Walk, stated: Bases
) -> None:
    found = release.execute(
        "select model_id, origin_family_id from core_models where lineage_method <> 'name' order by model_id"
    ).fetchall()
    assert len(found) > 20_000
    ours = Counter(family for _, family in found)
    theirs = Counter(walk.family(model) for model, _ in found)
    assert set(ours) == set(theirs)
    for family, models in theirs.items():
        assert ours[family] == pytest.approx(models, rel=0.01), family


def test_names_give_families_only_to_models_whose_walk_ends_at_a_copy(release: DuckDBPyConnection, walk: Walk) -> None:
    named = release.execute(
        "select model_id, origin_family_id from core_models where lineage_method = 'name'"
    ).fetchall()
    assert len(named) > 3_000
    assert {family for _, family in named} >= {"llama", "qwen", "gemma", "mistral", "phi"}
    assert [model for model, family in named if walk.family(model) not in (None, family)] == []


def test_circles_are_reported(release: DuckDBPyConnection, walk: Walk, stated: Bases) -> None:
    counted = release.execute(
        "select sum(models) filter (where lineage_method = 'cycle'), sum(self_named_models) from out_lineage"
    ).fetchall()
    naming_themselves = [model for model, bases in stated.items() if model.lower() in {base.lower() for base in bases}]
    assert counted == [(len(walk.circles) or None, len(naming_themselves))]
    assert len(naming_themselves) == 42


def test_distilled_repositories_have_the_origin_of_what_they_were_made_from(release: DuckDBPyConnection) -> None:
    select = "select origin_organisation_id from core_models where model_id = $model"
    model = "unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF"
    assert release.execute(select, {"model": model}).fetchall() == [("meta-llama",)]


def test_every_model_has_an_origin_or_is_counted_as_having_none(release: DuckDBPyConnection, stated: Bases) -> None:
    methods = dict(release.execute("select lineage_method, models from out_lineage").fetchall())
    assert sum(methods.values()) == len(stated)
    results = {result.check_id: result.passed for result in check.run(release)}
    assert results["origins_reconcile_with_publishers"]
