"""The stand-in speaks as the services do: keys, types, headers, pages."""

import json
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

import registry
from demo.server import DemoServer
from tests.demo.far_side import ARENA, HUB, LIVEBENCH, WEEKS, all_models, get, parquet, week

TREE = f"{HUB}/api/datasets/hfmlsoc/hub_weekly_snapshots/tree/main/models"
OPEN_LLM = f"{HUB}/datasets/open-llm-leaderboard/contents/resolve/main/data/train-00000-of-00001.parquet"
LISTING = "api.github.com/repos/LiveBench/livebench.github.io/contents/public"
SPDX = "raw.githubusercontent.com/spdx/license-list-data/main/json/licenses.json"


@pytest.mark.parametrize(
    "path",
    [
        f"{HUB}/api/models?limit=1",
        f"{HUB}/api/models/no/such-model",
        f"{HUB}/api/organizations/nobody/overview",
        f"{HUB}/api/models-tags-by-type",
        TREE,
        f"{ARENA}/text/latest-00000-of-00001.parquet",
        OPEN_LLM,
        LISTING,
        SPDX,
        "elsewhere.example/anything",
        "_log",
        "_faults",
        "_nothing",
    ],
)
def test_every_answer_says_that_it_is_simulated_and_of_which_day(demo: DemoServer, path: str) -> None:
    answer = get(demo, path)
    assert answer.headers["X-Simulated"] == "true"
    assert answer.headers["Date"].startswith("Tue, 24 Nov 2026")


def test_a_model_list_has_the_asked_properties_only(demo: DemoServer) -> None:
    for spelling in ("expand", "expand[]"):
        query = {"author": "Qwen", spelling: ["downloads", "downloadsAllTime", "likes", "gated", "createdAt"]}
        rows = get(demo, f"{HUB}/api/models", params=query).json()
        assert rows
        for row in rows:
            assert set(row) == {"_id", "id", "downloads", "downloadsAllTime", "likes", "gated", "createdAt"}
            assert row["id"].startswith("Qwen/")
            assert row["downloadsAllTime"] >= row["downloads"] >= 0


def test_without_expand_the_all_time_counter_does_not_come(demo: DemoServer) -> None:
    row = get(demo, f"{HUB}/api/models?author=Qwen").json()[0]
    assert "downloadsAllTime" not in row
    assert {"_id", "id", "modelId", "likes", "downloads", "tags", "pipeline_tag", "createdAt"} <= set(row)


def test_an_unknown_property_is_refused_and_an_unknown_author_has_no_models(demo: DemoServer) -> None:
    assert get(demo, f"{HUB}/api/models?expand=colour").status_code == 400
    nobody = get(demo, f"{HUB}/api/models?author=nobody")
    assert (nobody.status_code, nobody.json()) == (200, [])


def test_pages_are_linked_on_the_real_host_and_show_every_model_once(demo: DemoServer) -> None:
    first = get(demo, f"{HUB}/api/models?limit=7&expand=downloads")
    assert first.links["next"]["url"].startswith("https://huggingface.co/api/models?")
    assert len(first.json()) == 7
    whole = get(demo, f"{HUB}/api/models?expand=downloads").json()
    assert set(all_models(demo, "downloads")) == {row["id"] for row in whole}


def test_models_are_sorted_and_filtered_as_asked(demo: DemoServer) -> None:
    query = {"filter": "license:apache-2.0", "pipeline_tag": "text-generation", "sort": "downloads"}
    rows = get(demo, f"{HUB}/api/models", params=query).json()
    downloads = [row["downloads"] for row in rows]
    assert downloads == sorted(downloads, reverse=True)
    assert all("license:apache-2.0" in row["tags"] for row in rows)
    assert {row["pipeline_tag"] for row in rows} == {"text-generation"}


