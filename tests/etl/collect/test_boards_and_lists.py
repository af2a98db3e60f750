"""The sources that come as whole files: LMArena, LiveBench, Open LLM Leaderboard, SPDX, the Hub's licence tags."""

import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl import snapshots
from etl.collect import COLLECTORS
from etl.collect.http import Fetcher, SourceError
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings
from tests.etl.collect.conftest import FarSide, Reply, as_json

ARENA = "huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main/{}/full-00000-of-00001.parquet"
OPEN_LLM = "huggingface.co/datasets/open-llm-leaderboard/contents/resolve/main/data/train-00000-of-00001.parquet"
SPDX = "raw.githubusercontent.com/spdx/license-list-data/main/json/licenses.json"
TAGS = "huggingface.co/api/models-tags-by-type"
LISTING = "api.github.com/repos/LiveBench/livebench.github.io/contents/public"
RAW = "raw.githubusercontent.com/LiveBench/livebench.github.io/main/public/"
Collect = Callable[[str], Snapshot]


@pytest.fixture
def collect(settings: Settings, store: SnapshotStore, small_registry: Registry) -> Collect:
    def collected(source_id: str) -> Snapshot:
        (snapshot,) = COLLECTORS[source_id](Fetcher(settings), store, small_registry, settings, Known())
        return snapshot

    return collected


def parquet(rows: int = 2) -> Reply:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"model_name": ["m"] * rows}), buffer)
    return Reply(buffer.getvalue())


def refusal(collect: Collect, settings: Settings, source_id: str) -> str:
    with pytest.raises(SourceError) as caught:
        collect(source_id)
    assert caught.value.source_id == source_id
    assert snapshots.all(settings.data_dir, source_id) == []
    return caught.value.reason


def test_the_collectors_are_those_of_the_registry_s_sources(small_registry: Registry) -> None:
    assert sorted(COLLECTORS) == sorted(source.source_id for source in small_registry.sources)


def test_both_arena_boards_are_kept_whole(collect: Collect, far_side: FarSide) -> None:
    for config in ("text", "text_style_control"):
        far_side.says(ARENA.format(config), parquet())
    snapshot = collect("lmarena")
    assert [file.name for file in snapshot.files] == ["text.parquet", "text_style_control.parquet"]
    assert snapshot.read("text.parquet") == parquet().body


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (parquet(0), "a table without rows"),
        (Reply(b"PAR1" + bytes(99) + b"PAR1"), "cannot be read as Parquet"),
        (Reply(b"<html>"), "a web page"),
        (Reply(b"{}"), "begins with"),
        (Reply(b"", 404), "it is not there"),
    ],
)
@pytest.mark.parametrize("source_id", ["lmarena", "open_llm_leaderboard"])
def test_a_board_that_is_no_table_with_rows_is_refused(
    collect: Collect, far_side: FarSide, settings: Settings, source_id: str, reply: Reply, said: str
) -> None:
    for path in (ARENA.format("text"), ARENA.format("text_style_control"), OPEN_LLM):
        far_side.says(path, reply)
    assert said in refusal(collect, settings, source_id)


def test_the_open_llm_leaderboard_is_kept_whole(collect: Collect, far_side: FarSide) -> None:
    far_side.says(OPEN_LLM, parquet())
    assert collect("open_llm_leaderboard").read("contents.parquet") == parquet().body


@pytest.mark.parametrize(
    ("source_id", "path", "name", "content"),
    [
        ("spdx_licences", SPDX, "licenses.json", {"licenseListVersion": "3.28", "licenses": [{"licenseId": "MIT"}]}),
        ("hub_licence_tags", TAGS, "tags.json", {"license": [{"id": "license:mit"}]}),
    ],
)
def test_a_list_is_kept_as_received_and_an_empty_one_is_refused(
    collect: Collect, far_side: FarSide, settings: Settings, source_id: str, path: str, name: str, content: object
) -> None:
    for empty in (b"{}", b"[]", b'{"license": [], "licenses": []}', b'{"error": "x"}'):
        far_side.says(path, Reply(empty))
        assert "kept what we had" in refusal(collect, settings, source_id)
    far_side.says(path, as_json(content))
    assert collect(source_id).read(name) == as_json(content).body


def entry(name: str, **changes: object) -> dict[str, object]:
    return {"name": name, "type": "file", "download_url": f"https://{RAW}{name}", **changes}


@pytest.fixture
def livebench(far_side: FarSide) -> FarSide:
    far_side.says(
        LISTING,
        as_json([
            entry("table_2025_04_25.csv"), entry("categories_2025_04_25.json"), entry("table_2024_06_24.csv"),
            entry("cost_2025_04_25.csv"), entry("index.html"), entry("table_2099_01_01.csv", type="dir"),
        ]),
    )  # fmt: skip
    far_side.says(RAW + "table_2025_04_25.csv", Reply(b"model,AMPS_Hard,code\nqwen,1,2\nshort,1\n"))
    far_side.says(RAW + "table_2024_06_24.csv", Reply(b"model,AMPS_Hard\nqwen,1\n"))
    far_side.says(RAW + "categories_2025_04_25.json", as_json({"Coding": ["code"]}))
    return far_side


def test_all_dated_tables_come_with_their_categories_as_received(collect: Collect, livebench: FarSide) -> None:
    snapshot = collect("livebench")
    assert [file.name for file in snapshot.files] == [
        "categories_2025_04_25.json", "table_2024_06_24.csv", "table_2025_04_25.csv",
    ]  # fmt: skip
    assert snapshot.read("table_2025_04_25.csv") == b"model,AMPS_Hard,code\nqwen,1,2\nshort,1\n"


def test_a_table_without_categories_is_named(collect: Collect, livebench: FarSide) -> None:
    (note,) = collect("livebench").notes
    assert note.startswith("expected categories_2024_06_24.json in the listing")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/table_2025_04_25.csv",
        "https://raw.githubusercontent.com/someone/else/main/table_2025_04_25.csv",
        "https://raw.githubusercontent.com/LiveBench/livebench.github.io/../../x/y.csv",
        "http://raw.githubusercontent.com/LiveBench/livebench.github.io/main/x",
    ],
)
def test_an_address_outside_the_repository_is_not_asked(
    collect: Collect, livebench: FarSide, settings: Settings, address: str
) -> None:
    livebench.says(LISTING, as_json([entry("table_2025_04_25.csv", download_url=address)]))
    assert "not asked" in refusal(collect, settings, "livebench")
    assert livebench.paths() == [LISTING]


@pytest.mark.parametrize("listing", [as_json([]), as_json({}), as_json({"message": "rate limit"}), as_json([1])])
def test_a_listing_without_tables_is_refused(
    collect: Collect, livebench: FarSide, settings: Settings, listing: Reply
) -> None:
    livebench.says(LISTING, listing)
    assert "from" in refusal(collect, settings, "livebench") or "listing" in refusal(collect, settings, "livebench")


@pytest.mark.parametrize("body", [b"{}", b"", b"<html>", b"model,a\n", b"name,a\nx,1\n"])
def test_a_table_that_is_none_is_refused(collect: Collect, livebench: FarSide, settings: Settings, body: bytes) -> None:
    livebench.says(RAW + "table_2025_04_25.csv", Reply(body))
    assert "table_2025_04_25.csv" in refusal(collect, settings, "livebench")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"x"])
def test_categories_that_are_none_are_refused(
    collect: Collect, livebench: FarSide, settings: Settings, body: bytes
) -> None:
    livebench.says(RAW + "categories_2025_04_25.json", Reply(body))
    assert "categories_2025_04_25.json" in refusal(collect, settings, "livebench")
