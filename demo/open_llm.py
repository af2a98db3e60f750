"""open-llm-leaderboard/contents: the frozen table of the Open LLM Leaderboard v2, in its own column names."""

import io
import threading
import zlib
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from demo.answers import Answer, file_answer
from demo.models import Model, object_id

FROZEN_ON = date(2025, 3, 13)
MOST_ROWS = 300
TASKS = ("IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO")
HARDNESS = {"IFEval": 0.9, "BBH": 0.62, "MATH Lvl 5": 0.5, "GPQA": 0.18, "MUSR": 0.22, "MMLU-PRO": 0.6}
TYPES = {
    "": "\U0001f4ac chat models (RLHF, DPO, IFT, ...)",
    "finetune": "\U0001f536 fine-tuned on domain-specific datasets",
}


class OpenLlm:
    """The table of models that were out when the board closed."""

    def __init__(self, seed: int, models: tuple[Model, ...]) -> None:
        self._seed, self._models = seed, models
        self._body: bytes | None = None
        self._lock = threading.Lock()

    def file(self, query: dict[str, list[str]]) -> Answer:
        """The one Parquet file."""
        with self._lock:
            if self._body is None:
                buffer = io.BytesIO()
                pq.write_table(pa.Table.from_pylist(self._rows()), buffer, compression="zstd")
                self._body = buffer.getvalue()
        return file_answer(self._body)

    def _rows(self) -> list[dict[str, Any]]:
        """Models with known size; some stand twice, in two precisions, some without licence or submission date."""
        chosen = [m for m in self._models if _is_eligible(m)]
        rows = [self._row(model, "bfloat16") for model in chosen]
        rows += [self._row(model, "float16") for model in chosen[::9]]
        return rows[:MOST_ROWS]

    def _row(self, model: Model, precision: str) -> dict[str, Any]:
        draws = np.random.default_rng([self._seed, zlib.crc32(f"{model.model_id}/{precision}".encode())])
        billions = (model.parameters or 0) / 1e9
        ability = 18 + 13 * np.log2(1 + billions) + 9 * ((model.created_on - date(2023, 1, 1)).days / 365)
        scores = {t: float(np.clip(ability * HARDNESS[t] + draws.normal(0, 4), 0, 95)) for t in TASKS}
        submitted = max(model.created_on + timedelta(days=int(draws.integers(2, 60))), date(2024, 6, 12))
        sha = object_id(model.model_id) + object_id("sha" + model.model_id)[:16]
        tag = model.licence.partition(":")[0]
        return {
            "eval_name": f"{model.model_id.replace('/', '_')}_{precision}",
            "Precision": precision,
            "Type": TYPES.get(model.base_relation, TYPES["finetune"]),
            "Weight type": "Adapter" if model.base_relation == "adapter" else "Original",
            "Architecture": "DemoForCausalLM",
            "Model": f'<a target="_blank" href="https://huggingface.co/{model.model_id}">{model.model_id}</a>',
            "fullname": model.model_id,
            "Model sha": sha,
            "Average ⬆️": sum(scores.values()) / len(scores),
            "Hub License": tag if tag and draws.random() > 0.1 else None,
            "Hub ❤️": int(model.weight),
            "#Params (B)": round(billions, 3) if draws.random() > 0.03 else -1.0,
            "Available on the hub": True,
            "MoE": "-A" in model.model_id,
            "Flagged": False,
            "Chat Template": True,
            "CO₂ cost (kg)": round(float(billions * draws.uniform(0.1, 0.4)), 4),
            **{key: value for task, score in scores.items() for key, value in _task(task, score)},
            "Merged": model.base_relation == "merge",
            "Official Providers": not model.base_relation,
            "Upload To Hub Date": model.created_on.isoformat(),
            "Submission Date": min(submitted, FROZEN_ON).isoformat() if draws.random() > 0.02 else None,
            "Generation": 0 if not model.base_model_id else 1,
            "Base Model": model.base_model_id or model.model_id,
        }


def _is_eligible(model: Model) -> bool:
    is_out = model.created_on < FROZEN_ON and model.listed_from <= FROZEN_ON
    return is_out and model.task == "text-generation" and bool(model.parameters) and model.base_relation != "quantized"


def _task(task: str, score: float) -> tuple[tuple[str, float], tuple[str, float]]:
    """A task's normalised score, 0 to 100, and the raw one, 0 to 1."""
    return (task, score), (f"{task} Raw", round(0.2 + 0.8 * score / 100, 6))
