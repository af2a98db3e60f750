"""The two real models that come along, started by the real launcher, looked at in a real browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sidecar import models
from sidecar.offered import serving_list
from tests.browser.comparing import ask, open_compare, states, wait_until_both_write, wait_until_over, words
from tests.browser.conftest import Seen, free_port, served, watch
from tests.released import ROOT
from tests.sidecar.far_side import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY_WITHIN_S = 120.0


@pytest.fixture(scope="module")
def compare(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Launcher and dashboard as `make run` starts them, on ports of their own."""
    pytest.importorskip("xllamacpp")
    folder = tmp_path_factory.mktemp("real")
    settings = {"OMO_SIDECAR_CONFIG": str(_on_free_ports(folder)), "OMO_LIVE_DIR": str(folder / "live")}
    environment = {**os.environ, **settings, "OMO_DATA_DIR": str(data_dir), "OMO_OLLAMA_URL": ""}
    command = [sys.executable, "-m", "sidecar"]
    with (folder / "sidecar.log").open("w") as log:
        launcher = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            assert until(lambda: _are_ready(folder / "live"), READY_WITHIN_S), (folder / "sidecar.log").read_text()
            with served(data_dir, folder, **settings) as address:
                yield address
        finally:
            launcher.terminate()
            launcher.wait(timeout=30)


def _on_free_ports(folder: Path) -> Path:
    content = yaml.safe_load(models.default_file().read_text(encoding="utf-8"))
    for entry in content["endpoints"]:
        entry["base_url"] = f"http://127.0.0.1:{free_port()}/v1"
    file = folder / "models.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def _are_ready(live: Path) -> bool:
    served_now = serving_list.read(live) or ()
    return len(served_now) > 1 and all(one.state == "ready" for one in served_now)


def test_two_real_models_write_in_the_same_second(context: object, compare: str) -> None:
    seen: Seen = watch(context, compare)  # type: ignore[arg-type]
    page = open_compare(seen.page, compare)
    ask(page, "Explain in two paragraphs what a licence is.")
    wait_until_both_write(page)
    first = words(page)
    page.wait_for_timeout(700)
    second = words(page)
    assert [len(now) > len(then) > 0 for then, now in zip(first, second, strict=True)] == [True, True]
    wait_until_over(page)
    assert all(state.startswith("Done") for state in states(page))
    assert all("tokens a second" in figures for figures in page.locator(".pane-figures").all_inner_texts())
    said = page.locator("[data-testid=stMain]").inner_text()
    assert "Demonstration models, far too small to stand for open models" in said
    assert "United States · Hugging Face" in said and "base model: continues text" in said
    assert seen.errors == [] and seen.foreign == []
