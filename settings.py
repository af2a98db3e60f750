"""Settings: the only reader of the environment. Each value has its default and its reason.

Variables begin with `OMO_` (`OMO_DATA_DIR`, `OMO_MIRROR`, ...); `HF_TOKEN` keeps its usual name.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting of the observatory, read once, never changed."""

    model_config = SettingsConfigDict(env_prefix="OMO_", frozen=True, extra="ignore", populate_by_name=True)

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
    connect_timeout_s: float = Field(10, gt=0, description="A host that does not answer the door by then is down.")
    read_timeout_s: float = Field(60, gt=0, description="Longest silence between two bytes of an answer.")
    attempts: int = Field(4, ge=1, description="Tries for a request that failed in a way that may pass.")
    longest_wait_s: float = Field(
        310,
        ge=0,
        description="Longest wait that a server's Retry-After or RateLimit may ask for: one Hub window is 300 s.",
    )
    source_deadline_s: float = Field(3600, gt=0, description="A source that takes longer is given up for this run.")
    history_budget_s: float = Field(
        1800,
        gt=0,
        description="Time per run for weekly history partitions, newest first; the rest follows in later runs.",
    )
    keep_releases: int = Field(10, ge=1, description="Published releases kept on disk.")
    public_url: str = Field("http://127.0.0.1:8501", description="Address that permalinks and citations begin with.")
    demo_port: int = Field(8899, description="Port of the stand-in for the public services, on 127.0.0.1.")
    demo_seed: int = Field(
        20240724, description="Seed of the simulated histories: the same seed gives the same figures."
    )

    @field_validator("mirror", "public_url")
    @classmethod
    def without_trailing_slash(cls, value: str) -> str:
        """An address must begin with http and is kept without a slash at its end."""
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(f"expected an address that begins with http:// or https://, came {value!r}")
        return value.rstrip("/")


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call."""
    return Settings()
