"""Settings: what the environment says is read once, checked, and never printed where it is secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import settings as settings_module
from settings import Settings

ROOT = Path(__file__).parent.parent


def test_every_setting_has_a_default_and_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if field.is_required() or not field.description] == []


def test_variables_carry_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMO_KEEP_RELEASES", "3")
    monkeypatch.setenv("KEEP_RELEASES", "5")
    assert Settings().keep_releases == 3


def test_the_token_keeps_its_usual_name_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_very_secret")
    settings = Settings()
    assert settings.hf_token is not None and settings.hf_token.get_secret_value() == "hf_very_secret"
    assert "hf_very_secret" not in f"{settings!r}{settings}{settings.model_dump_json()}"


def test_an_address_loses_its_last_slash() -> None:
    assert Settings(mirror="http://127.0.0.1:8900/").mirror == "http://127.0.0.1:8900"


@pytest.mark.parametrize("address", ["127.0.0.1:8900", "ftp://mirror", "file:///etc"])
def test_an_address_of_another_kind_is_refused_with_what_was_expected(address: str) -> None:
    with pytest.raises(ValidationError, match="expected an address that begins with http"):
        Settings(mirror=address)


@pytest.mark.parametrize(
    ("name", "value"), [("scope", "everything"), ("attempts", 0), ("keep_releases", 0), ("read_timeout_s", -1)]
)
def test_a_value_out_of_its_range_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().scope = "hub"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OMO_SCHEDULE", "nonsense", "OMO_SCHEDULE: expected cron such as `0 6 * * *`, came 'nonsense'"),
        ("OMO_SCHEDULE", "0 0 31 2 *", "which never comes"),
        ("OMO_MIRROR", "http://", "OMO_MIRROR: expected an address"),
        ("OMO_KEEP_RELEASES", "-3", "OMO_KEEP_RELEASES: expected greater than or equal to 1, came '-3'"),
        ("OMO_READ_TIMEOUT_S", "nan", "OMO_READ_TIMEOUT_S: expected a finite number, came 'nan'"),
        ("OMO_DEMO_PORT", "99999", "OMO_DEMO_PORT: expected less than or equal to 65535, came '99999'"),
    ],
)
@pytest.mark.parametrize("command", ["etl status", "warehouse releases", "demo"])
def test_a_wrong_variable_ends_every_command_with_one_sentence(name: str, value: str, said: str, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert said in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_token_that_no_header_can_hold_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_very\nsecret")
    settings_module.settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        settings_module.settings()
    assert str(ended.value) == "HF_TOKEN: expected printable ASCII on one line"


def test_a_token_loses_the_line_break_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret\n")
    token = Settings().hf_token
    assert token is not None and token.get_secret_value() == "hf_secret"


def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMO_KEEP_RELEASES", "")
    monkeypatch.setenv("OMO_DATA_DIR", "")
    monkeypatch.setenv("HF_TOKEN", "")
    assert (Settings().keep_releases, str(Settings().data_dir), Settings().hf_token) == (10, "data", None)
