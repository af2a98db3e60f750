"""The Hub's licence tags and the SPDX list."""

from typing import Any

import pytest

from etl.tidy import TidyError, tidy
from tests.etl.tidy.conftest import MakeSnapshot

TAGS = [{"id": "license:mit", "label": "mit", "type": "license"}, {"id": "license:gemma", "label": "gemma"}]
MIT = {
    "licenseId": "MIT",
    "name": "MIT License",
    "isOsiApproved": True,
    "isDeprecatedLicenseId": False,
    "reference": "https://spdx.org/licenses/MIT.html",
}


def test_licence_tags_lose_their_prefix_and_stand_in_order(snapshot: MakeSnapshot) -> None:
    result = tidy(snapshot("hub_licence_tags", {"tags.json": {"license": TAGS}}))
    assert result.frames["licence_tags"]["licence_tag"].to_pylist() == ["gemma", "mit"]
    assert result.control == {"rows": 2}


def test_a_repeated_or_nameless_tag_is_refused_alone(snapshot: MakeSnapshot) -> None:
    more = [*TAGS, TAGS[0], {"id": None, "label": "x"}]
    result = tidy(snapshot("hub_licence_tags", {"tags.json": {"license": more}}))
    assert [refusal.item for refusal in result.refused] == ["license:mit", "None"]
    assert result.rows == 2


@pytest.mark.parametrize("label", [{"a": 1}, "x" * 300, "m\x1bit", None])
def test_a_label_that_is_no_name_gives_way_to_the_tag(snapshot: MakeSnapshot, label: Any) -> None:
    payload = {"license": [{"id": "license:mit", "label": label}]}
    result = tidy(snapshot("hub_licence_tags", {"tags.json": payload}))
    assert result.frames["licence_tags"]["label"].to_pylist() == ["mit"]


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"library": []}, "expected a list of objects under 'license', came the keys library"),
        ({"license": []}, "expected rows, came none"),
        ({"license": [{"name": "x"}]}, "expected the columns id, label, came name"),
        ("<html>", "expected JSON"),
        ([], "came list"),
    ],
)
def test_an_answer_that_holds_no_tags_is_refused(snapshot: MakeSnapshot, payload: Any, message: str) -> None:
    with pytest.raises(TidyError, match=message):
        tidy(snapshot("hub_licence_tags", {"tags.json": payload}))


def test_spdx_licences_keep_the_approval_of_the_osi(snapshot: MakeSnapshot) -> None:
    payload = {"licenseListVersion": "3.27.0", "licenses": [MIT]}
    result = tidy(snapshot("spdx_licences", {"licenses.json": payload}))
    row = result.frames["spdx_licences"].to_pylist()[0]
    assert (row["spdx_id"], row["is_osi_approved"], row["is_deprecated"], row["list_version"]) == (
        "MIT", True, False, "3.27.0",
    )  # fmt: skip


def test_an_spdx_licence_with_a_flag_in_words_is_refused_alone(snapshot: MakeSnapshot) -> None:
    payload = {"licenseListVersion": "3.27.0", "licenses": [MIT, MIT | {"licenseId": "X", "isOsiApproved": "yes"}]}
    result = tidy(snapshot("spdx_licences", {"licenses.json": payload}))
    assert result.refused[0][:2] == ("X", "expected true or false in isOsiApproved, came yes")
    assert result.control == {"rows": 1}


@pytest.mark.parametrize("reference", ["javascript:alert(1)", "https://" + "x" * 300, 5])
def test_an_spdx_licence_whose_reference_is_no_address_is_refused_alone(snapshot: MakeSnapshot, reference: Any) -> None:
    payload = {"licenseListVersion": "3.27.0", "licenses": [MIT, MIT | {"licenseId": "X", "reference": reference}]}
    result = tidy(snapshot("spdx_licences", {"licenses.json": payload}))
    assert result.refused[0].reason.startswith("expected an address in reference, came")


def test_an_spdx_list_without_its_version_is_refused(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="expected a licenseListVersion, came None"):
        tidy(snapshot("spdx_licences", {"licenses.json": {"licenses": [MIT]}}))
