"""Settings: the only reader of the environment. Each value has its default and its reason.

Variables begin with `OMO_` (`OMO_DATA_DIR`, `OMO_MIRROR`, ...); `HF_TOKEN` keeps its usual name.
"""

import os
import re
import subprocess
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SIDECAR_KEY = "OMO_SIDECAR_KEY"


class Settings(BaseSettings):
    """Every setting of the observatory, read once, never changed."""

    model_config = SettingsConfigDict(
        env_prefix="OMO_", env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    data_dir: Path = Field(Path("data"), description="Where snapshots, lake, releases and run records live.")
    scope: Literal["tracked", "hub"] = Field(
        "tracked", description="`tracked`: organisations of the registry; `hub`: every model of the weekly history."
    )
    schedule: str = Field(
        "0 6 * * *", description="Cron expression, UTC, of the scheduler's runs: daily after midnight in Asia."
    )
    mirror: str = Field(
        "", description="Base URL of a mirror; every upstream https://HOST/PATH is asked for at MIRROR/HOST/PATH."
    )
    hf_token: SecretStr | None = Field(
        None,
        validation_alias="HF_TOKEN",
        description="Hugging Face token: doubles the rate limit; sent to huggingface.co only.",
    )
    contact: str = Field(
        "https://github.com/open-model-observatory",
        description="Put into the User-Agent, so that a service can reach us.",
    )
    connect_timeout_s: float = Field(
        10, gt=0, allow_inf_nan=False, description="A host that does not answer the door by then is down."
    )
    read_timeout_s: float = Field(
        60, gt=0, allow_inf_nan=False, description="Longest silence between two bytes of an answer."
    )
    attempts: int = Field(4, ge=1, description="Tries for a request that failed in a way that may pass.")
    longest_wait_s: float = Field(
        310,
        ge=0,
        allow_inf_nan=False,
        description="Longest wait that a server's Retry-After or RateLimit may ask for: one Hub window is 300 s.",
    )
    source_deadline_s: float = Field(
        3600, gt=0, allow_inf_nan=False, description="A source that takes longer is given up for this run."
    )
    history_budget_s: float = Field(
        1800,
        gt=0,
        allow_inf_nan=False,
        description="Time per run for weekly history partitions, oldest first; the rest follows in later runs.",
    )
    keep_releases: int = Field(
        10, ge=1, description="Published releases kept on disk, beside the last one of each month."
    )
    pictures: Literal["auto", "no"] = Field(
        "auto",
        description="`auto`: each release gets an edition, its charts as files, with pictures where Chrome is found; "
        "`no`: none is made.",
    )
    pictures_deadline_s: float = Field(
        600, gt=0, allow_inf_nan=False, description="An edition that takes longer is given up; it takes about a minute."
    )
    browser_path: Path | None = Field(
        None, description="The Chrome or Chromium that draws the pictures; empty: looked for under its usual names."
    )
    public_url: str = Field("http://127.0.0.1:8501", description="Address that permalinks and citations begin with.")
    sidecar_config: Path = Field(
        Path("sidecar/models.yaml"), description="Which models can be asked live, where, and within which limits."
    )
    models_dir: Path = Field(
        Path("models"), description="Folder of *.gguf files; each is offered for live prompting on this machine."
    )
    ollama_url: str = Field(
        "http://127.0.0.1:11434", description="Where an Ollama of this machine is looked for; empty: nowhere."
    )
    live_dir: Path | None = Field(
        None, description="Where runs of prompt packs and votes are kept; empty: `live` inside OMO_DATA_DIR."
    )
    demo_port: int = Field(
        8899, ge=0, le=65535, description="Port of the stand-in for the public services, on 127.0.0.1."
    )
    demo_seed: int = Field(
        20240724, ge=0, description="Seed of the simulated histories: the same seed gives the same figures."
    )

    @field_validator("mirror", "public_url", "ollama_url")
    @classmethod
    def without_trailing_slash(cls, value: str) -> str:
        """An address must begin with http, name a host, and is kept without a slash at its end."""
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError(f"expected an address that begins with http:// or https://, came {value!r}")
        return value.rstrip("/")

    @field_validator("schedule")
    @classmethod
    def that_comes_again(cls, value: str) -> str:
        """A cron expression of five fields, with at least one time in the future."""
        from apscheduler.triggers.cron import CronTrigger  # only where somebody chose a schedule: it costs a start time

        try:
            following = CronTrigger.from_crontab(value, timezone=UTC).get_next_fire_time(None, datetime.now(UTC))
        except ValueError as error:
            raise ValueError(f"expected cron such as `0 6 * * *`, came {value!r} ({error})") from error
        if following is None:
            raise ValueError(f"expected cron such as `0 6 * * *`, came {value!r}, which never comes")
        return value

    @field_validator("hf_token", "contact", mode="before")
    @classmethod
    def fit_for_a_header(cls, value: Any) -> Any:
        """Without the line break of the file it was kept in; what no header can hold is refused, and not repeated."""
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and not re.fullmatch(r"[ -~]*", text):
            raise ValueError("expected printable ASCII on one line")
        return text

    @property
    def live_folder(self) -> Path:
        """Where live prompting keeps runs of packs, votes, and the list of what `python -m sidecar` serves."""
        return self.live_dir or self.data_dir / "live"

    @property
    def key_file(self) -> Path:
        """Where `python -m sidecar` leaves the key to the models of this machine, for their owner only."""
        return self.live_folder / "sidecar.key"


def key(variable: str | None) -> str | None:
    """A key from the environment, by the name that models.yaml gives; None where there is no such key.

    Only names that end in _KEY are looked up, so that the file can ask for no other secret. The key of the models of
    this machine is also read from where `python -m sidecar` leaves it, so that a second terminal can ask them too.
    """
    if not variable or not variable.endswith("_KEY"):
        return None
    return os.environ.get(variable) or (_key_of_this_machine() if variable == SIDECAR_KEY else None)


def _key_of_this_machine() -> str | None:
    """What stands in the key file; None where there is none, or it is not ours to read."""
    try:
        return settings().key_file.read_text(encoding="ascii")[:200].strip() or None
    except (OSError, ValueError):
        return None


@cache
def code_version() -> str:
    """Version of the project and, in a checkout, its commit: what releases and records of runs carry."""
    root = Path(__file__).parent
    version = str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    command = ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return version
    return f"{version}+{asked.stdout.strip()}" if asked.returncode == 0 else version


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call.

    A value that cannot be ends the process with one sentence: no command could go on with it.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SystemExit(_in_one_sentence(error)) from None


def _in_one_sentence(error: ValidationError) -> str:
    """`OMO_KEEP_RELEASES: expected ..., came ...` for each wrong value; a secret is never repeated."""
    return "; ".join(_wrong(str(entry["loc"][0]), entry["msg"], entry["input"]) for entry in error.errors())


def _wrong(name: str, message: str, came: Any) -> str:
    variable = name if name.isupper() else f"OMO_{name.upper()}"
    said = re.sub(r"^(Value error, |Input should be )", lambda found: "expected " * ("Input" in found[0]), message)
    repeats = name == "HF_TOKEN" or "came" in said
    return f"{variable}: {said}" if repeats else f"{variable}: {said}, came {str(came)[:80]!r}"
