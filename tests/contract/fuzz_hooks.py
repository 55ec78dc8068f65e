"""What the fuzzer is told besides the API's document: how NDJSON is written, and which rules no schema can state.

A schema cannot say that a commune exists, that a home's residence was published before, that ``near`` goes with
``within_m``, or that a date is not in the future. Requests that are right by the schema are made right by these rules
too, so that they reach what is behind; and a refusal that names such a rule is not held against the service. Every
other refusal of a request that is right by the schema is a failure.

The test that runs the fuzzer says in ``REGISTRY_FUZZ`` what exists.
"""

import json
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData

from registry.kernel.clock import today
from registry.listings.service.tiles import FILTERED_ZOOM
from registry.vocabulary.contradictions import CONTRADICTIONS
from registry.vocabulary.works import WORKS_OF
from tests.contract.requests import HISTORIES, OF_LISTS

TOO_LARGE: Final = 413
KNOWN: Final[dict[str, Any]] = json.loads(os.environ.get("REGISTRY_FUZZ", "{}"))
RULES: Final = frozenset(
    {
        "commune-unknown", "territory-unknown", "residence-unknown", "building-unknown", "cursor-invalid",
        "departement-unknown",
        "filter-invalid", "version-changed", "idempotency-key-reused", "batch-empty", "role-not-allowed",
        "organisation-mismatch", "email-invalid", "key-set-invalid", "auth-method-invalid", "jwks-uri-invalid",
        "redirect-uri-invalid", "secret-expiry-invalid", "webhook-url-invalid",
        "file-missing", "source-address-refused", "source-secret-missing", "mapping-unknown", "sources-too-many",
        "file-type-differs", "as-of-in-future", "kind-mistaken", "header-not-recognised", "encoding-not-read",
        "column-twice", "workbook-unreadable", "sheet-not-found", "file-unreadable", "file-too-large",
        "mapping-of-other-content", "layout-not-recognised", "file-without-dwellings", "line-too-long",
        "webhooks-too-many", "webhook-disabled", "delivery-unknown",
        "home-unknown", "lift-outage-open", "lift-outage-in-future", "lift-outage-ends-before-it-starts",
        "base-version-unknown", "reply-date-past", "text-hash-mismatch",
        "tile-outside", "siren-invalid", "case-reference-weak", "case-area-unknown", "case-closed",
        "step-impossible", "reason-invalid", "proposal-open", "home-not-free", "address-not-told", "home-held",
        "housed-elsewhere",
    }
)  # fmt: skip
"""Codes of problems that say: well written, and not so in this world."""
_DENIED: Final = rf"facts\.({'|'.join(sorted({each.said.code for each in CONTRADICTIONS}))})"
FIELDS: Final[dict[str, str]] = {
    "put_residence": r"name|street|buildings(\.\d+\.(name|position))?|position",
    "review_position": r"position",
    "put_home": rf"available_on|facts\.\w+\.(date|until|evidence)|{_DENIED}",
    "put_residence_facts": rf"facts\.\w+\.(date|until|evidence)|{_DENIED}",
    "start_lift_outage": r"lift",
    "ask_accessible_distances": r"from|to",
    "simulate_assessment": r"facts\.\w+|works\.\d+",
    "put_adaptations": r"adaptations\.\d+\.(delivered_on|evidence_ref)",
    "put_home_feasible_works": r"feasible_works(\.\d+\.(stated_on|cost_from_cents))?",
    "put_residence_feasible_works": r"feasible_works(\.\d+\.(stated_on|cost_from_cents))?",
    "put_reservation_conventions": r"conventions(\.\d+\.dated)?",
    "put_vacated_home_outcome": r"loss|under_occupied",
    "put_transfer_case": r"home_ref|deadline|consent\.(until|version)|need\..*",
    "put_proposal_help": r"help",
    "put_proposal_move": r"moved_on",
    "create_client": r"name|machine|jwks_uri|secret_expires_at",
    "change_client": r"name",
    "add_client_secret": r"expires_at",
    "put_source": r"pull|schedule|format\.\w+|pull\.url|pull\.auth\.\w+\.\w+",
    "put_mapping": r"columns.*|constants.*",
    "put_charter_draft": r"articles|terms(\..*)?",
    "sign_charter": r"signed_by|signed_as",
    "read_tile": r"rooms_min",
    "search_listings": r"near|within_m|bbox|sort|rooms_min",
    "list_audit_events": r"until",
    "export_audit": r"until",
    "search_listings_in_area": r"area\.coordinates|sort|rooms_min",
}
"""Fields whose rules a schema cannot state: personal data in a name, twins, a point outside France, dates, shapes."""
_published: set[str] = set()
_spare: dict[str, list[str]] = {"clients": [], "secrets": [], "invitations": [], "members": KNOWN.get("members", [])}
"""What may be taken away: made by the requests before, or for that."""


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def before_load_schema(_context: Any, document: dict[str, Any]) -> None:
    """Leave one fact of each shape in the lines of batches: all of them are in the bodies for one home or residence.

    Both are read by the same model; the boundary values of seventy facts would be thousands of requests more.
    """
    for line in ("HomeLine", "ResidenceFactsLine"):
        facts = document["components"]["schemas"][line]["properties"]["facts"]["properties"]
        shapes = {json.dumps(_shape(fact), sort_keys=True): name for name, fact in reversed(facts.items())}
        for name in set(facts) - {*shapes.values(), _SHOWER}:
            del facts[name]


