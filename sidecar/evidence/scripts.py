"""The language that a text's script tells, so that browsers choose the right shapes of signs; never a guess at more."""

import re

# Han signs have other shapes in Chinese and Japanese; kana and hangul decide. Other scripts of one main language each.
SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
LETTERS_READ = 2000


def language_of(text: str) -> str:
    """A language tag where the script of at least a tenth of the beginning tells it; empty, which is HTML's unknown."""
    beginning = text[:LETTERS_READ]
    enough = max(1, sum(map(str.isalpha, beginning)) // 10)
    counts = ((language, len(pattern.findall(beginning))) for language, pattern in SCRIPTS)
    return next((language for language, count in counts if count >= enough), "")
