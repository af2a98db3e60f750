"""Decisions made by people, in YAML, reviewed like code: `registry.load()` reads and checks them.

Prompt packs are read by `load_prompts()`, the rules for refusals in answers by `load_answer_rules()`, those of what is
told after a release by `load_alert_rules()`.
The words (organisation, region, licence class) are those of docs/method.md. No network, no database.
"""

from registry.alert_rules import ALERT_KINDS, AlertRule, load_alert_rules
from registry.answer_rules import AnswerRule, JudgePrompt, load_answer_rules, load_judge_prompt
from registry.briefings import Briefing, BriefingSlide, load_briefings
from registry.errors import RegistryError
from registry.loader import load
from registry.prompts import Prompt, PromptPack, load_prompts
from registry.registry import Registry
from registry.rows import (
    LICENCE_CLASSES,
    REGIONS,
    Correction,
    Evidence,
    Family,
    LeaderboardLabel,
    Licence,
    Metric,
    Organisation,
    Panel,
    PolicyEvent,
    PublishedFigure,
    Release,
    Reuploader,
    Source,
    Threshold,
)

__all__ = [
    "Briefing",
    "BriefingSlide",
    "ALERT_KINDS",
    "LICENCE_CLASSES",
    "REGIONS",
    "AlertRule",
    "AnswerRule",
    "Correction",
    "Evidence",
    "Family",
    "JudgePrompt",
    "LeaderboardLabel",
    "Licence",
    "Metric",
    "Organisation",
    "Panel",
    "PolicyEvent",
    "Prompt",
    "PromptPack",
    "PublishedFigure",
    "Registry",
    "RegistryError",
    "Release",
    "Reuploader",
    "Source",
    "Threshold",
    "load",
    "load_alert_rules",
    "load_answer_rules",
    "load_judge_prompt",
    "load_briefings",
    "load_prompts",
]
