"""spdx_licences -> spdx_licences: the SPDX licence list and what the Open Source Initiative approved of it."""

from typing import Any

from etl.snapshots import Snapshot
from etl.tidy.doors import TidyError, bad_text, need_columns, need_rows_of, parse_json, refuse_mostly_bad, shown
from etl.tidy.tidied import Refusal, Tidied, table

FILE = "licenses.json"
NEEDED = ["licenseId", "name", "isOsiApproved", "isDeprecatedLicenseId", "reference"]


def tidy(snapshot: Snapshot) -> Tidied:
    """One row per licence id of the list."""
    payload = parse_json(snapshot, FILE)
    raw = need_rows_of(payload, "licenses", FILE)
    need_columns(FILE, {key for row in raw for key in row}, NEEDED)
    version = payload.get("licenseListVersion")
    if bad_text(version):
        raise TidyError(f"{FILE}: expected a licenseListVersion, came {shown(version)}")
    reading = {"observed_on": snapshot.observed_on, "source_id": snapshot.source_id, "list_version": version}
    rows, refused = _rows(raw)
    refuse_mostly_bad(FILE, refused, len(raw))
    licences = [{**reading, **row} for row in sorted(rows, key=lambda row: row["spdx_id"])]
    return Tidied({"spdx_licences": table("spdx_licences", licences)}, tuple(refused), _control(raw, refused))


def _rows(raw: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Refusal]]:
    rows: dict[str, dict[str, Any]] = {}
    refused = []
    for licence in raw:
        reason = _why_bad(licence) or ("it appears twice, the first is kept" if licence["licenseId"] in rows else None)
        if reason:
            refused.append(Refusal(shown(licence.get("licenseId")), reason))
            continue
        rows[licence["licenseId"]] = {
            "spdx_id": licence["licenseId"],
            "name": licence["name"],
            "is_osi_approved": licence["isOsiApproved"],
            "is_deprecated": licence["isDeprecatedLicenseId"],
            "reference_url": licence["reference"],
        }
    return list(rows.values()), refused


def _why_bad(licence: dict[str, Any]) -> str | None:
    for flag in ("isOsiApproved", "isDeprecatedLicenseId"):
        if not isinstance(licence.get(flag), bool):
            return f"expected true or false in {flag}, came {shown(licence.get(flag))}"
    if bad_text(licence.get("reference")) or not licence["reference"].startswith(("http://", "https://")):
        return f"expected an address in reference, came {shown(licence.get('reference'))}"
    return bad_text(licence.get("licenseId")) or bad_text(licence.get("name"), longest=500)


def _control(raw: list[dict[str, Any]], refused: list[Refusal]) -> dict[str, float]:
    return {"rows": len(raw) - len(refused)}
