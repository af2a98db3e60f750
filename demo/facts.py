"""What the Hub says about a model besides its counters: card, tags, lineage, in the Hub's own shapes."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from demo.models import HUB_FLOOR, Model, object_id
from demo.planted import planted

FLOOR_AT = "2022-03-02T23:29:04.000Z"  # what the Hub says of everything older than its records
LIBRARY_OF_TASK = {
    "text-to-image": "diffusers",
    "text-to-video": "diffusers",
    "sentence-similarity": "sentence-transformers",
    "text-to-speech": None,
}
GATED = {
    "meta-llama": "manual",
    "CohereLabs": "auto",
    "CohereForAI": "auto",
    "black-forest-labs": "auto",
    "stabilityai": "auto",
}


@dataclass(frozen=True)
class Edition:
    """A model between two changes of its card."""

    place: int  # of the model in the history
    model: Model
    valid_from: date
    valid_until: date

    def is_listed(self, day: date) -> bool:
        """Whether this is what the Hub lists on a day."""
        return self.valid_from <= day < self.valid_until and self.model.is_listed(day)


def editions(models: tuple[Model, ...]) -> tuple[Edition, ...]:
    """Every model once, those with a planted change of licence twice."""
    changes = {event.model_id: event for event in planted("licence")}
    found = []
    for place, model in enumerate(models):
        change = changes.get(model.model_id)
        if change is None:
            found.append(Edition(place, model, date.min, date.max))
        else:
            found.append(Edition(place, model, date.min, change.on))
            found.append(Edition(place, replace(model, licence=change.new_licence), change.on, date.max))
    return tuple(found)


@lru_cache(maxsize=8192)
def facts(model: Model) -> dict[str, Any]:
    """Everything about a model that does not change from day to day, keyed as the API names it."""
    created_at = created(model)
    library = library_of(model)
    return {
        "_id": object_id(model.object_name),  # a rename keeps the object and its creation time
        "id": model.model_id,
        "modelId": model.model_id,
        "author": model.account,
        "createdAt": created_at,
        "lastModified": created_at,
        "cardData": card(model),
        "tags": tags(model, library),
        "pipeline_tag": model.task,
        "library_name": library,
        "baseModels": base_models(model),
        "safetensors": safetensors(model),
        "gated": gated(model),
        "private": False,
        "disabled": False,
        "sha": object_id("sha" + model.model_id) + object_id(model.model_id)[:16],
        "siblings": [{"rfilename": name} for name in files_of(model)],
        "config": {"model_type": model.account.lower(), "architectures": ["DemoForCausalLM"]},
    }


def created(model: Model) -> str:
    """Creation time as the Hub writes it; models older than the Hub's records carry its floor."""
    if model.created_on <= HUB_FLOOR:
        return FLOOR_AT
    seconds = int(object_id(model.object_name)[:6], 16) % 86_400
    at = datetime.combine(model.created_on, time(seconds // 3600, seconds // 60 % 60, seconds % 60), UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def library_of(model: Model) -> str | None:
    """The library that the model card names."""
    name = model.model_id
    if "GGUF" in name:
        return "gguf"
    if model.account == "mlx-community":
        return "mlx"
    if model.base_relation == "adapter":
        return "peft"
    return LIBRARY_OF_TASK.get(model.task, "transformers")


def card(model: Model) -> dict[str, Any]:
    """The card's metadata; one model in sixteen gives its licence as a list, as the Hub allows."""
    content: dict[str, Any] = {"language": ["en"], "pipeline_tag": model.task}
    tag, _, name = model.licence.partition(":")
    if tag:
        content["license"] = [tag] if object_id(model.model_id)[0] == "7" and not name else tag
    if name:
        content["license_name"] = name
        content["license_link"] = f"https://huggingface.co/{model.model_id}/blob/main/LICENSE"
    if model.base_model_id:
        content["base_model"] = [model.base_model_id]
        content["base_model_relation"] = model.base_relation
    return content


def tags(model: Model, library: str | None) -> list[str]:
    """The tags that the Hub derives from card and files."""
    tag = model.licence.partition(":")[0]
    found = [library, "safetensors" if safetensors(model) else None, model.task, "conversational", "en"]
    if model.base_model_id:
        found += [f"base_model:{model.base_model_id}", f"base_model:{model.base_relation}:{model.base_model_id}"]
    found += [f"license:{tag}" if tag else None, "endpoints_compatible", "region:us"]
    return [word for word in found if word]


def base_models(model: Model) -> dict[str, Any] | None:
    """The models it stands on, with the relation."""
    if not model.base_model_id:
        return None
    base = {"_id": object_id(model.base_model_id), "id": model.base_model_id}
    return {"relation": model.base_relation, "models": [base]}


def safetensors(model: Model) -> dict[str, Any] | None:
    """Parameter counts; files in other formats have none."""
    if not model.parameters:
        return None
    kind = "F32" if model.created_on <= HUB_FLOOR else "BF16"
    return {"parameters": {kind: model.parameters}, "total": model.parameters}


def gated(model: Model) -> bool | str:
    """`manual` or `auto` where the publisher asks for consent first, else False."""
    if model.account == "google" and "gemma" in model.model_id and model.licence == "gemma":
        return "manual"
    return GATED.get(model.account, False)


def files_of(model: Model) -> list[str]:
    """A few of the repository's files."""
    if "GGUF" in model.model_id:
        return [".gitattributes", "README.md", f"{model.model_id.split('/')[1]}-Q4_K_M.gguf"]
    return [".gitattributes", "README.md", "config.json", "model.safetensors"]


def as_text(content: Any) -> str | None:
    """A JSON object as the text that the weekly Parquet files hold."""
    return None if content is None else json.dumps(content, separators=(",", ":"))
