"""Frames as the queries give them, small enough to be checked by hand."""

from typing import Any

import pandas as pd

SURE = 0.02  # half of the interval of a share
MONTHS = ("2025-05-01", "2025-06-01", "2025-07-01", "2025-08-01")


def side(month: str, group_id: str, downloads: int, top: int, total: int, **more: Any) -> dict[str, Any]:
    """One row of downloads_over_time: what a side had in a month, and its most downloaded model."""
    return {
        "period_start": pd.Timestamp(month),
        "period_end": pd.Timestamp(month) + pd.Timedelta(days=6),
        "is_complete": True,
        "method": "rolling_window",
        "group_id": group_id,
        "group_label": group_id,
        "region": group_id,
        "new_downloads": downloads,
        "share": downloads / total,
        "models": 10,
        "share_low": downloads / total - SURE,
        "share_high": downloads / total + SURE,
        "lead": 2 * downloads / total - 1,
        "lead_low": 2 * downloads / total - 1 - 2 * SURE,
        "lead_high": 2 * downloads / total - 1 + 2 * SURE,
        "hhi": 0.1,
        "is_panel_whole": True,
        "top1_share": top / downloads,
        "top3_share": min(1.0, 1.5 * top / downloads),
        "top_model_id": f"maker/{group_id.split()[0]}-top",
        "top_model_downloads": top,
        "share_without_own_top": (downloads - top) / (total - top),
        "new_downloads_without_top1": downloads - top,
        "share_without_top1": 0.5,
        "new_downloads_without_top3": downloads - min(downloads, top * 3 // 2),
        "share_without_top3": 0.49,
        "flagged_downloads": 0,
    } | more


def two_sides(china: tuple[int, ...], china_top: tuple[int, ...], **more: Any) -> pd.DataFrame:
    """China's part of 1,000 downloads month by month; the United States have the rest, a tenth of it in one model."""
    rows = []
    for month, own, top in zip(MONTHS, china, china_top, strict=False):
        rows.append(side(month, "China", own, top, 1000, **more))
        rows.append(side(month, "United States", 1000 - own, (1000 - own) // 10, 1000, **more))
    return pd.DataFrame(rows)


def overtaking() -> pd.DataFrame:
    """China passes the United States in July, by one repository."""
    return two_sides((370, 390, 530), (20, 20, 110))


def board(day: str, group: str, score: float, model: str, leader: tuple[str, float], **more: Any) -> dict[str, Any]:
    """One row of a frontier; the interval is five points to each side."""
    return {
        "benchmark_id": "lmarena_text",
        "benchmark_name": "LMArena text",
        "unit": "rating points",
        "source_id": "lmarena",
        "published_on": pd.Timestamp(day),
        "group_name": group,
        "best_score": score,
        "best_score_low": score - 5,
        "best_score_high": score + 5,
        "best_model_label": model,
        "models": 20,
        "leading_group": leader[0],
        "gap": leader[1] - score,
        "is_gap_clear": None if leader[0] == group else leader[1] - 5 > score + 5,
        "leader_reached_on": pd.Timestamp("2025-06-06"),
        "lag_days": 303 if leader[0] != group else 0,
        "is_lag_at_least": False,
    } | more


def frontier(closed: float, opened: float, **more: Any) -> pd.DataFrame:
    """A board of March and one of April; in April the best closed model has `closed`, the best open one `opened`."""
    leader = ("closed", closed) if closed >= opened else ("open", opened)
    return pd.DataFrame(
        [
            board("2026-03-01", "closed", 1490.0, "claude-x", ("closed", 1490.0), **more),
            board("2026-03-01", "open", 1450.0, "glm-4", ("closed", 1490.0), **more),
            board("2026-04-05", "closed", closed, "claude-y", leader, **more),
            board("2026-04-05", "open", opened, "glm-5", leader, **more),
        ]
    )


def licences(open_models: int, others: int, region: str = "all", months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """The same number of open and of unclassified new models in each month; the last month is unfinished."""
    total = open_models + others
    return pd.DataFrame(
        [
            {
                "month_start": pd.Timestamp(month),
                "is_complete": month != months[-1],
                "region": region,
                "licence_class": licence_class,
                "new_models": count,
                "new_downloads": 0,
                "amount": count,
                "total": total,
                "share": count / total,
                "method": None,
                "period_end": pd.NaT,
            }
            for month in months
            for licence_class, count in (("open", open_models), ("unclassified", others))
        ]
    )


def by_definition() -> pd.DataFrame:
    """China's share under two definitions, month and year, beside a published figure."""
    rows = []
    for name, year, month in (("two_countries", 0.41, 0.54), ("everything", 0.11, 0.19)):
        whole = "of the regions compared" if name == "two_countries" else "of everything"
        for span, share in (("year", year), ("month", month)):
            row = {"definition_id": name, "definition": f"Models, by publisher, {whole}", "sentence": "New downloads."}
            row |= {"span": span, "since": pd.Timestamp("2024-09-01"), "until": pd.Timestamp("2025-08-07"), "months": 9}
            row |= {"method": "rolling_window", "group_id": "China", "share": share, "models": 900}
            rows.append({**row, "share_low": share - 0.1, "share_high": share + 0.1})
    definition = "Share of all Hub model downloads in the 12 months to August 2025"
    published = {
        "definition_id": "everything",
        "definition": definition,
        "sentence": "One year, 17.1 percent (2025-08).",
    }
    return pd.DataFrame([*rows, {**published, "span": "published", "group_id": "China", "share": 0.171}])
