"""Reads a registry file into typed rows, or says which file, entry and key is wrong."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from registry.errors import RegistryError
from registry.rows import Row

RowType = TypeVar("RowType", bound=Row)


class StrictLoader(yaml.SafeLoader):
    """YAML in which only true and false are booleans (`NO` is Norway), a key may stand only once, nothing is repeated.

    Repetition by `*name` is how a page of text becomes gigabytes.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """A node; an alias is refused with its place."""
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()
            raise yaml.composer.ComposerError(None, None, f"*{alias.anchor} repeats another part", alias.start_mark)
        return super().compose_node(parent, index)


StrictLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or letter in "tTfF"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping_with_each_key_once(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"key '{twice[0]}' stands twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping_with_each_key_once)


def read_yaml(folder: Path, file: str) -> dict[str, Any]:
    """The mapping of a registry file; RegistryError if it is absent, not YAML or not a mapping."""
    path = folder / file
    if not path.is_file():
        raise RegistryError(
            file, "file", "-", f"expected the file {path}, found none", "Restore it from version control"
        )
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark else 0
        problem = getattr(error, "problem", None) or error
        raise RegistryError(file, f"line {line}", "-", f"not readable as YAML: {problem}", "Mend that line") from error
    except (ValueError, RecursionError) as error:  # no such day, no UTF-8, a number or a nesting beyond all measure
        raise RegistryError(file, "file", "-", f"not readable: {error}", "Mend the last change to it") from error
    if not isinstance(content, dict):
        raise RegistryError(
            file, "file", "-", f"expected a mapping, came {type(content).__name__}", "See the file's header"
        )
    return content


def read_rows(folder: Path, file: str, name: str, row_type: type[RowType]) -> tuple[RowType, ...]:
    """The entries under the one key `name` of a file, typed; the first field of the row type names the entry."""
    content = read_yaml(folder, file)
    if set(content) != {name} or not isinstance(content[name], list):
        came = ", ".join(map(str, content)) or "nothing"
        raise RegistryError(
            file, "file", name, f"expected one list under '{name}', came {came}", "See the file's header"
        )
    return tuple(read_row(file, entry, row_type) for entry in content[name])


def read_row(file: str, entry: Any, row_type: type[RowType]) -> RowType:
    """One entry, typed; RegistryError with the first thing that is wrong with it."""
    if not isinstance(entry, dict):
        raise RegistryError(
            file, repr(entry)[:60], "-", "expected an entry with keys", "Indent its keys below the dash"
        )
    try:
        return row_type.model_validate(entry)
    except ValidationError as error:
        raise _readable(file, entry, row_type, error) from error


def _readable(file: str, entry: dict[Any, Any], row_type: type[Row], error: ValidationError) -> RegistryError:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "-"
    name = entry.get(next(iter(row_type.model_fields)), "an entry without id")
    if first["type"] == "extra_forbidden":
        known = ", ".join(row_type.model_fields)
        return RegistryError(file, f"'{name}'", where, "this key is not known", f"Known keys: {known}")
    if first["type"] == "missing":
        return RegistryError(
            file, f"'{name}'", where, "this key is missing", "Add it; write null where nothing is known"
        )
    came = repr(first["input"])[:80]
    return RegistryError(file, f"'{name}'", where, f"{first['msg']}, came {came}", "Mend the value")
