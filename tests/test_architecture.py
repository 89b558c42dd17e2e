"""The house as README and the plan draw it: who may know whom, how long things may be, what nobody may do."""

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("admin", "booking", "counter", "display", "kiosk", "messenger", "office", "printer", "resident")
SURFACES = tuple(room for room in ROOMS if room != "office")
SKIPPED = (".venv", "var", "migrations", "docs", "deploy", "static")
# They would hide a module of the standard library.
SHADOWS = {"operator", "queue", "calendar", "token", "statistics", "site", "select", "code", "platform"}
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "handler", "base", "misc"}
# Where an outside library may be imported, and by nobody else. The reason stands beside it.
LIBRARIES = {
    "escpos": {"printer"},
    "PIL": {"printer", "tests"},
    "argon2": {"access.py"},
    "flask_socketio": {"display", "server.py", "tests/bench"},  # the bench's bare echo server is the limit
    "numpy": {"office", "tests"},  # the forecast's arithmetic
    "holidays": {"office/hours.py"},
    "alembic": {"migrate.py", "migrations", "tests"},  # a test compares the tables with the models
    "qrcode": {"qr.py", "printer", "tests/browser/camera.py"},  # the code that a camera is shown
}
OFFICE_MAY = {"sqlalchemy", "numpy", "holidays"}
SCHEMA_LIBRARIES = {"pydantic", "flask_openapi3"}
# Besides the one place that commits: bringing the tables up, and the demo clock's anchor, which must not
# wait inside a write that asks for the time; and the writing thread, which commits for several at once.
MAY_COMMIT = {"office/db.py", "grouped.py", "migrate.py", "office/demo_clock.py"}
LONGEST_FUNCTION, P90_FUNCTION, LONGEST_FILE = 40, 20, 300


def sources(*folders: str) -> list[Path]:
    """Every Python file of ours below the folders; none named: everywhere."""
    found = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in SKIPPED]
    return sorted(path for path in found if not folders or path.relative_to(ROOT).parts[0] in folders)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources()}
CODE = [path for path in TREES if not name_of(path).startswith("tests/")]
TESTS = [path for path in TREES if name_of(path).startswith("tests/")]
OURS = set(ROOMS) | {path.stem for path in CODE if path.parent == ROOT}


def imports(path: Path) -> set[str]:
    """Full names of what a file imports: "office.errors", "flask"."""
    names: set[str] = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_in(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(place + "/") for place in places)


def test_the_office_knows_no_surface():
    """office/ imports itself, SQLAlchemy, the standard library, and numpy and holidays where named."""
    wrong = {
        name_of(path): sorted(strange) for path in sources("office")
        if (strange := tops(path) - OFFICE_MAY - {"office"} - set(sys.stdlib_module_names))
    }
    assert wrong == {}


def test_surfaces_do_not_know_one_another():
    """Where a person stands is one package; none imports another."""
    wrong = {
        name_of(path): sorted(others) for path in sources(*SURFACES)
        if (others := tops(path) & set(SURFACES) - {path.relative_to(ROOT).parts[0]})
    }
    assert wrong == {}


