"""Releases appear whole or not at all, are never changed, and the current one is never taken away."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.tiny import TinyRegistry, read_models, read_scores
from warehouse import connect, export
from warehouse.build import PUBLIC_TABLES, BuildError
from warehouse.connect import NoRelease, open_release
from warehouse.publish import Refused, publish

# A process that dies as by `kill -9` before or after a step of publishing: nothing of its own cleaning runs.
DYING = """
import os, sys
from pathlib import Path
from tests.warehouse.tiny import TinyRegistry
from warehouse import publish
step, moment = sys.argv[2], sys.argv[3]
real = getattr(publish, step)
def die(*arguments, **named):
    if moment == "after":
        real(*arguments, **named)
    os._exit(9)
setattr(publish, step, die)
publish.publish(Path(sys.argv[1]), TinyRegistry(), code_version="test", scope="tracked", keep=1)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (100, 1000), "openai/gpt-oss": (100, 1000)})
    return tmp_path


def published(data_dir: Path, keep: int = 10) -> str:
    return publish(data_dir, TinyRegistry(), code_version="test", scope="tracked", keep=keep)


def models_in(data_dir: Path) -> int:
    release = open_release(data_dir)
    count = release.cursor().execute("select count(*) from core_models").fetchall()[0][0]
    release.close()
    return int(count)


def test_a_release_says_what_it_is_and_holds_nothing_else(data_dir: Path) -> None:
    release_id = published(data_dir)
    folder = data_dir / "releases" / release_id
    about = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    assert {path.name for path in folder.iterdir()} == {"release.json", "warehouse.duckdb"}
    assert about["release_id"] == release_id
    assert about["scope"] == "tracked"
    assert about["is_simulated"] is False
    assert about["code_version"] == "test"
    assert len(about["content_sha256"]) == 64
    assert about["checks"]["errors"] == 0
    assert {source["source_id"]: source["rows"] for source in about["sources"]}["hub_history"] == 2
    assert (data_dir / "releases" / "current").readlink() == Path(release_id)


def test_a_rebuild_of_the_same_lake_has_the_same_content_and_the_same_exports(data_dir: Path, tmp_path: Path) -> None:
    read_models(data_dir, "2025-03-10", {"Qwen/Qwen3": (100, 1300), "openai/gpt-oss": (100, 1900)})
    ids = [published(data_dir), published(data_dir)]
    assert ids[0] != ids[1]
    assert len({entry["content_sha256"] for entry in connect.releases(data_dir)}) == 1
    for format_ in ("csv", "parquet", "json"):
        for table in (name for name in PUBLIC_TABLES if not name.startswith("meta_")):
            first, second = (
                export.export_table(
                    open_release(data_dir, id_), table, format_, tmp_path / f"{id_}.{format_}"
                ).read_bytes()
                for id_ in ids
            )
            assert first == second, f"{table}.{format_}"


def test_a_release_that_a_check_refuses_leaves_the_last_one(data_dir: Path) -> None:
    first = published(data_dir)
    score = {"benchmark_id": "b", "published_on": "2999-01-01", "model_label": "m", "score": 1.0}
    read_scores(data_dir, "lmarena", "2025-03-10", [score])
    with pytest.raises(Refused, match=r"1 of \d+ checks refused .*no_dates_lie_in_the_future"):
        published(data_dir)
    assert open_release(data_dir).release_id == first
    assert [path.name for path in sorted((data_dir / "releases").iterdir())] == [first, "current"]


def test_a_release_of_less_than_half_is_refused_unless_less_is_meant(data_dir: Path) -> None:
    published(data_dir)
    registry = TinyRegistry({"organisations": TinyRegistry().frames()["organisations"][:2]})
    with pytest.raises(Refused, match="coverage_did_not_collapse.*core_organisations"):
        publish(data_dir, registry, code_version="test", scope="tracked")
    smaller = publish(data_dir, registry, code_version="test", scope="tracked", accept_smaller=True)
    assert open_release(data_dir).release_id == smaller


def test_a_build_that_fails_leaves_the_last_one(data_dir: Path) -> None:
    first = published(data_dir)
    (data_dir / "lake" / "model_changes" / "hub_history" / "2025-03-03.parquet").unlink()
    with pytest.raises(BuildError):
        published(data_dir)
    assert open_release(data_dir).release_id == first


def test_only_the_last_releases_are_kept(data_dir: Path) -> None:
    ids = [published(data_dir, keep=2) for _ in range(4)]
    assert [entry["release_id"] for entry in connect.releases(data_dir)] == [ids[3], ids[2]]
    assert open_release(data_dir).release_id == ids[3]


