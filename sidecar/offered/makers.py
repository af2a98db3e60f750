"""Who made a model and of what kind it is, as far as a well-known name tells.

Only names that begin with the family's own count: `qwen3:0.6b` is one, `somebody/my-qwen` is somebody's work on one.
"""

import re

NOT_KNOWN = "not known"
FROM_THE_NAME = "The maker is taken from the model's name, which whoever stored it has chosen."

# Beginning of a name -> organisation of the registry; the first that fits (checked on 2026-11-25).
MAKERS = (
    ("deepseek", "deepseek-ai"),
    ("qwen|qwq", "Qwen"),
    ("gpt-oss", "openai"),
    ("llama|codellama|meta-llama", "meta-llama"),
    ("gemma|codegemma", "google"),
    ("mistral|mixtral|ministral|magistral|devstral|codestral", "mistralai"),
    ("phi", "microsoft"),
    ("smollm", "HuggingFaceTB"),
    ("granite", "ibm-granite"),
    ("olmo", "allenai"),
    ("glm", "zai-org"),
    ("kimi", "moonshotai"),
    ("falcon", "tiiuae"),
    ("nemotron", "nvidia"),
    ("command-r|aya", "CohereLabs"),
    ("tinyllama", "TinyLlama"),
    ("lfm", "LiquidAI"),
)
# Models that think before they answer, unless their name says that this one does not.
THINKING = re.compile(r"deepseek-r1|qwq|qwen-?3|gpt-oss|magistral|reasoning|thinking")
NOT_THINKING = re.compile(r"instruct|coder|embed")


def maker_of(name: str) -> str:
    """Id of the organisation, or `not known`."""
    plain = name.lower().removeprefix("library/")
    return next((maker for start, maker in MAKERS if re.match(rf"(?:{start})(?![a-z])", plain)), NOT_KNOWN)


def is_reasoning(name: str) -> bool:
    """Whether a model of that name thinks before it answers."""
    plain = name.lower()
    return bool(THINKING.search(plain)) and not NOT_THINKING.search(plain)


def bounded(text: str, longest: int = 60) -> str:
    """A name from a file or a server: letters, digits and plain marks, not longer than fits on a page."""
    return " ".join(re.sub(r"[^\w .:/()+-]", " ", text, flags=re.ASCII).split())[:longest] or "no name"
