"""How many models this machine can hold at once: bounded by its memory and its cores, said in one sentence."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LEAST_PROCESSES = 4  # four panes: also a small machine may show them, slowly
PROCESSES_PER_CORE = 2  # each has one thread, and all panes ask at once: with more, a pane has less than half a core
SHARE_OF_MEMORY = 0.6  # the rest is for the dashboard, the builds of the warehouse and the owner of the laptop
WORKING_MEMORY = 400 << 20  # of a process beside its weights: the context's cache, buffers (2026-11-24: 150-290 MB)
GIB = 1 << 30
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


class NoRoom(Exception):
    """A model that this machine cannot hold beside those that run: one sentence."""


@dataclass
class Room:
    """What is left for models; `take` counts down."""

    memory: int
    processes: int
    taken: int = 0
    running: int = 0

    def take(self, size: int) -> None:
        """Room for weights of `size` bytes, or NoRoom."""
        needed = size + WORKING_MEMORY
        if self.running >= self.processes:
            raise NoRoom(
                f"Not loaded: {self.running} models run already, as many as this machine's cores are good for; "
                "take another out of the models file or the folder"
            )
        if self.taken + needed > self.memory:
            left = max(0, self.memory - self.taken)
            raise NoRoom(
                f"Not loaded: it needs about {needed / GIB:.1f} GiB of memory, and {left / GIB:.1f} "
                f"of the {self.memory / GIB:.1f} GiB for models are left; take out another model, or a smaller file"
            )
        self.taken += needed
        self.running += 1

    def give_back(self, size: int) -> None:
        """What `take` took."""
        self.taken -= size + WORKING_MEMORY
        self.running -= 1


def of_this_machine() -> Room:
    """The room of this machine, or of the container that we run in."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or `max`
        memory = min(memory, int(CGROUP_LIMIT.read_text()))
    return Room(int(memory * SHARE_OF_MEMORY), max(LEAST_PROCESSES, PROCESSES_PER_CORE * (os.cpu_count() or 1)))
