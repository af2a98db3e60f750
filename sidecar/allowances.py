"""What may be asked, and how often: the limits of models.yaml, checked where the prompt is sent."""

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network

from sidecar.events import Ask
from sidecar.models import Endpoint, Limits

HOUR_S, MINUTE_S = 3600.0, 60.0
# Beyond so many keys, those that asked nothing lately are forgotten: a new tab is a new session.
MOST_KEYS = 10_000
LONGEST_KEY = 200
HIGHEST_SEED = 2**31 - 1


class Refused(Exception):
    """What is asked cannot be asked so; `sentence` says what to change."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Busy(Exception):
    """Not now; `sentence` says when to come back."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Visitor:
    """Who asks: a browser session, and the address it comes from where it is known."""

    session: str
    address: str | None = None


class Allowances:
    """How often each visitor may still ask, and how many tokens the day still has."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sessions = _Window(HOUR_S, limits.comparisons_per_session_per_hour)
        self._addresses = _Window(MINUTE_S, limits.comparisons_per_address_per_minute)
        self._day = datetime.now(UTC).date()
        self._spent = self._reserved = 0

    def admit(self, visitor: Visitor | None, tokens: int) -> None:
        """Counts one comparison of so many tokens at most; Busy where it is one too many.

        `visitor` None is the operator, who is not counted; the tokens of the day hold for everybody.
        """
        now = time.monotonic()
        turns = self._turns(visitor) if visitor else []
        for window, turn, whose in turns:
            wait_s = window.wait_s(turn, now)
            if wait_s > 0:
                raise Busy(f"{whose} has asked often enough for now; the next question can be asked {_in(wait_s)}.")
        self._reserve(tokens)
        for window, turn, _ in turns:
            window.count(turn, now)

    def settle(self, reserved: int, used: int) -> None:
        """Puts what a comparison really used in the place of what was reserved for it."""
        self._reserved -= reserved
        self._spent += used

    def _turns(self, visitor: Visitor) -> list[tuple["_Window", str, str]]:
        network = _network(visitor.address)
        turns = [(self._sessions, visitor.session[:LONGEST_KEY], "This browser")]
        return turns + ([(self._addresses, network, "Your network")] if network else [])

    def _reserve(self, tokens: int) -> None:
        today = datetime.now(UTC).date()
        if today != self._day:
            self._day, self._spent = today, 0
        if self._spent + self._reserved + tokens > self._limits.tokens_per_day:
            raise Busy("The models have written as much as they may in a day; come back tomorrow (UTC).")
        self._reserved += tokens


class _Window:
    """At most so many turns within a time that slides along."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._turns: dict[str, deque[float]] = {}

    def wait_s(self, key: str, now: float) -> float:
        """Seconds until the next turn; 0 where it may be now."""
        turns = self._turns.get(key, deque())
        while turns and turns[0] <= now - self._seconds:
            turns.popleft()
        return turns[0] + self._seconds - now if len(turns) >= self._most else 0.0

    def count(self, key: str, now: float) -> None:
        """Counts a turn."""
        if len(self._turns) >= MOST_KEYS:
            latest = now - self._seconds
            self._turns = {name: turns for name, turns in self._turns.items() if turns and turns[-1] > latest}
        self._turns.setdefault(key, deque()).append(now)


def _network(address: str | None) -> str | None:
    """What counts as one network: an IPv4 address or the /64 of an IPv6 one; None where it stands for everybody."""
    if not address:
        return None
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:LONGEST_KEY]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_private or parsed.is_loopback:  # behind a proxy such an address is everybody's
        return None
    return str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def _in(seconds: float) -> str:
    return f"in {math.ceil(seconds)} seconds" if seconds < 100 else f"in {math.ceil(seconds / 60)} minutes"


def check_asks(asks: Sequence[Ask], endpoints: Sequence[Endpoint], limits: Limits, allow_hosts: Sequence[str]) -> None:
    """Refused where the panes, a prompt, a setting or a host is outside the limits."""
    if not 1 <= len(endpoints) <= limits.panes or len(asks) != len(endpoints):
        raise Refused(f"Choose between one and {limits.panes} models; {len(endpoints)} were chosen.")
    for endpoint in endpoints:
        if endpoint.host not in allow_hosts:
            raise Refused(f"{endpoint.name} stands on a host that this observatory may not ask. Choose another model.")
    for ask in asks:
        _check_prompt(ask, limits)
        _check_settings(ask)


def _check_prompt(ask: Ask, limits: Limits) -> None:
    characters = sum(len(message.content) for message in ask.messages)
    if not any(message.content.strip() for message in ask.messages if message.role == "user"):
        raise Refused("Write a question first.")
    if any("\ud800" <= character <= "\udfff" for message in ask.messages for character in message.content):
        raise Refused("The question holds half a character, which no model can read. Type it anew.")
    if characters > limits.prompt_characters:
        most = limits.prompt_characters
        raise Refused(f"The question has {characters:,} characters; at most {most:,} can be asked. Shorten it.")


def _check_settings(ask: Ask) -> None:
    if not 0 <= ask.temperature <= 2:
        raise Refused(f"The temperature has to be between 0 and 2; {ask.temperature:g} was chosen.")
    if not 0 < ask.top_p <= 1:
        raise Refused(f"Top-p has to be above 0 and at most 1; {ask.top_p:g} was chosen.")
    if not 0 <= ask.seed <= HIGHEST_SEED:
        raise Refused(f"The seed has to be a whole number between 0 and {HIGHEST_SEED:,}.")
    if ask.max_tokens < 1:
        raise Refused("The answer has to be allowed at least one token.")
