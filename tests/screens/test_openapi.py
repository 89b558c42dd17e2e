"""The document at /api/v1/openapi.json is the truth: made-up requests find no 5xx and no answer outside it."""

import re
import shutil
from collections.abc import Iterator
from zlib import crc32

import pytest
import schemathesis
from factories import HALLS, Caller, Clock, Office, by_client
from hypothesis import HealthCheck, Phase, settings
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import api as shared_api
import server
from running import EXTENSION
from settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
METHODS = ("get", "post", "put", "patch", "delete")


# The document needs no database; what the app works on is put in its place by the fixture.
api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server.app)


@pytest.fixture(scope="module", autouse=True)
def office(sqlite_template, tmp_path_factory) -> Iterator[Office]:
    """Waru at nine."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("openapi") / "kiosk.db")
    told = Settings(f"sqlite:///{path}", None, "127.0.0.1", 8000, 0, "http://antre.test", "s", None, 1.0, HALLS, HALLS.with_name("offices"))
    here = server.make_running(told)
    here.db.now = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(server.app.extensions, EXTENSION, here)
        yield Office(here.db, here.db.now, Caller(by_client(server.app.test_client(use_cookies=False))), "waru")
    here.db.close()


@pytest.fixture(scope="module")
def boss(office):
    return office.person("ani", role="regency_admin")


@pytest.fixture(scope="module")
def known(office, boss) -> dict[str, list]:
    """Path parameters that lead somewhere."""
    kiosk = office.device("kiosk")
    taken = [office.take(kiosk, service) for service in ("KTP_REC", "KTP_LOST", "KK_NEW") for _ in range(4)]
    boss.post("/offices/waru/counters/1/open").ok()
    for act in ("no-show", "hold", "recall"):
        ticket = boss.post("/offices/waru/counters/1/call-next").ok()["ticket"]
        boss.post(f"/tickets/{ticket['id']}/{act}").ok()
    return {
        "office": ["waru", "penajam"], "number": [1, 2, 3], "ticket": [t["id"] for t in taken],
        "key": [t["key"] for t in taken], "slip": [t["slip"]["id"] for t in taken],
    }  # fmt: skip


@pytest.fixture(scope="module")
def document(office):
    return office.anybody.get("/openapi.json").ok()



@api.parametrize()
@settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_outside_the_document(case, boss, known):
    """Whatever is sent, by somebody who may do everything: no 5xx, and status, kind and shape as documented."""
    places = case.path_parameters or {}
    for name, values in known.items():
        if name in places and crc32(str(places[name]).encode()) % 4:  # three of four lead somewhere; hash() differs each run
            places[name] = values[len(str(places[name])) % len(values)]
    case.call_and_validate(headers={"Authorization": f"Bearer {boss.token}"}, checks=CHECKS)


@api.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_nobody_is_answered_inside_the_document_too(case):
    """The same without a token: refusals are documented as well."""
    case.call_and_validate(checks=CHECKS)


def test_the_document_says_who_may_ask(document):
    """OpenAPI 3.1; what needs a token says so, what anybody may ask does not."""
    assert document["openapi"].startswith("3.1")
    told = {(m, path): bool(op.get("security")) for path, item in document["paths"].items() for m, op in item.items()}
    assert told["post", "/api/v1/offices/{office}/tickets"]
    assert told["post", "/api/v1/tickets/{ticket}/finish"]
    assert not told["get", "/api/v1/offices/{office}/board"]
    assert not told["post", "/api/v1/session"]


def test_every_route_is_in_the_document(document):
    """No way into the API that the document does not know."""
    routes = {
        (method.lower(), PARAMETER.sub(r"{\1}", str(rule)))
        for rule in server.app.url_map.iter_rules() if str(rule).startswith("/api/v1/") for method in rule.methods
    }
    told = {(method, path) for path, item in document["paths"].items() for method in item}
    unknown = {path for method, path in routes - told if method in METHODS}
    assert unknown == {"/api/v1/openapi.json", "/api/v1/", "/api/v1/static/{filename}"}  # the document's own pages


def test_every_schema_has_one_meaning():
    """Two classes of one name would hide one another in the document."""
    schemas = [
        cls for module in (shared_api, *server.APIS) for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, BaseModel)
    ]
    names: dict[str, set[type]] = {}
    for cls in schemas:
        names.setdefault(cls.__name__, set()).add(cls)
    assert [name for name, classes in names.items() if len(classes) > 1] == []