def test_cards_hold_licences_as_the_hub_does(demo: DemoServer) -> None:
    rows = all_models(demo, "cardData", "tags", "baseModels", "safetensors", "gated")
    licences = [row["cardData"].get("license") for row in rows.values()]
    assert any(isinstance(licence, list) for licence in licences)
    assert any(isinstance(licence, str) for licence in licences)
    others = [row["cardData"] for row in rows.values() if row["cardData"].get("license") == "other"]
    assert others
    assert all(card["license_name"] and card["license_link"] for card in others)
    derived = [row["baseModels"] for row in rows.values() if "baseModels" in row]
    assert {"quantized", "finetune"} <= {lineage["relation"] for lineage in derived}
    assert all(lineage["models"][0]["id"] in json.dumps(rows) or lineage["models"] for lineage in derived)
    assert rows["meta-llama/Llama-3.1-8B-Instruct"]["gated"] == "manual"


def test_a_missing_model_answers_401_with_its_code_and_an_organisation_has_no_country(demo: DemoServer) -> None:
    missing = get(demo, f"{HUB}/api/models/no/such-model")
    assert (missing.status_code, missing.headers["X-Error-Code"]) == (401, "RepoNotFound")
    overview = get(demo, f"{HUB}/api/organizations/Qwen/overview").json()
    assert overview["name"] == "Qwen"
    assert overview["numModels"] > 0
    assert not {"country", "location"} & set(overview)


def test_there_are_122_weekly_partitions_since_july_2024(demo: DemoServer) -> None:
    rows = get(demo, TREE).json()
    assert len(rows) == 122
    assert (rows[0]["path"], rows[-1]["path"]) == ("models/2024-07-24", "models/2026-11-18")
    assert {row["type"] for row in rows} == {"directory"}
    (file,) = get(demo, f"{TREE}/2026-11-18").json()
    assert file["size"] == len(get(demo, f"{WEEKS}/2026-11-18/models.parquet").content)
    assert get(demo, f"{WEEKS}/2026-11-19/models.parquet").status_code == 404


def test_partitions_have_the_columns_of_their_time(demo: DemoServer) -> None:
    assert "cardData" not in week(demo, date(2024, 7, 24)).columns
    assert "downloadsAllTime" not in week(demo, date(2025, 2, 19)).columns
    assert "downloadsAllTime" in week(demo, date(2025, 2, 26)).columns
    schema = pq.read_schema(pa.BufferReader(get(demo, f"{WEEKS}/2026-11-18/models.parquet").content))
    assert schema.field("createdAt").type == pa.timestamp("us")
    assert schema.field("cardData").type == pa.string()
    assert schema.field("tags").type == pa.list_(pa.string())
    assert schema.field("downloads").type == schema.field("downloadsAllTime").type == pa.int64()
    assert schema.field("baseModels").type.field("models").type.value_type.field("id").type == pa.string()
    assert "gated" not in schema.names


def test_no_model_is_listed_before_it_was_created(demo: DemoServer) -> None:
    for day in (date(2024, 7, 24), date(2025, 8, 6), date(2026, 11, 18)):
        partition = week(demo, day)
        assert (partition.createdAt.dt.date <= day).all()
        assert partition.index.is_unique


def test_arena_boards_have_intervals_around_ratings_and_ranks(demo: DemoServer) -> None:
    for config in ("text", "text_style_control"):
        board = parquet(demo, f"{ARENA}/{config}/full-00000-of-00001.parquet")
        assert set(board.category) == {"overall", "coding", "math"}
        assert (board.rating_lower < board.rating).all()
        assert (board.rating < board.rating_upper).all()
        assert board.leaderboard_publish_date.nunique() == 122
        assert not board.duplicated(["model_name", "category", "leaderboard_publish_date"]).any()
    latest = parquet(demo, f"{ARENA}/text/latest-00000-of-00001.parquet")
    assert set(latest.leaderboard_publish_date) == {"2026-11-18"}
    assert latest.sort_values("rating")["rank"].iloc[-1] == 1


def test_in_march_2026_the_best_models_are_closed_and_the_best_open_one_trails_by_about_45(demo: DemoServer) -> None:
    board = parquet(demo, f"{ARENA}/text/full-00000-of-00001.parquet")
    day = board[(board.leaderboard_publish_date == "2026-03-25") & (board.category == "overall")]
    is_closed = day.license.isin(["Proprietary", "Propretary"])
    gap = day[is_closed].rating.max() - day[~is_closed].rating.max()
    assert 35 < gap < 55
    assert day.sort_values("rating").organization.iloc[-1] == "Anthropic"


