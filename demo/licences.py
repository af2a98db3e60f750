"""The Hub's licence tags and the SPDX list, in their wire formats; the facts in them are real."""

from functools import cache
from pathlib import Path

import yaml

from demo.answers import Answer, json_answer
from demo.models import LANGUAGE_TASKS
from registry import Registry

SPDX_FILE = Path(__file__).with_name("spdx.yaml")
TASK_TYPE = "pipeline_tag"


def licence_tags(query: dict[str, list[str]], registry: Registry) -> Answer:
    """`/api/models-tags-by-type`: all types, or the one of `type`."""
    tags = [tag for licence in registry.licences for tag in licence.hub_tags]
    content: dict[str, list[dict[str, str]]] = {
        "library": [{"id": "transformers", "label": "Transformers", "type": "library"}],
        "license": [{"id": f"license:{tag}", "label": tag, "type": "license"} for tag in tags],
        "language": [{"id": "en", "label": "English", "type": "language"}],
        TASK_TYPE: [{"id": task, "label": task, "type": TASK_TYPE, "subType": "nlp"} for task in LANGUAGE_TASKS],
    }
    asked = query.get("type", list(content))
    return json_answer({kind: rows for kind, rows in content.items() if kind in asked})


@cache
def spdx_list() -> Answer:
    """`licenses.json` of the SPDX list with the licences that models use; isFsfLibre is absent where not known."""
    rows = yaml.safe_load(SPDX_FILE.read_text(encoding="utf-8"))["licences"]
    return json_answer(
        {
            "licenseListVersion": "3.28.0",
            "licenses": [_entry(number, *row) for number, row in enumerate(rows, 1)],
            "releaseDate": "2026-02-20T00:00:00Z",
        },
        Content_Type="text/plain; charset=utf-8",  # as GitHub's raw host sends JSON
    )


def _entry(
    number: int, spdx_id: str, name: str, is_osi_approved: bool, is_fsf_libre: bool | None, is_deprecated: bool
) -> dict[str, object]:
    fsf = {} if is_fsf_libre is None else {"isFsfLibre": is_fsf_libre}
    return {
        "reference": f"https://spdx.org/licenses/{spdx_id}.html",
        "isDeprecatedLicenseId": is_deprecated,
        "detailsUrl": f"https://spdx.org/licenses/{spdx_id}.json",
        "referenceNumber": number,
        "name": name,
        "licenseId": spdx_id,
        "seeAlso": [f"https://spdx.org/licenses/{spdx_id}.html"],
        "isOsiApproved": is_osi_approved,
        **fsf,
    }
