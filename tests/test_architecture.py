"""The rules that keep the code readable: who may import whom, how long things may be, what SQL files look like."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Part of the code -> the parts it may import. A part is a folder or a file at the root; everything may import itself.
MAY_IMPORT: dict[str, set[str]] = {
    "app": {"web", "dashboard"},
    "overview": {"dashboard", "charts", "warehouse", "registry", "settings"},
    "pages": {"dashboard", "charts", "warehouse", "sidecar", "registry", "settings"},
    "dashboard": {"charts", "warehouse", "sidecar", "registry", "settings"},
    "web": {"dashboard", "charts", "warehouse", "registry", "settings"},
    "charts": {"warehouse", "registry", "settings"},
    "etl": {"warehouse", "charts", "registry", "settings"},
    "warehouse": {"registry", "settings"},
    "sidecar": {"registry", "settings"},
    "demo": {"registry", "settings"},
    "registry": set(),
    "settings": set(),
}
PARTS = [part for part in MAY_IMPORT if (ROOT / part).is_dir() or (ROOT / f"{part}.py").is_file()]

# What warehouse modules the readers and the writer of a release may name.
READERS, READER_MODULES = (
    {"pages", "overview", "dashboard", "charts", "web"},
    {"alerts", "queries", "filters", "connect", "runs", "export"},
)
WRITER_MODULES = {"alerts", "build", "check", "publish", "runs", "connect", "queries", "filters"}

# Package -> where alone it may be imported.
ONLY_IN: dict[str, tuple[str, ...]] = {
    "streamlit": ("app.py", "overview.py", "pages/", "dashboard/"),
    "duckdb": ("warehouse/", "etl/lake/"),
    "requests": ("etl/collect/",),
    "urllib3": ("etl/collect/",),
    "httpx": ("sidecar/client.py",),
    "xllamacpp": ("sidecar/embedded/",),
    "plotly": ("charts/", "dashboard/"),
    "apscheduler": ("etl/scheduler.py", "web/health.py", "settings.py"),
}

LONGEST_FUNCTION, LONGEST_MODULE, LONGEST_PAGE, WIDEST_LINE = 60, 400, 70, 130


def files_of(part: str) -> list[Path]:
    """The Python files of a part."""
    folder = ROOT / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / f"{part}.py"]


def all_files() -> list[Path]:
    """Every Python file of the product, tests and benchmarks left out."""
    return [file for part in PARTS for file in files_of(part)]


def name_of(file: Path) -> str:
    """A file's path inside the repository."""
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imports_of(file: Path) -> Iterator[str]:
    """Dotted names of everything a file imports, also inside functions; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}:{node.lineno}: expected absolute imports, came a relative one"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_only_the_parts_below_it(part: str) -> None:
    allowed = MAY_IMPORT[part] | {part}
    wrong = {
        (name_of(file), imported)
        for file in files_of(part)
        for imported in imports_of(file)
        if (root := imported.split(".")[0]) in {*MAY_IMPORT, "tests", "benchmarks"} and root not in allowed
    }
    assert wrong == set(), f"{part} may import {sorted(allowed)}"


@pytest.mark.parametrize("part", [part for part in PARTS if part in READERS])
def test_what_draws_reads_releases_only_through_the_queries(part: str) -> None:
    wrong = {(name_of(file), name) for file in files_of(part) for name in _warehouse_modules(file) - READER_MODULES}
    assert wrong == set()


def test_the_etl_uses_only_the_doors_of_the_warehouse() -> None:
    wrong = {(name_of(file), name) for file in files_of("etl") for name in _warehouse_modules(file) - WRITER_MODULES}
    assert wrong == set()


def _warehouse_modules(file: Path) -> set[str]:
    return {name.split(".")[1] for name in imports_of(file) if name.startswith("warehouse.")}


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_heavy_package_stays_in_its_place(package: str) -> None:
    wrong = [
        name_of(file)
        for file in all_files()
        if package in {name.split(".")[0] for name in imports_of(file)}
        and not name_of(file).startswith(ONLY_IN[package])
    ]
    assert wrong == [], f"{package} belongs in {ONLY_IN[package]}"


def test_nothing_opens_the_network_but_the_collectors_and_the_client_of_the_models() -> None:
    clients = {"urllib.request", "http.client", "httpx", "httpx2", "aiohttp", "socket", "huggingface_hub"}
    wrong = {
        (name_of(file), name)
        for file in all_files()
        for name in imports_of(file)
        if any(name == client or name.startswith(f"{client}.") for client in clients)
        and not name_of(file).startswith(("etl/collect/", "demo/", "sidecar/client.py"))
    }
    assert wrong == set()


def test_only_the_settings_read_the_environment() -> None:
    readings = re.compile(r"os\.(environ|getenv)")
    wrong = [name_of(file) for file in all_files() if readings.search(file.read_text(encoding="utf-8"))]
    assert [name for name in wrong if name != "settings.py"] == []


def test_nobody_imports_the_demo_but_itself_and_the_tests() -> None:
    wrong = [
        name_of(file)
        for file in all_files()
        if "demo" in {name.split(".")[0] for name in imports_of(file)} and not name_of(file).startswith("demo/")
    ]
    assert wrong == []


@pytest.mark.parametrize("file", all_files(), ids=name_of)
def test_functions_and_modules_stay_short(file: Path) -> None:
    functions = [node for node in ast.walk(tree_of(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}
    is_page = file.parent == ROOT / "pages" or file == ROOT / "overview.py"
    lines = file.read_text(encoding="utf-8").count("\n")
    assert lines <= (LONGEST_PAGE if is_page else LONGEST_MODULE)


@pytest.mark.parametrize("file", [file for file in all_files() if file.stat().st_size], ids=name_of)
def test_a_module_says_what_it_is_for_and_avoids_empty_names(file: Path) -> None:
    assert ast.get_docstring(tree_of(file)), "expected a docstring at the top of the module"
    assert not re.search(r"manager|helper|util|base|common|misc", file.stem), "expected a name that says the thing"
    classes = [node.name for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if re.search(r"Manager|Helper|Util|Base[A-Z]|Factory|Abstract", name)] == []


@pytest.mark.parametrize("file", sorted((ROOT / "warehouse" / "tables").glob("*.sql")), ids=lambda file: file.stem)
def test_the_sql_of_a_table_ends_in_its_final_select(file: Path) -> None:
    assert re.search(r"select\s+\*\s+from\s+final\s*$", _without_comments(file)), "expected `select * from final` last"


@pytest.mark.parametrize("file", sorted((ROOT / "warehouse" / "checks").glob("*.sql")), ids=lambda file: file.stem)
def test_the_header_of_a_check_is_complete(file: Path) -> None:
    header = dict(re.findall(r"^--\s*(\w+):\s*(.+)$", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert {"what", "severity", "limit", "since", "why"} <= set(header), f"came {sorted(header)}"
    assert header["severity"].strip() in {"error", "warning"}
    assert re.match(r"\d{4}-\d{2}-\d{2}", header["since"]), "expected the date of the rule"


def test_the_key_of_every_table_is_checked() -> None:
    check = (ROOT / "warehouse" / "checks" / "keys_are_unique.sql").read_text(encoding="utf-8")
    tables = {file.stem for file in (ROOT / "warehouse" / "tables").glob("[a-z]*.sql")}
    assert {table for table in tables if f"'{table}'" not in check} == set()


@pytest.mark.parametrize("file", sorted((ROOT / "warehouse").rglob("*.sql")), ids=name_of)
def test_values_reach_sql_as_parameters_never_formatted_in(file: Path) -> None:
    assert not re.search(r"\{\w*\}|%s|%\(", _without_comments(file)), "expected $named parameters"


def _without_comments(file: Path) -> str:
    text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip().rstrip(";").strip().lower()
