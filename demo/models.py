"""The models that the stand-in publishes: one immutable record each, without any counter."""

import hashlib
from dataclasses import dataclass
from datetime import date

HUB_FLOOR = date(2022, 3, 2)  # the Hub records no earlier creation time
LANGUAGE_TASKS = ("text-generation", "image-text-to-text")


@dataclass(frozen=True)
class Model:
    """A repository: its facts, and the days between which it is listed."""

    model_id: str
    created_on: date
    weight: float  # thousands of downloads in a good month, before regional totals
    licence: str  # a Hub tag, `other:<license_name>`, or empty where the card names none
    task: str = "text-generation"
    parameters: int | None = None
    base_model_id: str = ""
    base_relation: str = ""
    listed_from: date = HUB_FLOOR
    listed_until: date = date.max
    continues: str = ""  # the id it had before it was renamed

    @property
    def account(self) -> str:
        """The part before the slash."""
        return self.model_id.split("/")[0]

    @property
    def object_name(self) -> str:
        """What stays the same when it is renamed: its first id."""
        return self.continues or self.model_id

    @property
    def is_language(self) -> bool:
        """Whether it counts as a language model: text generation, with or without pictures."""
        return self.task in LANGUAGE_TASKS

    def is_listed(self, day: date) -> bool:
        """Whether the Hub lists it on a day."""
        return max(self.created_on, self.listed_from) <= day < self.listed_until


def object_id(text: str) -> str:
    """A 24-digit id as the Hub gives to its objects, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
