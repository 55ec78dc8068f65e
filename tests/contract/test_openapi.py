"""The API's document: what is committed is what the code says, and it says all that a client needs."""

import copy
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.openapi import COMMITTED, FOLDER, STALE, document, documents
from deploy.openapi_changes import breaking
from registry.api import problems
from registry.stock import schemas as stock
from registry.stock.schemas import conventions, outages, works
from tests.contract.requests import ALSO, BATCHES, FOR_ANYBODY, OF_LISTS, SCOPES
from tests.support.tree import ROOT

Spec = dict[str, Any]

OUTSIDE: Final = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/problems",
    "/problems/{code}",
    "/v1/openapi.json",
    "/oauth/authorize",
    "/accessibility",
}
PAGES: Final = ("/console", "/account/", "/static/")
"""What operators, load balancers and readers of problems use, and the pages for people; not part of the API."""


@pytest.fixture(scope="module")
def text() -> str:
    return document()


@pytest.fixture(scope="module")
def spec(text: str) -> Spec:
    made: Spec = yaml.safe_load(text)
    return made


def operations(spec: Spec, prefix: str = "/v1/") -> Iterator[tuple[str, str, Spec]]:
    for path, methods in spec["paths"].items():
        if path.startswith(prefix):
            for method, operation in methods.items():
                yield path, method, operation


def by_id(spec: Spec) -> dict[str, Spec]:
    return {operation["operationId"]: operation for _, _, operation in operations(spec, "/")}


def response(spec: Spec, operation: Spec, status: str) -> Spec:
    stated: Spec = operation["responses"][status]
    return spec["components"]["responses"][stated["$ref"].rsplit("/", 1)[1]] if "$ref" in stated else stated


def referenced(spec: Spec, node: Any, seen: set[str]) -> set[str]:
    """Return the names of the schemas that ``node`` leads to."""
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in spec["components"]["schemas"] and name not in seen:
            seen.add(name)
            referenced(spec, spec["components"]["schemas"][name], seen)
        for value in node.values():
            referenced(spec, value, seen)
    elif isinstance(node, list):
        for value in node:
            referenced(spec, value, seen)
    return seen


def test_committed_document_is_what_the_code_says(text: str) -> None:
    assert COMMITTED.read_text() == text, STALE.format(COMMITTED.name)


def test_committed_format_of_files_is_what_the_code_says() -> None:
    made = documents()
    assert len(made) == 6
    for name, content in made.items():
        assert (FOLDER / name).read_text() == content, STALE.format(name)


