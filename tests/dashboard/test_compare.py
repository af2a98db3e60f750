"""Compare without a browser: what its address says, what it says before a question and where nothing runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dashboard.live.serving
import dashboard.live.session
from dashboard.live import evidence, said
from settings import Settings
from sidecar.comparison import Answer, Comparison, State
from sidecar.events import Ask, Message
from tests.browser.comparing import write_models
from tests.dashboard.conftest import RunPage, html_of
from tests.sidecar.far_side import FarSide

ASK = Ask((Message("user", "Why?"),), 64, 0.0, 1)


@pytest.fixture
def far() -> Iterator[FarSide]:
    with FarSide() as far:
        yield far


@pytest.fixture
def offered(far: FarSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page offers two models of a stand-in."""
    file = write_models(tmp_path / "models.yaml", [far.endpoint(id="a"), far.endpoint(id="b")])
    chosen = Settings(sidecar_config=file, live_dir=tmp_path / "live", ollama_url="")
    for module in (dashboard.live.session, dashboard.live.serving):
        monkeypatch.setattr(module, "settings", lambda: chosen)


def comparison(far: FarSide, *states: State, **fields: Any) -> Comparison:
    """A comparison in which each pane stands like that."""
    answers = [
        Answer(far.endpoint(id=f"m{place}"), ASK, state=state, asked=0.0, first=0.5, last=2.0, ended=place + 1.0)
        for place, state in enumerate(states)
    ]
    return Comparison(ASK, answers, asked_at=fields.pop("asked_at", None), **fields)


def test_the_address_sets_prompt_language_and_models(run_page: RunPage, offered: None) -> None:
    page = run_page("compare", prompt="beijing_taiwan", language="zh", models="b,a")
    assert "台湾" in page.text_area[0].value
    assert page.multiselect(key="live_models").value == ["b", "a"]
    assert page.selectbox(key="live_language").value == "zh"


@pytest.mark.parametrize("mode", ["ask", "blind", "pack", "record", "<script>"])
def test_each_way_of_comparing_opens_with_a_sentence(run_page: RunPage, offered: None, mode: str) -> None:
    page = run_page("compare", mode=mode, models="../../x,a", seed="nan", temperature="-1", run="../etc")
    assert not page.exception
    assert 'class="finding"' in html_of(page) and "<script>" not in html_of(page)


def test_what_is_kept_and_where_it_goes_stands_beside_the_box(run_page: RunPage, offered: None) -> None:
    shown = html_of(run_page("compare"))
    assert "nothing is sent to the models&#x27; vendors" in shown
    assert "No prompt and no answer is stored here" in shown


def test_models_that_do_not_run_are_named_with_the_command_that_helps(run_page: RunPage, tmp_path: Path) -> None:
    page = run_page("compare")
    assert not page.exception
    assert "python -m sidecar" in html_of(page)


def test_the_headline_says_what_the_models_did(far: FarSide) -> None:
    assert said.headline(None) == said.QUESTION
    assert said.headline(comparison(far, State.done, State.done)) == "Model m0 answered in 1.0 s and Model m1 in 2.0 s."
    assert said.headline(comparison(far, State.done, State.failed)) == "Model m0 answered in 1.0 s; Model m1 failed."
    cut = comparison(far, State.done, State.done)
    cut.answers[1].is_cut_off = True
    assert said.headline(cut) == "Model m0 answered in 1.0 s; Model m1 was cut off after 2.0 s."
    assert said.headline(comparison(far, State.stopped, State.stopped)).endswith("were stopped.")
    assert said.headline(comparison(far, State.answering, State.done)) == "Two answers are being written."
    waiting = comparison(far, State.waiting, State.waiting, place=3)
    assert said.headline(waiting) == "Waiting: 3 comparisons before yours."


def test_a_difference_is_marked_between_the_same_beginning_and_end_and_escaped() -> None:
    then, now = evidence.marked("the <b> cat sat down", "the <b> dog & sat down")
    assert then == "the &lt;b&gt; <mark>cat</mark> sat down"
    assert now == "the &lt;b&gt; <mark>dog &amp;</mark> sat down"
    assert evidence.marked("a a a", "a a") == ("a a <mark>a</mark>", "a a")
