"""Files that start models on containers and clusters fit together and open nothing; that they run is not tested."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.files import StrictLoader
from sidecar import models

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
VLLM = {name: service for name, service in COMPOSE["services"].items() if name.startswith("vllm-")}
GPU = models.load(ROOT / "sidecar/models.gpu.yaml")


def flag(service: dict[str, Any], name: str) -> str:
    """The value after a flag of a service's command."""
    return str(service["command"][service["command"].index(name) + 1])


def test_each_server_of_the_profile_is_pinned_private_and_tells_its_health() -> None:
    assert len(VLLM) == 4
    for service in VLLM.values():
        assert service["profiles"] == ["gpu"] and service["networks"] == ["models"] and "ports" not in service
        assert "/health" in service["healthcheck"]["test"][-1]
        assert service["image"] == "vllm/vllm-openai:v0.33.0"
        assert not {"--trust-remote-code", "--enable-log-requests", "--enable-sleep-mode"} & set(service["command"])
        assert service["environment"]["VLLM_MAX_N_SEQUENCES"] == "1"
    assert COMPOSE["networks"]["models"]["internal"] is True


def test_the_shares_of_the_card_leave_some_of_it() -> None:
    assert sum(float(flag(service, "--gpu-memory-utilization")) for service in VLLM.values()) <= 0.95


def test_the_servers_start_one_after_another() -> None:
    before = {name: next(iter(service["depends_on"].items())) for name, service in VLLM.items()}
    assert all(len(service["depends_on"]) == 1 for service in VLLM.values())
    assert sorted(name for name, _ in before.values()) == sorted(["weights", *list(VLLM)[:-1]])
    assert all(how["condition"] == "service_healthy" for name, how in before.values() if name in VLLM)


def test_the_models_file_names_just_these_servers() -> None:
    offered = {(endpoint.host, endpoint.model, endpoint.hub_model_id, endpoint.context) for endpoint in GPU.endpoints}
    served = {
        (name, flag(one, "--served-model-name"), flag(one, "--model"), int(flag(one, "--max-model-len")))
        for name, one in VLLM.items()
    }
    assert offered == served
    assert all(endpoint.is_ours and endpoint.api_key_env == "VLLM_KEY" for endpoint in GPU.endpoints)


def test_the_sidecar_publishes_nothing() -> None:
    service = COMPOSE["services"]["sidecar"]
    assert service["network_mode"] == "service:dashboard" and "ports" not in service


@pytest.mark.parametrize(
    "file", sorted((ROOT / "deploy").rglob("*.yaml")), ids=lambda file: str(file.relative_to(ROOT))
)
def test_a_file_for_a_cluster_is_strict_yaml(file: Path) -> None:
    assert yaml.load(file.read_text(encoding="utf-8"), Loader=StrictLoader)


def test_the_router_knows_the_models_that_the_dashboard_asks_it_for() -> None:
    router = yaml.safe_load((ROOT / "deploy/production_stack/values.yaml").read_text(encoding="utf-8"))["routerSpec"]
    names = router["staticModels"].split(",")
    chosen = models.load(ROOT / "deploy/production_stack/models.yaml")
    assert names == [endpoint.model for endpoint in chosen.endpoints]
    assert len(router["staticBackends"].split(",")) == len(names) and router["serviceType"] == "ClusterIP"


def test_ray_serves_the_models_that_the_dashboard_asks_it_for() -> None:
    text = (ROOT / "deploy/ray_serve/serve.yaml").read_text(encoding="utf-8")
    configs = yaml.safe_load(text)["applications"][0]["args"]["llm_configs"]
    chosen = models.load(ROOT / "deploy/ray_serve/models.yaml")
    assert [one["model_loading_config"]["model_id"] for one in configs] == [one.model for one in chosen.endpoints]
    assert "trust_remote_code" not in text
