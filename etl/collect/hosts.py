"""Which hosts are asked, under which address, and which of them gets the token.

Addresses are kept in their canonical form, `https://HOST/PATH?QUERY`, everywhere but on the wire: with a mirror the
wire address is `MIRROR/HOST/PATH?QUERY`, and no other host is ever contacted.
"""

from urllib.parse import urljoin, urlsplit

HUB = "huggingface.co"
ALLOWED_HOSTS = frozenset({HUB, "api.github.com", "raw.githubusercontent.com"})
# The Hub redirects file downloads to its content networks (cas-bridge.xethub.hf.co, cdn-lfs.huggingface.co ...).
ALLOWED_REDIRECT_SUFFIXES = (".hf.co", ".huggingface.co")
LONGEST_SHOWN_QUERY = 40  # characters


def is_allowed(url: str, is_redirect: bool = False) -> bool:
    """Whether a canonical address may be asked for: https, a host of the list, no port and no user name in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        plain = parts.scheme == "https" and parts.netloc.lower() == host
    except ValueError:
        return False
    return plain and (host in ALLOWED_HOSTS or (is_redirect and host.endswith(ALLOWED_REDIRECT_SUFFIXES)))


def host_of(url: str) -> str:
    """The host of an address, for sentences and comparisons; an address that cannot be read has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme and host, for sentences: the rest of a foreign address may hold secrets."""
    return f"{url.split(':', 1)[0]}://{host_of(url)}" if host_of(url) else "an address that cannot be read"


def shown(url: str) -> str:
    """An address as it stands in a sentence: a long query is cut, its beginning says enough."""
    address, _, query = url.partition("?")
    return (
        url if len(query) <= LONGEST_SHOWN_QUERY else f"{address}?{query[:LONGEST_SHOWN_QUERY].rsplit('&', 1)[0]}&..."
    )


def on_the_wire(url: str, mirror: str) -> str:
    """The address that is really asked for."""
    return f"{mirror}/{url.removeprefix('https://')}" if mirror else url


def canonical(address: str, base: str, mirror: str) -> str:
    """The canonical form of an address that an answer names (Link, Location, download_url).

    `base` is the canonical address of that answer. A mirror may name the real host, itself, or leave the host out.
    """
    if mirror and address.startswith(mirror + "/"):
        return "https://" + address.removeprefix(mirror + "/")
    mirror_path = urlsplit(mirror).path + "/"
    if mirror and address.startswith(mirror_path) and not address.startswith("//"):
        below = address.removeprefix(mirror_path)
        if below.split("/", 1)[0] in ALLOWED_HOSTS:
            return "https://" + below
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def gets_the_token(url: str) -> bool:
    """Only the Hub itself, not its content networks, whose addresses carry their own signature."""
    return is_allowed(url) and host_of(url) == HUB