def test_no_two_test_modules_share_a_name():
    """pytest puts every folder of tests on the path: of two modules of one name, only the first would be found."""
    names = [path.name for path in TESTS if path.name not in ("__main__.py", "conftest.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_nobody_imports_the_server():
    """server.py knows them all; nobody knows it."""
    assert [name_of(path) for path in CODE if "server" in tops(path)] == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_has_its_place(library):
    """Printing, sockets, hashing, tables and numbers are each known in one place."""
    wrong = [name_of(path) for path in TREES if library in tops(path) and not is_in(name_of(path), LIBRARIES[library])]
    assert wrong == []


def test_schemas_only_where_json_is_spoken():
    """The schema library only in api.py, the surfaces' api and shapes modules and the server."""
    users = [name_of(path) for path in CODE if tops(path) & SCHEMA_LIBRARIES]
    allowed = ("api.py", "server.py", "/shapes.py")
    assert [name for name in users if not name.endswith(allowed)] == []


def test_flask_stays_at_the_edge():
    """No printing code needs a request: flask is known to pages and JSON alone."""
    assert [name_of(path) for path in sources("printer") if "flask" in tops(path) and path.name != "api.py"] == []


def test_only_one_place_commits():
    """Use cases never commit; the database does, once, after all of it."""
    calls = {
        name_of(path) for path in CODE for node in ast.walk(TREES[path])
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "begin", "begin_nested") and not is_git(node)
    }
    assert calls - MAY_COMMIT == set()


def is_git(node: ast.Attribute) -> bool:
    """`match.begin` and the like are no transactions."""
    return isinstance(node.value, ast.Name) and node.value.id in ("match", "git")


def test_only_moves_writes_a_tickets_state():
    """update(Ticket) with a state stands in moves.py alone."""
    writers = [
        name_of(path) for path in sources("office") for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "update"
        and ast.unparse(node.args[0]) == "Ticket" and "state" in statement_keywords(path, node)
    ]
    assert [name for name in writers if name != "office/moves.py"] == []


def statement_keywords(path: Path, call: ast.Call) -> set[str]:
    """Keywords of the `.values(...)` in the statement that begins with this call."""
    return {
        keyword.arg or "" for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
        and any(inner is call for inner in ast.walk(node)) for keyword in node.keywords
    }


def test_imports_stand_at_the_top():
    """No import inside a function: what a file needs is seen at its head. (Tests may, to import late.)"""
    wrong = [
        f"{name_of(path)}:{node.lineno}" for path in CODE for function in functions(path) for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_import_cycle():
    """Whoever can be imported can be imported first."""
    graph = {module_name(path): imports(path) for path in CODE}
    graph = {module: {name for name in names if name in graph and name != module} for module, names in graph.items()}
    while free := [module for module, needs in graph.items() if not needs & set(graph)]:
        for module in free:
            del graph[module]
    assert sorted(graph) == []


def test_names_say_something():
    """No module hides one of the standard library's, and none is a drawer for anything."""
    parts = {part.lower() for path in CODE for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & (SHADOWS | EMPTY_WORDS) == set()


def test_functions_are_short():
    """At most 40 lines; nine of ten at most 20."""
    lengths = {f"{name_of(path)}:{f.lineno} {f.name}": length(f) for path in TREES for f in functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    ours = [lines for name, lines in lengths.items() if not name.startswith("tests/")]
    assert statistics.quantiles(ours, n=10)[-1] <= P90_FUNCTION


def test_files_are_short():
    """At most 300 lines."""
    long = {name_of(path): n for path in TREES if (n := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def depth(node: ast.AST) -> int:
    nests = isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try)
    inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.FunctionDef | ast.ClassDef)]
    orelse = node.orelse if isinstance(node, ast.If) else []
    elif_ = orelse[0] if len(orelse) == 1 and isinstance(orelse[0], ast.If) else None  # stands beside its if, not in it
    return max((depth(child) - (child is elif_) for child in inner), default=0) + nests


def test_nesting_is_shallow():
    """Three levels at most."""
    wrong = [
        f"{name_of(path)}:{f.lineno} {f.name}" for path in CODE for f in functions(path)
        if max((depth(child) for child in f.body), default=0) > 3
    ]
    assert wrong == []


def test_no_state_in_modules():
    """Modules hold constants and extension objects, nothing that grows: no `global`, no lower-case container."""
    wrong = [
        f"{name_of(path)}:{node.lineno}" for path in CODE for node in TREES[path].body
        if isinstance(node, ast.Assign | ast.AnnAssign) and holds_state(node)
    ]
    wrong += [
        f"{name_of(path)}:{node.lineno} global" for path in CODE for node in ast.walk(TREES[path])
        if isinstance(node, ast.Global)
    ]
    assert wrong == []


def holds_state(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    grows = isinstance(node.value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
    empty = grows and not getattr(node.value, "elts", getattr(node.value, "keys", True))
    constant = all(name.isupper() or name.startswith("__") or name.lstrip("_").isupper() for name in names)
    return grows and (empty or not constant) and not (len(names) == 1 and names[0][0].isupper() and not empty)


def test_no_bare_except():
    """`except Exception` only in loops of work and where changes are told, each with its reason beside it."""
    wrong = [
        f"{name_of(path)}:{node.lineno}" for path in CODE for node in ast.walk(TREES[path])
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
        and "#" not in path.read_text().splitlines()[node.lineno - 1]
    ]
    assert wrong == []


def catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def test_nothing_in_tests_is_forgotten():
    """Every function at the top of a test file is a test, a fixture, a hook, or used."""
    used = {name for path in TESTS for node in ast.walk(TREES[path]) for name in names_in(node)}
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}" for path in TESTS for node in TREES[path].body
        if isinstance(node, ast.FunctionDef) and not is_known_to_pytest(node) and node.name not in used
    ]
    assert wrong == []


def names_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [alias.name for alias in node.names]
    return [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []


def is_known_to_pytest(node: ast.FunctionDef) -> bool:
    return node.name.startswith(("test_", "pytest_")) or any("fixture" in ast.unparse(d) for d in node.decorator_list)


def test_tests_say_their_rule():
    """A test's docstring is the rule that it proves."""
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}" for path in TESTS for node in TREES[path].body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert wrong == []


def test_pages_keep_the_content_policy():
    """No style="" and no on...= in any template: the content policy would stop them."""
    forbidden = re.compile(r"""\s(style|on[a-z]+)\s*=\s*["']""")
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert [name_of(path) for path in pages if forbidden.search(path.read_text(encoding="utf-8"))] == []