def _shape(stated: Any) -> Any:
    """Return a schema without what is said for people, and without the limits of numbers."""
    if isinstance(stated, dict):
        said = {"description", "minimum", "maximum"}
        return {name: _shape(value) for name, value in stated.items() if name not in said}
    return [_shape(each) for each in stated] if isinstance(stated, list) else stated


@schemathesis.hook
def before_call(_context: Any, case: Any, _arguments: Any) -> None:
    """Make a request that is right by the schema right by the rules."""
    name = case.operation.definition.raw["operationId"]
    ref = (case.path_parameters or {}).get("ref")
    _lead_to_own(name, case)
    if name.startswith("delete_") and ref in {KNOWN["residence"], KNOWN["home"], KNOWN["doubted"]}:
        case.path_parameters["ref"] = "another"  # what the others stand on
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, dict) and name in _BODIES:
        case.body = _BODIES[name](dict(case.body))
    if name == "review_position":
        case.path_parameters["ref"] = KNOWN["doubted"]
    _know_the_building(name, ref, case)
    if name == "search_listings":
        case.query = _search(dict(case.query or {}))
    elif name == "read_tile":
        _tile(case)
    elif case.query:
        case.query = {key: value for key, value in case.query.items() if key not in {"cursor", "after", "wait"}}
    if case.meta.phase.name.value == "stateful":
        _let_go_on(name, case)
    for parameter in case.operation.definition.raw.get("parameters", ()):
        _leave_out_what_is_not_its_pattern(case, parameter)


def _know_the_building(name: str, ref: Any, case: Any) -> None:
    if name == "put_residence" and ref == KNOWN["residence"]:
        case.body["buildings"] = [{"ref": KNOWN["building"]}]
    if name == "read_residence_services" and (case.query or {}).get("building"):
        case.query["building"] = KNOWN["building"]


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    """Remember which residences there are, and count what was answered."""
    name = case.operation.definition.raw["operationId"]
    if case.meta is not None and "tally" in KNOWN:
        with Path(KNOWN["tally"]).open("a") as tally:
            print(name, case.meta.phase.name.value, case.meta.generation.mode.value, response.status_code, file=tally)
    if name == "put_residence" and response.status_code in {200, 201}:
        _published.add(response.json()["ref"])
    elif name == "delete_residence" and response.status_code == 204:
        _published.discard(unquote(str(case.path_parameters["ref"])))
    elif response.status_code == 201 and (kept := _MADE.get(name)) is not None:
        made = response.json()
        _spare[kept].append(made["client"]["client_id"] if kept == "clients" else made["id"])