def test_the_last_release_of_each_month_is_kept(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = published(data_dir)
    for year, month, day in ((2024, 8, 31), (2026, 9, 1), (2026, 9, 30), (2026, 10, 5), (2026, 10, 31)):
        again = data_dir / "releases" / f"{year}-{month:02}-{day:02}T0600Z"
        shutil.copytree(data_dir / "releases" / newest, again)
        about = json.loads((again / "release.json").read_text(encoding="utf-8"))
        about |= {"release_id": again.name, "built_at": f"{year}-{month:02}-{day:02}T06:00:00+00:00"}
        (again / "release.json").write_text(json.dumps(about), encoding="utf-8")
    monkeypatch.setattr("warehouse.publish.MONTHS_KEPT", 2)
    kept = [published(data_dir, keep=1), "2026-10-31T0600Z", "2026-09-30T0600Z"]
    assert [entry["release_id"] for entry in connect.releases(data_dir)] == kept


def test_the_current_release_is_kept_however_old_it_is(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(data_dir)
    monkeypatch.setattr("warehouse.publish._make_current", lambda releases, release_id: None)
    for _ in range(3):
        published(data_dir, keep=1)
    assert open_release(data_dir).release_id == first


def test_an_open_release_stays_readable_after_it_is_taken_away(data_dir: Path) -> None:
    published(data_dir)
    reader = open_release(data_dir)
    read_models(data_dir, "2025-03-10", {"Qwen/Qwen3": (100, 1300), "Qwen/Qwen4": (1, 1)})
    published(data_dir, keep=1)
    assert not reader.path.exists()
    assert reader.cursor().execute("select count(*) from core_models").fetchall() == [(2,)]
    assert models_in(data_dir) == 3


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["_fill", "_describe", "_make_visible", "_make_current", "_remove_old"])
def test_a_process_killed_at_a_step_leaves_a_readable_release_and_the_next_run_is_clean(
    data_dir: Path, step: str, moment: str
) -> None:
    published(data_dir)
    read_models(data_dir, "2025-03-10", {"Qwen/Qwen3": (100, 1300), "Qwen/Qwen4": (1, 1)})
    died = subprocess.run([sys.executable, "-c", DYING, str(data_dir), step, moment], cwd=Path(__file__).parents[2])
    assert died.returncode == 9
    assert models_in(data_dir) in (2, 3)
    newest = published(data_dir, keep=1)
    assert models_in(data_dir) == 3
    assert {path.name for path in (data_dir / "releases").iterdir()} == {newest, "current"}


def test_without_a_release_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="run `python -m etl run`"):
        open_release(tmp_path)


@pytest.mark.parametrize("name", ["2020-01-01T0000Z", "../elsewhere", "current"])
def test_a_release_that_is_not_kept_is_refused_by_name(data_dir: Path, name: str) -> None:
    release_id = published(data_dir)
    with pytest.raises(NoRelease, match=f"known are {release_id}"):
        open_release(data_dir, name)


def test_an_open_release_knows_its_time_and_how_far_its_data_reach(data_dir: Path) -> None:
    published(data_dir)
    release = open_release(data_dir)
    assert str(release.data_until) == "2025-03-03"
    assert release.built_at.tzinfo is not None
    assert release.is_simulated is False


def test_a_release_cannot_be_written(data_dir: Path) -> None:
    published(data_dir)
    with pytest.raises(Exception, match="read-only"):
        open_release(data_dir).cursor().execute("delete from core_models")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"release_id": "another"}', "\x00"])
def test_a_damaged_description_hides_its_release_and_no_other(data_dir: Path, content: str) -> None:
    first = publish(data_dir, TinyRegistry(), code_version="test", scope="tracked")
    second = publish(data_dir, TinyRegistry(), code_version="test", scope="tracked")
    (data_dir / "releases" / second / "release.json").write_text(content, encoding="utf-8")
    assert [entry["release_id"] for entry in connect.releases(data_dir)] == [first]
    with pytest.raises(NoRelease, match=f"The current release {second} is damaged: `python -m etl rebuild`"):
        open_release(data_dir)
    open_release(data_dir, first).close()


def test_a_link_to_nothing_is_no_release(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "releases" / publish(data_dir, TinyRegistry(), code_version="test", scope="tracked"))
    assert connect.current_release_id(data_dir) is None
    with pytest.raises(NoRelease, match="There is no release in"):
        open_release(data_dir)