def test_livebench_lists_tables_with_categories_of_the_tasks_they_have(demo: DemoServer) -> None:
    names = {entry["name"]: entry for entry in get(demo, LISTING).json()}
    tables = sorted(name for name in names if name.startswith("table_"))
    assert tables[0] == "table_2024_06_24.csv"
    assert tables[-1] == "table_2026_06_25.csv"
    for name in tables:
        header = get(demo, f"{LIVEBENCH}/{name}").text.splitlines()[0].split(",")
        categories = get(demo, f"{LIVEBENCH}/{name.replace('table', 'categories')[:-4]}.json").json()
        assert sorted(header[1:]) == sorted(task for tasks in categories.values() for task in tasks)
        assert names[name]["download_url"] == f"https://{LIVEBENCH}/{name}"


def test_one_row_of_one_livebench_table_is_ragged(demo: DemoServer) -> None:
    names = [entry["name"] for entry in get(demo, LISTING).json() if entry["name"].startswith("table_")]
    ragged = []
    for name in names:
        rows = [line.split(",") for line in get(demo, f"{LIVEBENCH}/{name}").text.splitlines()]
        ragged += [(name, row[0]) for row in rows if len(row) != len(rows[0])]
        scores = [float(field) for row in rows[1:] for field in row[1:]]
        assert 0 <= min(scores) < max(scores) <= 100
    assert [name for name, _ in ragged] == ["table_2025_05_30.csv"]


def test_the_open_llm_table_has_its_own_column_names_and_defects(demo: DemoServer) -> None:
    table = parquet(demo, OPEN_LLM)
    columns = {"eval_name", "Average ⬆️", "Hub License", "#Params (B)", "MATH Lvl 5", "MMLU-PRO Raw", "Submission Date"}
    assert columns <= set(table.columns)
    tasks = ["IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"]
    assert (table[tasks].mean(axis=1) - table["Average ⬆️"]).abs().max() < 1e-9
    assert table.fullname.duplicated().any()
    assert pd.to_datetime(table["Submission Date"].dropna()).max() <= pd.Timestamp("2025-03-13")


def test_the_licence_tags_are_the_83_of_the_registry(demo: DemoServer) -> None:
    content = get(demo, f"{HUB}/api/models-tags-by-type?type=license").json()
    assert set(content) == {"license"}
    tags = {row["label"] for row in content["license"]}
    assert len(content["license"]) == len(tags) == 83
    assert {tag for licence in registry.load().licences for tag in licence.hub_tags} == tags
    assert all(row["id"] == f"license:{row['label']}" and row["type"] == "license" for row in content["license"])


def test_the_spdx_list_says_what_is_osi_approved_and_leaves_fsf_out_where_unknown(demo: DemoServer) -> None:
    content = get(demo, SPDX).json()
    assert set(content) == {"licenseListVersion", "licenses", "releaseDate"}
    by_id = {row["licenseId"]: row for row in content["licenses"]}
    assert by_id["Apache-2.0"]["isOsiApproved"] is True
    assert by_id["CC-BY-4.0"]["isOsiApproved"] is False
    assert "isFsfLibre" not in by_id["OpenMDW-1.0"]
    assert by_id["Apache-2.0"]["isFsfLibre"] is True


def test_parts_of_a_file_can_be_asked_for(demo: DemoServer) -> None:
    path = f"{WEEKS}/2026-11-18/models.parquet"
    whole = get(demo, path)
    tail = get(demo, path, headers={"Range": "bytes=-8"})
    assert (tail.status_code, tail.content) == (206, whole.content[-8:])
    assert tail.headers["Content-Range"].endswith(f"/{len(whole.content)}")
    middle = get(demo, path, headers={"Range": "bytes=4-7"})
    assert middle.content == whole.content[4:8]
    assert get(demo, path, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_an_unchanged_file_is_not_sent_again_and_head_sends_no_body(demo: DemoServer) -> None:
    path = f"{WEEKS}/2026-11-18/models.parquet"
    whole = get(demo, path)
    again = get(demo, path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = requests.head(f"{demo.url}/{path}", timeout=20)
    assert int(head.headers["Content-Length"]) == len(whole.content)
    assert head.content == b""