@schemathesis.hook
def filter_failure(_context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Keep every failure but the refusal of a request that breaks a rule which no schema can state.

    A batch is answered with 200 whatever its lines hold: a wrong line is refused by counting it as rejected. A
    list with more than it may hold may be refused for the size of the body.
    """
    name = case.operation.definition.raw["operationId"]
    if isinstance(failure, AcceptedNegativeData) and response.status_code == TOO_LARGE:
        return False
    if isinstance(failure, AcceptedNegativeData) and name.startswith("write_"):
        return int(json.loads(response.content)["rejected"]) == 0
    if isinstance(failure, EnsureResourceAvailability) and name in _LED:
        return False
    if not isinstance(failure, RejectedPositiveData):
        return True
    stated = json.loads(response.content)
    if stated.get("code") in RULES:
        return False
    fields = FIELDS.get(name)
    faults = stated.get("errors", [])
    return not (fields and faults and all(re.fullmatch(fields, fault["field"]) for fault in faults))


@schemathesis.check
def refusal_is_a_problem(_context: Any, response: Any, case: Any) -> None:
    """Whatever is refused below /v1 is refused with a code, a correlation id, and something to do."""
    if response.status_code < 400 or not case.operation.path.startswith("/v1/"):
        return
    stated = json.loads(response.content)
    assert response.headers["content-type"] == ["application/problem+json"]
    assert stated["type"] == f"/problems/{stated['code']}"
    assert [stated["correlation_id"]] == response.headers["x-correlation-id"]
    assert stated.get("remedy") or all(fault["remedy"] for fault in stated["errors"])


def _leave_out_what_is_not_its_pattern(case: Any, parameter: dict[str, Any]) -> None:
    """Leave out a header that is said to be right and is not: where the pattern is too hard, "0" is sent for it."""
    pattern = parameter.get("schema", {}).get("pattern")
    value = (case.headers or {}).get(parameter.get("name"))
    if parameter.get("in") == "header" and pattern and value is not None and not re.search(pattern, str(value)):
        del case.headers[parameter["name"]]


def _residence(given: dict[str, Any]) -> dict[str, Any]:
    given |= {"commune_code": KNOWN["commune"], "territory": given.get("territory") and KNOWN["territory"]}
    given |= {name: given.get(name) and "217500016" for name in ("owner_siren", "manager_siren")}
    for place in (given, *given.get("buildings", ())):
        if place.get("position"):
            place["position"] = KNOWN["position"]
    return given


def _home(given: dict[str, Any]) -> dict[str, Any]:
    if given["residence_ref"] not in _published:
        given["residence_ref"] = KNOWN["residence"]
    given["building_ref"] = given.get("building_ref") and KNOWN["building"]
    if given["building_ref"] and given["residence_ref"] != KNOWN["residence"]:
        given["building_ref"] = None
    if given.get("available_on"):
        given["available_on"] = _within(given["available_on"], "1850-01-01", "2100-01-01")
    _facts(given)
    if int(given["rooms"]) % 2:  # every other one is shared, so that there are listings to read
        given |= {"status": "vacant", "facts": {_SHOWER: {"value": "yes", "date": "2026-03-01"}}}
    return given


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    for fact in (fact for fact in (given.get("facts") or {}).values() if fact):
        fact["date"] = _within(fact["date"], "1850-01-01", today().isoformat())
        if fact.get("until"):
            fact["until"] = max(fact["until"], fact["date"])
    return given


def _outage(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "building_ref": None, "started_at": None, "expected_end": given.get("expected_end") and _END}


def _repair(given: dict[str, Any]) -> dict[str, Any]:
    return {"expected_end": given["expected_end"] and _END, "ended_at": None}


def _adaptations(given: dict[str, Any]) -> dict[str, Any]:
    for one in given["adaptations"]:
        one["delivered_on"] = _within(one["delivered_on"], "1850-01-01", today().isoformat())
    return given


def _conventions(given: dict[str, Any]) -> dict[str, Any]:
    by_holder = {one["quota_holder"]: {**one, "departement": "33"} for one in given["conventions"]}
    for one in by_holder.values():
        one["dated"] = one.get("dated") and _within(one["dated"], "1850-01-01", today().isoformat())
    return {**given, "conventions": list(by_holder.values())}


def _feasible(given: dict[str, Any]) -> dict[str, Any]:
    by_work = {one["work"]: one for one in given["feasible_works"]}
    for one in by_work.values():
        one["stated_on"] = _within(one["stated_on"], "1850-01-01", today().isoformat())
        costs = sorted((one["cost_from_cents"], one["cost_to_cents"]))
        one["cost_from_cents"], one["cost_to_cents"] = costs
    return {**given, "feasible_works": list(by_work.values())}


def _feasible_of_home(given: dict[str, Any]) -> dict[str, Any]:
    works = [one for one in given["feasible_works"] if one["work"] in WORKS_OF["home"]]
    return _feasible({**given, "feasible_works": works})


def _of_home(make: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def line(given: dict[str, Any]) -> dict[str, Any]:
        given.pop("residence_ref", None)
        return make({**given, "home_ref": KNOWN["home"]})

    return line


def _review(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "position": KNOWN["position"] if given["decision"] == "correct" else None}


def _area(given: dict[str, Any]) -> dict[str, Any]:
    given["area"] = KNOWN["area"]
    return _in_order({key: value for key, value in given.items() if (key, value) != ("sort", "distance")})


def _let_go_on(name: str, case: Any) -> None:
    """Leave out invented versions and filters, which would stop most sequences at once."""
    for header in ("if-match", "if-none-match"):
        (case.headers or {}).pop(header, None)
    if name == "search_listings":
        shown = {key: value for key, value in case.query.items() if key in {"limit", "count"}}
        case.query = {**shown, "territory": KNOWN["territory"], "availability": "any", "possible": "true"}
    if name == "search_listings_in_area" and isinstance(case.body, dict):
        case.body = {"area": KNOWN["area"], "territory": KNOWN["territory"], "possible": True}


def _tile(case: Any) -> None:
    """Lead to a tile that there is, with filters where it is filtered."""
    z = int(case.path_parameters["z"])
    case.path_parameters |= {name: int(case.path_parameters[name]) % 2**z for name in "xy"}
    if z < FILTERED_ZOOM:
        case.query = {key: value for key, value in (case.query or {}).items() if key in {"layer", "territory"}}
    case.query = _in_order(dict(case.query or {}))


def _search(query: dict[str, Any]) -> dict[str, Any]:
    query.pop("cursor", None)
    if "near" in query or "within_m" in query:
        query |= {"near": KNOWN["near"], "within_m": query.get("within_m") or 5_000}
        query.pop("bbox", None)
    elif "bbox" in query:
        query["bbox"] = KNOWN["bbox"]
    if query.get("sort") == "distance" and "near" not in query:
        del query["sort"]
    return _in_order(query)


def _in_order(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("territory"):
        given["territory"] = KNOWN["territory"]
    least, most = given.get("rooms_min"), given.get("rooms_max")
    if least and most and int(least) > int(most):
        given["rooms_min"], given["rooms_max"] = most, least
    return given


def _lead_to_own_organisation(name: str, case: Any) -> None:
    if name == "revoke_all_tokens" and isinstance(case.body, dict) and KNOWN["owner"] in map(str, case.body.values()):
        case.body = {"organisation_id": "0badc0de-0bad-4bad-8bad-0badc0de0bad"}  # /v1/whoami told it whose they are
    if name == "ask_offboarding" and case.meta and case.meta.generation.mode.is_positive:
        case.body = {"organisation_id": KNOWN["owner"]}  # it leaves in a week


def _lead_to_own(name: str, case: Any) -> None:
    """Name objects that there are, so that requests reach what is behind; only spare ones are taken away."""
    given = case.path_parameters or {}
    _lead_to_own_organisation(name, case)
    if "client_id" in given:
        spare = _spare["clients"]
        own = KNOWN["key_client"] if name.endswith("_key") else KNOWN["secret_client"]
        given["client_id"] = (spare.pop() if spare else "client-of-nobody") if name == "disable_client" else own
    if name.endswith(("_webhook", "_webhook_deliveries")) and name != "delete_webhook":
        given["name"] = "erp"
    _lead_to_own_works(name, case.operation.path, given)
    _lead_to_own_charter(name, given)
    if name == "compare_charters" and case.query and case.meta and case.meta.generation.mode.is_positive:
        case.query["compared_with"] = 1
    if "kid" in given:
        given["kid"] = KNOWN["key"]["kid"]
    for place, kept in (("secret_id", "secrets"), ("invitation_id", "invitations")):
        if place in given and _spare[kept]:
            given[place] = _spare[kept].pop()
    if name == "change_member":
        given["user_id"] = KNOWN["member"]
    if name == "remove_member" and _spare["members"]:
        given["user_id"] = _spare["members"].pop()


def _lead_to_own_charter(name: str, given: dict[str, Any]) -> None:
    """Have the owner sign what is in force where it takes part, and leave no territory: the listings would go."""
    if name == "withdraw_adhesion":
        given["territory_id"] = "nowhere"
    if name in {"sign_charter", "read_charter", "compare_charters"}:
        given |= {"territory_id": KNOWN["territory"], "version": 1}
    if name in {"list_obligations", "list_behind_score", "list_scores", "read_standing", "list_listing_changes"}:
        given["territory_id"] = KNOWN["territory"]
    if name == "list_scores":
        given["organisation_id"] = KNOWN["owner"]


def _lead_to_own_works(name: str, path: str, given: dict[str, Any]) -> None:
    if name == "erase_transfer_case":
        given["ref"] = secrets.token_hex(16)  # of nobody: what the others read stays
    elif name.endswith("_transfer_case"):
        given["ref"] = KNOWN["closed_case" if name.startswith("close_") else "case"]
    elif name.endswith("_protections"):
        given["ref"] = KNOWN["case"]
    if "proposal_id" in given:
        given["proposal_id"] = KNOWN["proposal" if name == "take_proposal_step" else "moved"]
    if "outage_id" in given:
        given["outage_id"] = KNOWN["outage"]
    if name in {*OF_LISTS, *HISTORIES, "start_lift_outage", "read_home_assessment"}:
        given["ref"] = KNOWN["home" if "/homes/" in path else "residence"]


def _proposal(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "case_ref": KNOWN["case"], "listing_id": KNOWN["listing"]}


def _case(given: dict[str, Any]) -> dict[str, Any]:
    """Return a first entry in the owner's territory; what somebody needs stays, and where does not."""
    need = {key: value for key, value in given["need"].items() if key not in {"communes", "quarters", "places"}}
    given |= {"kind": "first_entry", "home_ref": None, "territory": None, "need": need}
    return given | {"consent": {**given["consent"], "until": KNOWN["consent_until"]}}


def _client(given: dict[str, Any]) -> dict[str, Any]:
    by_key = bool(given.pop("keys", None))
    given |= {"auth_method": "private_key_jwt", "keys": [KNOWN["key"]]} if by_key else {"auth_method": _SECRET}
    return _addresses({**given, "machine": True, "secret_expires_at": _END if given.get("secret_expires_at") else None})


def _addresses(given: dict[str, Any]) -> dict[str, Any]:
    given.pop("jwks_uri", None)
    if given.get("redirect_uris"):
        given["redirect_uris"] = ["https://app.example/callback"]
    return given


def _secret(given: dict[str, Any]) -> dict[str, Any]:
    return {"expires_at": _END} if given.get("expires_at") else given


def _source(given: dict[str, Any]) -> dict[str, Any]:
    given |= {"mapping": None, "format": {"kind": "csv"}}
    if given["kind"] == "pull":
        auth = {"type": "basic", "username": "us", "secret": "x"} if given.get("pull") else {"type": "none"}
        return {**given, "pull": {"url": "https://exports.example/homes.csv", "auth": auth}}
    return {**given, "pull": None, "schedule": None}


def _mapping(given: dict[str, Any]) -> dict[str, Any]:
    return {"columns": [{"from": "NUM", "to": "ref"}], "empty_values": given.get("empty_values", [])}


def _within(day: str, first: str, last: str) -> str:
    return min(max(day, first), last)


_SHOWER: Final = "zero_step_shower"  # what makes a home adapted
_SECRET: Final = "client_secret_basic"  # the name of a method
_END: Final = "2099-01-01T00:00:00Z"
_LED: Final = frozenset({"retire_client_key", "retire_client_secret", "cancel_invitation", "disable_client"})
"""Operations that are led to another object than the one that was just made, which may be gone."""
_MADE: Final = {"create_client": "clients", "add_client_secret": "secrets", "invite_member": "invitations"}
_BODIES: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "put_residence": _residence,
    "put_home": _home,
    "review_position": _review,
    "write_batch": _home,
    "start_lift_outage": _outage,
    "put_lift_outage": _repair,
    "make_proposal": _proposal,
    "put_transfer_case": _case,
    "put_adaptations": _adaptations,
    "put_home_feasible_works": _feasible,
    "put_residence_feasible_works": _feasible,
    "put_reservation_conventions": _conventions,
    "write_adaptations": _of_home(_adaptations),
    "write_feasible_works": _of_home(_feasible_of_home),
    "put_residence_facts": _facts,
    "write_residence_facts": lambda given: {**_facts(given), "ref": KNOWN["residence"]},
    "search_listings_in_area": _area,
    "create_client": _client,
    "change_client": _addresses,
    "add_client_secret": _secret,
    "add_client_key": lambda _given: dict(KNOWN["key"]),
    "put_webhook": lambda given: {**given, "url": "https://hooks.example/fuzz"},
    "replay_webhook": lambda _given: {"since": "2026-03-01T08:00:00Z"},
    "change_member": lambda _given: {"roles": ["landlord_reader"]},
    "sign_charter": lambda given: {**given, "text_sha256": KNOWN["text_sha256"]},
    "put_source": _source,
    "put_mapping": _mapping,
    "invite_member": lambda given: {**given, "email": "somebody@bailleur.example", "role": "landlord_reader"},
}
