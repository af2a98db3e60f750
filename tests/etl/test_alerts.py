"""Alerts: what crossed a threshold from one release to the next is told, once, in words that fit to print."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import registry
from charts import catalogue
from etl import alerts as alerts_of_a_release
from etl import pipeline
from etl.alerts import changes, readings, told, words
from registry import AlertRule, RegistryError, load_alert_rules
from settings import Settings
from tests.etl.far_side import impatient, small_server
from tests.warehouse.tiny import TinyRegistry, read_models
from warehouse import alerts, connect
from warehouse.alerts import Alert, alert_id
from warehouse.publish import publish

RULES = {rule.rule_id: rule for rule in load_alert_rules()}


def alert(number: int, **changed: object) -> Alert:
    """An alert that could have been told."""
    texts = ("new_best_model", f"Board {number}", "model-a", f"model-b ({number})")
    usual: dict[str, object] = {
        "alert_id": alert_id(*texts),
        "rule_id": texts[0],
        "kind": "new_leader",
        "found_at": datetime(2026, 11, number, tzinfo=UTC),
        "release_id": f"2026-11-{number:02}T0600Z",
        "subject": texts[1],
        "before": texts[2],
        "after": texts[3],
        "sentence": "model-b is the best.",
        "permalink_path": "/chart/scores_over_time?release=x",
        "is_simulated": True,
    }
    return Alert(**usual | changed)  # type: ignore[arg-type]


# ---- The rules ----


def test_every_rule_points_at_a_chart_and_says_since_when_and_why() -> None:
    known = {chart.id for chart in catalogue.CHARTS}
    assert {rule.chart_id for rule in RULES.values()} <= known | {None}
    assert {rule.kind for rule in RULES.values()} == set(registry.ALERT_KINDS)
    assert all(len(rule.reason) > 30 and rule.decided_on >= date(2026, 11, 25) for rule in RULES.values())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("threshold: 0.03", "expected a threshold"),
        ("chart_id: overview_china_share", "expected a chart_id"),
        ("at_most: 1", "less than or equal to 50"),
        ("kind: headline_change", "kind"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(tmp_path: Path, wrong: str, said: str) -> None:
    text = (Path(registry.__file__).parent / "alert_rules.yaml").read_text(encoding="utf-8")
    key = wrong.split(":")[0]
    bad = {"threshold": "null", "chart_id": "null", "at_most": "5000", "kind": "rumour"}[key]
    (tmp_path / "alert_rules.yaml").write_text(text.replace(wrong, f"{key}: {bad}", 1), encoding="utf-8")
    with pytest.raises(RegistryError, match="china_share_of_downloads") as refused:
        load_alert_rules(tmp_path)
    assert said in str(refused.value)


# ---- The memory ----


def test_alerts_are_kept_newest_first_and_none_is_kept_twice(tmp_path: Path) -> None:
    assert alerts.append(tmp_path, [alert(3), alert(4)]) == (alert(3), alert(4))
    assert alerts.append(tmp_path, [alert(4), alert(5), alert(5)]) == (alert(5),)
    assert [entry.found_at.day for entry in alerts.read(tmp_path)] == [5, 4, 3]
    assert alerts.append(tmp_path, [alert(3, found_at=datetime(2026, 12, 1, tzinfo=UTC), release_id="other")]) == ()


def test_what_was_told_last_on_a_subject_is_not_told_again_with_other_words_for_before(tmp_path: Path) -> None:
    alerts.append(tmp_path, [alert(3)])
    again = alert(3, before="model-z", alert_id=alert_id("new_best_model", "Board 3", "model-z", "model-b (3)"))
    assert alerts.append(tmp_path, [again]) == ()


def test_a_broken_line_is_passed_over_with_a_word_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    alerts.append(tmp_path, [alert(3)])
    path = tmp_path / "alerts" / "alerts.jsonl"
    elsewhere = json.loads(path.read_text(encoding="utf-8")) | {"permalink_path": "//evil.example/"}
    huge = elsewhere | {"permalink_path": "/", "sentence": "x" * 5000}
    lines = ['{"alert_id": ', "[]", "7", json.dumps(elsewhere), json.dumps(huge), "\x00"]
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines))  # and no line break at its end
    assert alerts.read(tmp_path) == (alert(3),)
    assert caplog.text.count("is passed over") == len(lines)
    assert alerts.append(tmp_path, [alert(4)]) == (alert(4),)
    assert alerts.read(tmp_path) == (alert(4), alert(3))


def test_a_memory_that_cannot_be_read_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "alerts").mkdir()
    for text in ("{", "[]", '{"release_id": 1, "is_simulated": true, "known": {"a": {"b": 7}}}'):
        (tmp_path / "alerts" / "told.json").write_text(text, encoding="utf-8")
        assert told.read(tmp_path) is None
    assert caplog.text.count("begun anew") == 3


# ---- Words ----


def test_names_from_outside_become_one_line_that_hides_nothing() -> None:
    assert words.clean("a\u202egnp.exe\n\tb\x00\u200b<b>") == "a gnp.exe b <b>"
    assert words.clean("x" * 500) == "x" * (words.NAME - 1) + "…"


@pytest.mark.parametrize(("now", "is_told"), [(0.55, False), (0.5299, False), (0.53, True), (0.47, True), (0.9, True)])
def test_a_figure_is_told_from_its_threshold_on(now: float, is_told: bool) -> None:
    rule = RULES["china_share_of_downloads"]
    before = 0.5 if now != 0.55 else 0.56
    assert changes.differs(rule, before, now) is is_told


# ---- Releases ----


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Path]:
    """Two models, read three times, published once."""
    for day, times in (("2025-03-01", 0), ("2025-04-12", 6), ("2025-06-14", 15)):
        read(tmp_path, day, times)
    published(tmp_path)
    yield tmp_path


def read(data_dir: Path, day: str, times: int, qwen: int = 700, llama: int = 70) -> None:
    models = {"Qwen/Qwen3": (40_000, 1000 + qwen * times), "meta-llama/Llama-3": (30_000, 900 + llama * times)}
    read_models(data_dir, day, models)


def published(data_dir: Path, tiny: TinyRegistry | None = None) -> str:
    return publish(data_dir, tiny or TinyRegistry(), code_version="test", scope="tracked")


def test_the_first_release_begins_the_memory_and_tells_nothing(lake: Path) -> None:
    assert alerts_of_a_release.tell(lake) == ()
    state = told.read(lake)
    assert state is not None and state.release_id == connect.current_release_id(lake)
    assert state.known["china_share_of_downloads"]


def test_a_release_of_the_same_content_tells_nothing(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    published(lake)
    assert alerts_of_a_release.tell(lake) == ()
    assert alerts.read(lake) == ()


def test_a_figure_that_moved_is_told_once_with_before_after_and_the_address_of_its_release(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    read(lake, "2025-07-12", 16, qwen=700, llama=800)
    release_id = published(lake)
    new = alerts_of_a_release.tell(lake)
    moved = {entry.rule_id: entry for entry in new}["china_share_of_downloads"]
    assert (moved.kind, moved.release_id, moved.is_simulated) == ("headline_change", release_id, False)
    assert moved.before != moved.after and "%" in moved.before and "July 2025" in moved.after
    assert moved.permalink_path == f"/chart/overview_china_share?release={release_id}"
    assert alerts_of_a_release.tell(lake) == ()
    published(lake)  # a rebuild
    assert alerts_of_a_release.tell(lake) == ()
    (lake / "alerts" / "told.json").unlink()
    published(lake)
    assert alerts_of_a_release.tell(lake) == ()
    assert alerts.read(lake) == tuple(sorted(new, key=lambda entry: entry.found_at, reverse=True))


def test_small_steps_add_up_to_what_was_told_last(lake: Path) -> None:
    rule = RULES["china_share_of_downloads"]
    known = {"s": changes.Known(0.50, "50 %")}
    for value in (0.51, 0.52):
        reading = readings.Reading("s", value, f"{value:.0%}", "It moved.", "/")
        assert list(changes.of_readings(rule, [reading], known)) == []
        known = alerts_of_a_release._remembered((rule,), {rule.rule_id: [reading]}, {rule.rule_id: known})[rule.rule_id]
    last = readings.Reading("s", 0.53, "53 %", "It moved.", "/")
    (change,) = changes.of_readings(rule, [last], known)
    assert (change.before, change.after) == ("50 %", "53 %")


def test_a_run_that_was_killed_before_its_alerts_loses_none(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    read(lake, "2025-07-12", 16, llama=800)
    published(lake)  # and killed
    published(lake)
    assert "china_share_of_downloads" in {entry.rule_id for entry in alerts_of_a_release.tell(lake)}


def test_a_kill_between_the_alerts_and_the_memory_tells_nothing_twice(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    memory = (lake / "alerts" / "told.json").read_bytes()
    read(lake, "2025-07-12", 16, llama=800)
    published(lake)
    assert alerts_of_a_release.tell(lake)
    (lake / "alerts" / "told.json").write_bytes(memory)
    (lake / "alerts" / ".alerts.jsonl.partial").write_text("half", encoding="utf-8")
    count = len(alerts.read(lake))
    assert alerts_of_a_release.tell(lake) == () and len(alerts.read(lake)) == count
    assert {path.name for path in (lake / "alerts").iterdir()} == {"alerts.jsonl", "told.json"}


def test_a_published_figure_that_is_another_now_is_told_with_its_reason(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    rows = [
        row | ({"region": "Europe"} if row["organisation_id"] == "meta-llama" else {})
        for row in TinyRegistry().frames()["organisations"]
    ]
    published(lake, TinyRegistry({"organisations": rows}))
    revised = [entry for entry in alerts_of_a_release.tell(lake) if entry.kind == "counter_revision"]
    assert revised and len(revised) <= RULES["revised_share"].at_most + 1
    assert "Reason: " in revised[0].sentence and revised[0].before.endswith("as published before")
    assert revised[0].permalink_path.startswith("/chart/downloads_over_time?")


def test_a_widely_used_model_under_another_licence_is_told_and_a_little_used_one_is_not(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    hostile = "other\u202e" + "x" * 400
    tags = {"Qwen/Qwen3": hostile, "meta-llama/Llama-3": "llama3"}
    counters = {"Qwen/Qwen3": (40_000, 12_000), "meta-llama/Llama-3": (900, 2_000)}
    read_models(lake, "2025-06-21", counters, licence_tag=tags)
    published(lake)
    told_ones = [entry for entry in alerts_of_a_release.tell(lake) if entry.kind == "licence_change"]
    assert [entry.subject for entry in told_ones] == ["Qwen/Qwen3"]
    assert told_ones[0].before == "apache-2.0" and told_ones[0].after.endswith("… (seen on 21 June 2025)")
    assert len(told_ones[0].after) < 120 and "\u202e" not in told_ones[0].sentence


def test_a_lead_that_is_not_sure_now_is_no_news_and_changes_no_memory() -> None:
    rule, known = RULES["who_leads_in_downloads"], {"Who": changes.Known("United States", "they were ahead")}
    unsure = readings.Reading("Who", "China", "China was ahead once", "Now too close to call.", "/", is_news=False)
    assert list(changes.of_readings(rule, [unsure], known)) == []
    said = {rule.rule_id: [unsure]}
    assert alerts_of_a_release._remembered((rule,), said, {rule.rule_id: known}) == {rule.rule_id: known}
    assert alerts_of_a_release._remembered((rule,), said, {})[rule.rule_id]["Who"].value == "China"


def test_more_changes_than_a_rule_may_tell_are_counted_in_one(lake: Path) -> None:
    rule = replace_rule("licence_of_a_widely_used_model", at_most=2)
    release = connect.open_release(lake)
    found = [changes.Change(f"org/model-{n}", "mit", f"other ({n})", "It changed.", "/chart/x") for n in range(5)]
    made = alerts_of_a_release.bounded(rule, found, release)
    release.close()
    assert [entry.subject for entry in made] == ["org/model-0", "org/model-1", f"{rule.name}: 3 more"]
    assert "org/model-2" in made[-1].sentence


def replace_rule(rule_id: str, **changed: object) -> AlertRule:
    return RULES[rule_id].model_copy(update=changed)


def test_real_data_after_simulated_data_is_a_new_beginning(lake: Path) -> None:
    alerts_of_a_release.tell(lake)
    state = told.read(lake)
    assert state is not None
    told.write(lake, replace(state, is_simulated=True))
    read(lake, "2025-07-12", 16, llama=800)
    published(lake)
    # The release before is of the same kind, so its own words are what is compared with.
    assert "china_share_of_downloads" in {entry.rule_id for entry in alerts_of_a_release.tell(lake)}


def test_a_comparison_that_fails_is_logged_and_spoils_no_run(lake: Path, caplog: pytest.LogCaptureFixture) -> None:
    (lake / "alerts").mkdir()
    (lake / "alerts" / "told.json").mkdir()
    assert alerts_of_a_release.tell_quietly(lake) == ()
    assert "the next run compares again" in caplog.text


# ---- The whole way, on simulated data of several days ----


@pytest.fixture(scope="module")
def over_time(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three real passes against the stand-in, months apart."""
    data_dir = tmp_path_factory.mktemp("alerts") / "data"
    for today in (date(2025, 9, 20), date(2026, 3, 20), date(2026, 11, 20)):
        assert one_pass(data_dir, today).exit_code in (0, 2)
    return data_dir


def one_pass(data_dir: Path, today: date) -> pipeline.RunResult:
    server = small_server(models=200, today=today)
    try:
        return pipeline.run(impatient(data_dir, server.url), registry.load())
    finally:
        server.stop()


def test_passes_over_time_tell_new_leaders_marked_as_simulated(over_time: Path) -> None:
    known = alerts.read(over_time)
    assert known and all(entry.is_simulated for entry in known)
    assert "new_leader" in {entry.kind for entry in known}
    assert len({entry.alert_id for entry in known}) == len(known)
    first = connect.releases(over_time)[-1]["release_id"]  # newest first; ids of one minute do not sort by time
    assert first not in {entry.release_id for entry in known}


def test_another_pass_and_a_rebuild_tell_nothing_more(over_time: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(over_time, data_dir, symlinks=True)
    before = alerts.read(data_dir)
    assert one_pass(data_dir, date(2026, 11, 20)).exit_code in (0, 2)
    assert pipeline.rebuild(Settings(data_dir=data_dir, pictures="no"), registry.load()).exit_code == 0
    assert alerts.read(data_dir) == before
