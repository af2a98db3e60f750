"""Settings: what the environment says is read once, checked, and never printed where it is secret."""

import pytest
from pydantic import ValidationError

from settings import Settings


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
