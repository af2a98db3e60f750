"""Addresses: which host is asked, under which address, and how an address stands in a sentence."""

import pytest

from etl.collect import hosts

MIRROR = "http://mirror.example:8900/upstream"
BASE = "https://huggingface.co/api/models?author=Qwen"


def test_with_a_mirror_every_address_is_asked_for_below_it() -> None:
    assert hosts.on_the_wire(BASE, MIRROR) == f"{MIRROR}/huggingface.co/api/models?author=Qwen"
    assert hosts.on_the_wire(BASE, "") == BASE


@pytest.mark.parametrize(
    ("address", "mirror", "canonical"),
    [
        ("https://huggingface.co/x?cursor=1", "", "https://huggingface.co/x?cursor=1"),
        ("/x?cursor=1", "", "https://huggingface.co/x?cursor=1"),
        ("?cursor=1", "", "https://huggingface.co/api/models?cursor=1"),
        ("https://huggingface.co/x", MIRROR, "https://huggingface.co/x"),
        (f"{MIRROR}/huggingface.co/x", MIRROR, "https://huggingface.co/x"),
        ("/upstream/huggingface.co/x", MIRROR, "https://huggingface.co/x"),
        ("/upstream/elsewhere/x", MIRROR, "https://huggingface.co/upstream/elsewhere/x"),
        ("/api.github.com/x", "http://127.0.0.1:8900", "https://api.github.com/x"),
        ("//evil.example/x", "http://127.0.0.1:8900", "https://evil.example/x"),
        ("http://mirror.example:8900/upstreamer/x", MIRROR, "http://mirror.example:8900/upstreamer/x"),
    ],
)
def test_an_address_that_an_answer_names_has_one_canonical_form(address: str, mirror: str, canonical: str) -> None:
    assert hosts.canonical(address, BASE, mirror) == canonical


@pytest.mark.parametrize(
    ("url", "allowed", "as_redirect"),
    [
        ("https://huggingface.co/x", True, True),
        ("https://cas-bridge.xethub.hf.co/x", False, True),
        ("https://cdn-lfs.huggingface.co/x", False, True),
        ("https://nothf.co/x", False, False),
        ("https://huggingface.co:8443/x", False, False),
        ("https://someone@huggingface.co/x", False, False),
        ("http://huggingface.co/x", False, False),
        ("https://[broken", False, False),
    ],
)
def test_only_hosts_of_the_list_are_asked(url: str, allowed: bool, as_redirect: bool) -> None:
    assert (hosts.is_allowed(url), hosts.is_allowed(url, is_redirect=True)) == (allowed, as_redirect)


def test_the_content_networks_do_not_get_the_token() -> None:
    assert hosts.gets_the_token("https://huggingface.co/x")
    assert not hosts.gets_the_token("https://cdn-lfs.huggingface.co/x")
    assert not hosts.gets_the_token("http://huggingface.co/x")


def test_a_long_query_is_cut_in_sentences() -> None:
    long = f"{BASE}&limit=1000" + "&expand=downloads" * 9
    assert hosts.shown(BASE) == BASE
    assert hosts.shown(long) == f"{BASE}&limit=1000&expand=downloads&..."
