"""After each release: what crossed a threshold of the registry's rules since the release before, told once.

The new release is compared with the one that was compared last, so that a run which was killed in between loses
nothing. The first release, and one on simulated data after one on real data, only begins the memory. Nothing that goes
wrong here touches the release: it is logged, and the next run compares again.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from etl.alerts import readings, told
from etl.alerts.changes import BETWEEN, Change, Known, of_readings
from etl.alerts.readings import OF_KIND, Reading
from etl.alerts.told import Told
from etl.alerts.words import fitting
from registry import AlertRule, load_alert_rules
from warehouse import alerts, connect
from warehouse.alerts import Alert, alert_id
from warehouse.connect import OlderTables, Release

log = logging.getLogger(__name__)

Readings = dict[str, list[Reading]]  # by rule


def tell(data_dir: Path, rules: tuple[AlertRule, ...] | None = None) -> tuple[Alert, ...]:
    """Compares the current release with the one compared last; the new alerts. Call it holding the lock of the ETL."""
    rules = load_alert_rules() if rules is None else rules
    alerts.remove_leftovers(data_dir)
    last = told.read(data_dir)
    current = connect.current_release_id(data_dir)
    if current is None or (last and last.release_id == current):
        return ()
    with ExitStack() as opened:
        now = opened.enter_context(closing(connect.open_release(data_dir, current)))
        earlier = _earlier(data_dir, last, current)
        before = opened.enter_context(closing(connect.open_release(data_dir, earlier))) if earlier else None
        if before and before.is_simulated != now.is_simulated:
            log.warning("alerts: %s and %s are not of one kind: nothing is compared", earlier, current)
            before = None
        return _tell(data_dir, rules, last, before, now)


def tell_quietly(data_dir: Path) -> tuple[Alert, ...]:
    """The same for the end of a run: what goes wrong is logged and spoils nothing."""
    try:
        return tell(data_dir)
    except Exception:
        log.exception("alerts: the comparison of the releases failed; the next run compares again")
        return ()


def _earlier(data_dir: Path, last: Told | None, current: str) -> str | None:
    """The release compared last, or where that is gone the newest one that is older than the current one."""
    kept = [entry["release_id"] for entry in connect.releases(data_dir)]  # newest first
    if last and last.release_id in kept:
        return last.release_id
    return next(iter(kept[kept.index(current) + 1 :]), None) if current in kept else None


def _tell(
    data_dir: Path, rules: tuple[AlertRule, ...], last: Told | None, before: Release | None, now: Release
) -> tuple[Alert, ...]:
    said = {rule.rule_id: _readings(rule, now) for rule in rules if rule.kind in OF_KIND}
    known = _known(rules, last, before, now)
    found = [alert for rule in rules for alert in _alerts(rule, said, known, before, now)]
    new = alerts.append(data_dir, found)
    told.write(data_dir, Told(now.release_id, now.is_simulated, _remembered(rules, said, known)))
    for alert in new:
        log.info("alert: %s: %s", alert.rule_id, alert.sentence)
    return new


def _known(
    rules: tuple[AlertRule, ...], last: Told | None, before: Release | None, now: Release
) -> dict[str, dict[str, Known]]:
    """What was told last; where that is not on record, what the release before says."""
    if before is None:
        return {}
    if last and last.is_simulated == now.is_simulated:
        return last.known
    return {
        rule.rule_id: {reading.subject: Known(reading.value, reading.text) for reading in _readings(rule, before)}
        for rule in rules
        if rule.kind in OF_KIND
    }


def _readings(rule: AlertRule, release: Release) -> list[Reading]:
    try:
        return readings.read(rule, release)
    except OlderTables as older:
        log.warning("alerts: %s is left out: %s", rule.rule_id, older)
        return []


def _alerts(
    rule: AlertRule, said: Readings, known: dict[str, dict[str, Known]], before: Release | None, now: Release
) -> Iterator[Alert]:
    """The alerts of one rule; beyond its bound one more says how many there are."""
    for change in bounded(rule, _changes(rule, said, known, before, now), now):
        yield _alert(rule, change, now)


def bounded(rule: AlertRule, changes: list[Change], now: Release) -> list[Change]:
    """As many changes as a rule may tell of one release; one more counts what lies beyond."""
    rest = len(changes) - rule.at_most
    return changes[: rule.at_most] + ([_the_rest(rule, changes, rest, now)] if rest > 0 else [])


def _changes(
    rule: AlertRule, said: Readings, known: dict[str, dict[str, Known]], before: Release | None, now: Release
) -> list[Change]:
    if before is None:
        return []
    if rule.kind in OF_KIND:
        return list(of_readings(rule, said[rule.rule_id], known.get(rule.rule_id, {})))
    try:
        return list(BETWEEN[rule.kind](rule, before, now))
    except OlderTables as older:
        log.warning("alerts: %s is left out: %s", rule.rule_id, older)
        return []


def _the_rest(rule: AlertRule, changes: list[Change], more: int, now: Release) -> Change:
    named = ", ".join(change.subject for change in changes[rule.at_most : rule.at_most + 3])
    sentence = f"{rule.name}: {more:,} more changes in release {now.release_id}, among them {named}."
    return Change(f"{rule.name}: {more:,} more", "as before", f"changed in {now.release_id}", sentence, changes[0].path)


def _alert(rule: AlertRule, change: Change, now: Release) -> Alert:
    texts = {name: fitting(name, getattr(change, name)) for name in ("subject", "before", "after", "sentence")}
    return Alert(
        alert_id=alert_id(rule.rule_id, texts["subject"], texts["before"], texts["after"]),
        rule_id=rule.rule_id,
        kind=rule.kind,
        found_at=now.built_at,
        release_id=now.release_id,
        permalink_path=change.path,
        is_simulated=now.is_simulated,
        **texts,
    )


def _remembered(
    rules: tuple[AlertRule, ...], said: Readings, known: dict[str, dict[str, Known]]
) -> dict[str, dict[str, Known]]:
    """What counts as told from now on: a measured figure stays as it was told until it is told anew."""
    remembered = {}
    for rule in rules:
        if rule.kind in OF_KIND:
            before = known.get(rule.rule_id, {})
            told_now = {change.subject for change in of_readings(rule, said[rule.rule_id], before)}
            new = {
                reading.subject: Known(reading.value, reading.text)
                for reading in said[rule.rule_id]
                if reading.subject not in before
                or reading.subject in told_now
                or (rule.threshold is None and reading.is_news)
            }
            remembered[rule.rule_id] = before | new
    return remembered


__all__ = ["tell", "tell_quietly"]