def test_document_is_valid_openapi(spec: Spec) -> None:
    assert spec["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(spec).validate()


async def test_document_that_is_served_is_the_committed_one(app: FastAPI, spec: Spec) -> None:
    assert app.openapi() == spec


def test_every_operation_has_its_one_scope(spec: Spec) -> None:
    found = {operation["operationId"]: operation["security"] for _, _, operation in operations(spec)}
    scoped = {name: [{"oauth2": [scope, *ALSO.get(name, ())]}] for name, scope in SCOPES.items()}
    assert found == scoped | {name: [{"oauth2": []}] for name in FOR_ANYBODY}
    declared = spec["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    assert {*SCOPES.values(), "transfers:answer"} == set(declared), "asked for by what a step says, not by its route"


def test_every_route_is_documented_or_named_as_outside(app: FastAPI, spec: Spec) -> None:
    served = {
        (route.path_format, method.lower())
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if route.path_format not in OUTSIDE and not (route.path_format or "").startswith(PAGES)
    }
    assert served == {(path, method) for path, method, _ in operations(spec, "/")}


def test_every_operation_says_what_it_does(spec: Spec) -> None:
    tags = {tag["name"] for tag in spec["tags"]}
    for _, _, operation in operations(spec, "/"):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
        assert 10 < len(operation["summary"]) < 120, operation["operationId"]
        assert not operation["summary"].endswith(".")
        assert operation["tags"], operation["operationId"]
        assert set(operation["tags"]) <= tags


def test_every_parameter_says_what_it_is(spec: Spec) -> None:
    plain = {"limit", "sort", "status", "residence_ref", "listing_id"}  # their names and schemas say it
    silent = {
        given["name"]
        for _, _, operation in operations(spec)
        for given in operation.get("parameters", ())
        if not (given.get("description") or given["schema"].get("description"))
    }
    assert silent <= plain


def test_every_operation_states_its_problems(spec: Spec) -> None:
    for path, _, operation in operations(spec):
        statuses = set(operation["responses"])
        name = operation["operationId"]
        assert statuses >= {"400", "401", "403", "406", "413", "500", "503"}, name
        assert not statuses & {"4XX", "5XX", "default"}, name
        parameters = {given["name"] for given in operation.get("parameters", ())}
        if "{" in path and not name.startswith("put_") and name != "read_tile":  # an empty tile is one
            assert "404" in statuses, name
        if "if-match" in parameters:
            assert "412" in statuses, name
        if "requestBody" in operation:
            assert statuses >= {"415", "422"}, name
        if name.startswith(("search_", "read_listing", "read_tile", "list_listing_changes")):
            assert "429" in statuses, name
        for status in statuses:
            if status[0] in "45":
                content = response(spec, operation, status)["content"]
                assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_every_problem_named_in_the_document_is_described_at_its_address(spec: Spec) -> None:
    known = problems.documented()
    for _, _, operation in operations(spec, "/"):
        for status in operation["responses"]:
            codes = re.findall(r"`([a-z-]+)`", response(spec, operation, status)["description"])
            assert bool(codes) == (status[0] in "45") or operation["operationId"] in {
                "issue_token",
                "revoke_token",
                "introspect_token",
            }
            for code in codes:
                assert problems.status_of(known[code]) == int(status), code


@pytest.mark.parametrize(
    ("names", "status", "header"),
    [
        ({"put_residence", "put_home"}, "201", "ETag"),
        ({"put_residence", "put_home", "read_residence", "read_home", "review_position"}, "200", "ETag"),
        ({"put_charter_draft", "put_transfer_case"}, "201", "ETag"),
        ({"put_transfer_case", "read_transfer_case", "close_transfer_case"}, "200", "ETag"),
        ({"list_transfer_cases", "list_territory_cases", "list_transfer_alerts", "list_vacated_homes"}, "200", "Link"),
        ({"list_vacated_homes_of_others", "list_status_history"}, "200", "Link"),
        ({"read_vacated_home", "put_vacated_home_outcome"}, "200", "ETag"),
        ({"list_proposals", "list_proposal_steps", "list_territory_proposals"}, "200", "Link"),
        ({"read_proposal", "take_proposal_step"}, "200", "ETag"),
        ({"make_proposal"}, "201", "Location"),
        ({"make_proposal"}, "201", "Idempotent-Replayed"),
        ({"put_charter_draft", "read_charter_draft"}, "200", "ETag"),
        ({*OF_LISTS, "put_lift_outage", "read_lift_outage"}, "200", "ETag"),
        ({"put_reservation_conventions", "read_reservation_conventions"}, "200", "ETag"),
        ({"put_territory_definition", "read_territory_definition"}, "200", "ETag"),
        ({"start_lift_outage", "create_territory"}, "201", "ETag"),
        ({"start_lift_outage", "create_territory"}, "201", "Location"),
        ({"start_lift_outage", "create_territory"}, "201", "Idempotent-Replayed"),
        (
            {
                "list_positions_to_review",
                "list_duplicates",
                "list_lift_outages",
                "list_assessments",
                "list_assessment_history",
                "list_imports",
                "list_residences",
                "list_homes",
                "list_territories",
                "list_communes",
                "list_quarters",
                "list_charters",
                "list_signatures",
                "list_adhesions",
                "list_landlord_invitations",
                "list_behind_score",
                "list_obligations",
                "list_scores",
                "list_audit_events",
            },
            "200",
            "Link",
        ),
        ({"list_clients", "list_members", "list_invitations", "list_sources", "list_mappings"}, "200", "Link"),
        ({"read_client", "change_client", "change_member"}, "200", "ETag"),
        ({"create_client", "add_client_secret", "add_client_key", "invite_member"}, "201", "Idempotent-Replayed"),
        ({"search_listings", "search_listings_in_area", "list_changes", "list_listing_changes"}, "200", "Link"),
        ({"read_tile"}, "200", "ETag"),
        ({"read_tile"}, "204", "Cache-Control"),
        ({"read_tile"}, "304", "ETag"),
        ({"search_listings", "read_listing", "read_tile", "list_listing_changes"}, "429", "Retry-After"),
        ({"list_vacated_homes_of_others"}, "429", "Retry-After"),
        ({*BATCHES, "send_file", "start_lift_outage"}, "409", "Retry-After"),
        ({"send_file"}, "202", "Location"),
        ({"send_file"}, "202", "Idempotent-Replayed"),
        (set(BATCHES), "200", "Idempotent-Replayed"),
        (set(SCOPES), "401", "WWW-Authenticate"),
        (set(SCOPES), "503", "Retry-After"),
    ],
)
def test_header_that_an_answer_carries_is_stated(spec: Spec, names: set[str], status: str, header: str) -> None:
    for name in names:
        assert header in response(spec, by_id(spec)[name], status)["headers"], name


def test_every_list_is_bounded_and_goes_on_by_cursor(spec: Spec) -> None:
    for name, most in {
        "list_residences": 1000,
        "list_homes": 1000,
        "list_positions_to_review": 1000,
        "list_duplicates": 1000,
        "list_assessments": 1000,
        "list_assessment_history": 1000,
        "list_imports": 1000,
        "list_territories": 1000,
        "list_charters": 1000,
        "list_signatures": 1000,
        "list_adhesions": 1000,
        "list_landlord_invitations": 1000,
        "list_behind_score": 1000,
        "list_obligations": 1000,
        "list_scores": 1000,
        "search_listings": 50,
        "list_clients": 1000,
        "list_audit_events": 1000,
        "list_members": 1000,
        "list_invitations": 1000,
        "list_sources": 1000,
        "list_mappings": 1000,
        "list_transfer_cases": 1000,
        "list_territory_cases": 1000,
        "list_transfer_alerts": 1000,
        "list_proposals": 100,
        "list_proposal_steps": 1000,
        "list_territory_proposals": 100,
        "list_vacated_homes": 1000,
        "list_vacated_homes_of_others": 50,
        "list_status_history": 1000,
    }.items():
        parameters = {given["name"]: given["schema"] for given in by_id(spec)[name]["parameters"]}
        assert parameters["limit"]["maximum"] == most
        assert "cursor" in parameters


def test_models_of_answers_have_no_defaults_and_no_field_that_may_be_missing(spec: Spec) -> None:
    may_be_absent = {
        ("FactOut", "evidence"),
        ("FactOut", "until"),
        ("SupersededFact", "evidence"),
        ("SupersededFact", "until"),
        ("FoundListing", "distance_m"),
        ("Problem", "detail"),
        ("Problem", "remedy"),
        ("Problem", "errors"),
    }
    names: set[str] = set()
    for _, _, operation in operations(spec, "/"):
        referenced(spec, operation["responses"], names)
    assert len(names) > 20
    # A charter's articles and terms are stated by its coordinator: their defaults are the law. A format is as declared.
    stated_by_others = {"Article", "Terms", "Format"}
    for stated in ("Grid", "MatchingWeights", "NeedProfile"):
        referenced(spec, {"$ref": f"#/components/schemas/{stated}"}, stated_by_others)
    for name in names - stated_by_others:
        schema = spec["components"]["schemas"][name]
        for field, stated in schema.get("properties", {}).items():
            assert "default" not in stated, f"{name}.{field}"
            assert (field in schema.get("required", ())) != ((name, field) in may_be_absent), f"{name}.{field}"


def test_objects_that_clients_send_are_closed(spec: Spec) -> None:
    names: set[str] = set()
    for _, _, operation in operations(spec):
        referenced(spec, operation.get("requestBody", {}), names)
    for name in names:
        schema = spec["components"]["schemas"][name]
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


def test_main_operations_have_examples_that_the_models_take(spec: Spec) -> None:
    found = by_id(spec)

    def example(name: str, media_type: str = "application/json") -> Any:
        content = found[name]["requestBody"]["content"][media_type]
        return content["example"] if "example" in content else content["schema"]["examples"][0]

    stock.ResidenceIn.model_validate(example("put_residence"))
    stock.HomeIn.model_validate(example("put_home"))
    stock.HomeLine.model_validate(example("write_batch", "application/x-ndjson"))
    works.AdaptationsIn.model_validate(example("put_adaptations"))
    works.HomeFeasibleWorksIn.model_validate(example("put_home_feasible_works"))
    works.ResidenceFeasibleWorksIn.model_validate(example("put_residence_feasible_works"))
    works.AdaptationsLine.model_validate(example("write_adaptations", "application/x-ndjson"))
    conventions.ReservationConventionsIn.model_validate(example("put_reservation_conventions"))
    works.FeasibleWorksLine.model_validate(example("write_feasible_works", "application/x-ndjson"))
    stock.ResidenceFacts.model_validate(example("put_residence_facts"))
    stock.ResidenceFactsLine.model_validate(example("write_residence_facts", "application/x-ndjson"))
    outages.LiftOutageIn.model_validate(example("start_lift_outage"))
    outages.LiftOutageChange.model_validate(example("put_lift_outage"))
    assert example("search_listings_in_area")["area"]["type"] == "Polygon"
    near = next(given for given in found["search_listings"]["parameters"] if given["name"] == "near")
    assert near["schema"]["examples"]


def test_links_lead_from_what_was_written_to_where_it_is_read(spec: Spec) -> None:
    found = by_id(spec)
    led: dict[str, set[str]] = {}
    for name, operation in found.items():
        for status, stated in operation["responses"].items():
            for link in stated.get("links", {}).values():
                target = found[link["operationId"]]
                led.setdefault(name, set()).add(link["operationId"])
                assert set(link.get("parameters", ())) <= {given["name"] for given in target.get("parameters", ())}, (
                    name,
                    status,
                )
    assert led["put_residence"] == {"read_residence", "delete_residence", "put_home", "list_homes"}
    assert led["put_residence_facts"] == {"read_residence_facts"}
    assert led["put_home"] == {"read_home", "delete_home", "read_listing", "read_residence"}
    assert led["delete_home"] == {"read_home"}


def last_release() -> str | None:
    """Return the tag of the last release before this commit, if there is one."""
    asked = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or None


def test_document_breaks_nothing_of_the_last_release(spec: Spec) -> None:
    tag = last_release()
    if tag is None:
        pytest.skip("there is no release yet")
    place = f"{tag}:{COMMITTED.relative_to(ROOT)}"
    released = subprocess.run(["git", "show", place], cwd=ROOT, capture_output=True, text=True, check=True)
    assert breaking(yaml.safe_load(released.stdout), spec) == []


def test_document_compared_with_itself_breaks_nothing(spec: Spec) -> None:
    assert breaking(spec, copy.deepcopy(spec)) == []


def _drop(spec: Spec, *keys: str) -> None:
    *way, last = keys
    for key in way:
        spec = spec[key]
    del spec[last]


def _set(spec: Spec, value: Any, *keys: str) -> None:
    *way, last = keys
    for key in way:
        spec = spec[key]
    spec[last] = value


def _parameter(spec: Spec, path: str, name: str) -> Spec:
    found: Spec = next(given for given in spec["paths"][path]["get"]["parameters"] if given["name"] == name)
    return found


MODELS: Final = ("components", "schemas")
BREAKS: Final[dict[str, tuple[Callable[[Spec], None], str]]] = {
    "path removed": (lambda s: _drop(s, "paths", "/v1/vocabulary"), "GET /v1/vocabulary: removed"),
    "operation removed": (
        lambda s: _drop(s, "paths", "/v1/homes/{ref}", "delete"), "DELETE /v1/homes/{ref}: removed"
    ),
    "operation renamed": (
        lambda s: _set(s, "get_home", "paths", "/v1/homes/{ref}", "get", "operationId"), "operationId is now get_home"
    ),
    "scope added": (
        lambda s: _set(s, [{"oauth2": ["stock:read", "stock:write"]}], "paths", "/v1/homes", "get", "security"),
        "needs the scope stock:write",
    ),
    "parameter removed": (
        lambda s: s["paths"]["/v1/listings"]["get"]["parameters"].remove(_parameter(s, "/v1/listings", "epci")),
        "parameter epci removed",
    ),
    "parameter required": (
        lambda s: _parameter(s, "/v1/listings", "territory").update(required=True),
        "parameter territory is now required",
    ),
    "new required parameter": (
        lambda s: s["paths"]["/v1/homes"]["get"]["parameters"].append(
            {"name": "year", "in": "query", "required": True, "schema": {"type": "integer"}}
        ),
        "parameter year is new and required",
    ),
    "bound tightened": (
        lambda s: _parameter(s, "/v1/listings", "limit")["schema"].update(maximum=20), "maximum is now 20"
    ),
    "type narrowed": (
        lambda s: _set(s, {"type": "integer"}, *MODELS, "Position", "properties", "lon"), "no longer takes fractions"
    ),
    "null no longer taken": (
        lambda s: _set(s, {"type": "integer"}, *MODELS, "HomeIn", "properties", "floor"), "floor no longer takes null"
    ),
    "request property removed": (
        lambda s: _drop(s, *MODELS, "HomeIn", "properties", "charges_cents"), "body.charges_cents removed"
    ),
    "request property required": (
        lambda s: s["components"]["schemas"]["ResidenceIn"]["required"].append("street"), "street is now required"
    ),
    "code no longer taken": (
        lambda s: s["components"]["schemas"]["Status"]["enum"].remove("works"), "status no longer takes works"
    ),
    "pattern changed": (
        lambda s: _set(s, "^[0-9]{5}$", *MODELS, "ResidenceIn", "properties", "commune_code", "pattern"),
        "commune_code: pattern is now",
    ),
    "fact no longer taken": (
        lambda s: _drop(s, *MODELS, "HomeIn", "properties", "facts", "properties", "lift"), "facts.lift removed"
    ),
    "fact bounded": (
        lambda s: s["components"]["schemas"]["FactIn"]["properties"]["date"].update(minLength=12), "minLength is now 12"
    ),
    "body type removed": (
        lambda s: _drop(s, "paths", "/v1/homes:batch", "post", "requestBody", "content", "application/x-ndjson"),
        "no longer takes application/x-ndjson",
    ),
    "answer property removed": (
        lambda s: _drop(s, *MODELS, "HomeOut", "properties", "listing_id"), "answer.listing_id removed"
    ),
    "answer property may be absent": (
        lambda s: s["components"]["schemas"]["FoundListing"]["required"].remove("rent_cents"),
        "rent_cents may now be absent",
    ),
    "answer may be null": (
        lambda s: _set(s, {"type": ["integer", "null"]}, *MODELS, "HomeOut", "properties", "rooms"),
        "rooms may now be null",
    ),
    "answer without GeoJSON": (
        lambda s: _drop(s, "paths", "/v1/listings", "get", "responses", "200", "content", "application/geo+json"),
        "no longer as application/geo+json",
    ),
    "answer without its header": (
        lambda s: _drop(s, "paths", "/v1/homes/{ref}", "get", "responses", "200", "headers", "ETag"),
        "no longer has the header ETag",
    ),
    "status removed": (
        lambda s: _drop(s, "paths", "/v1/homes/{ref}", "put", "responses", "201"), "no longer answers 201"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_breaking_change_is_found(spec: Spec, what: str) -> None:
    change, sentence = BREAKS[what]
    changed = copy.deepcopy(spec)
    change(changed)
    found = breaking(spec, changed)
    assert any(sentence in each for each in found), found


GROWTH: Final[dict[str, Callable[[Spec], None]]] = {
    "operation added": lambda s: s["paths"].update({"/v1/new": copy.deepcopy(s["paths"]["/v1/vocabulary"])}),
    "optional parameter added": lambda s: s["paths"]["/v1/homes"]["get"]["parameters"].append(
        {"name": "year", "in": "query", "required": False, "schema": {"type": "integer"}}
    ),
    "optional property added": lambda s: _set(s, {"type": "string"}, *MODELS, "HomeIn", "properties", "note"),
    "answer property added": lambda s: _set(s, {"type": "string"}, *MODELS, "HomeOut", "properties", "note"),
    "bound loosened": lambda s: _parameter(s, "/v1/listings", "limit")["schema"].update(maximum=100),
    "code added": lambda s: s["components"]["schemas"]["Status"]["enum"].append("sold"),
    "requirement dropped": lambda s: s["components"]["schemas"]["HomeIn"]["required"].remove("rooms"),
    "answer no longer null": lambda s: _set(s, {"type": "integer"}, *MODELS, "HomeOut", "properties", "floor"),
    "words changed": lambda s: _set(s, "Other words.", "paths", "/v1/homes", "get", "summary"),
}


@pytest.mark.parametrize("what", GROWTH)
def test_change_that_takes_nothing_away_is_no_break(spec: Spec, what: str) -> None:
    changed = copy.deepcopy(spec)
    GROWTH[what](changed)
    assert changed != spec
    assert breaking(spec, changed) == []
