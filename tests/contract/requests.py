"""One good request for every operation of the API: what the bad ones are made from."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from registry.assessment.schemas import SIMULATION_EXAMPLE
from registry.charter.schemas.invitations import INVITATION_EXAMPLE
from registry.charter.schemas.versions import DRAFT_EXAMPLE, PROPOSAL_EXAMPLE, SIGNATURE_EXAMPLE
from registry.identity.schemas import KEY_EXAMPLE
from registry.listings.filters import AREA_EXAMPLE
from registry.stock.schemas import HOME_EXAMPLE, RESIDENCE_FACTS_EXAMPLE
from registry.stock.schemas.conventions import EXAMPLE as CONVENTIONS_EXAMPLE
from registry.stock.schemas.works import ADAPTATIONS_EXAMPLE, HOME_FEASIBLE_EXAMPLE, RESIDENCE_FEASIBLE_EXAMPLE
from registry.sync.schemas.mappings import MAPPING_EXAMPLE
from registry.sync.schemas.sources import SOURCE_EXAMPLE
from registry.transfers.schemas.proposals import HELP_EXAMPLE, MOVE_EXAMPLE, STEP_EXAMPLE
from registry.transfers.schemas.vacated import OUTCOME_EXAMPLE
from tests.support.members import Member
from tests.support.territory import Territory
from tests.support.transfers import case

RESIDENCE: Final = "R-12"
HOME: Final = "H-12-1"
SOURCE: Final = "erp"
"""The name of a source, and of a mapping."""
PUBLIC_ID: Final = "00000000-0000-4000-8000-000000000001"
SPARE: Final = "R-13"
"""A residence without homes."""
DOUBTFUL: Final = "R-14"
"""A residence with an address alone, for which a doubtful place was found."""
REPORTED: Final = 2026
"""A year of which a report is published."""

SCOPES: Final = {
    "list_territories": "territories:read",
    "create_territory": "territories:manage",
    "read_territory_definition": "territories:manage",
    "put_territory_definition": "territories:manage",
    "preview_territory_change": "territories:manage",
    "read_territory": "territories:read",
    "list_communes": "territories:read",
    "list_quarters": "territories:read",
    "list_charters": "territories:read",
    "read_charter": "territories:read",
    "compare_charters": "territories:read",
    "read_charter_draft": "charter:manage",
    "put_charter_draft": "charter:manage",
    "delete_charter_draft": "charter:manage",
    "propose_charter": "charter:manage",
    "preview_charter_draft": "charter:manage",
    "read_charter_preview": "charter:manage",
    "enact_charter": "charter:manage",
    "sign_charter": "charter:sign",
    "list_signatures": "territories:read",
    "withdraw_adhesion": "charter:sign",
    "list_adhesions": "charter:manage",
    "admit_adhesion": "charter:manage",
    "refuse_adhesion": "charter:manage",
    "list_landlord_invitations": "charter:manage",
    "invite_landlord": "charter:manage",
    "send_landlord_invitation": "charter:manage",
    "revoke_landlord_invitation": "charter:manage",
    "read_census": "territories:read",
    "read_demand": "territories:read",
    "read_standing": "territories:read",
    "list_behind_score": "stock:read",
    "list_obligations": "territories:read",
    "list_scores": "territories:read",
    "read_accessible_housing": "territories:read",
    "read_transfers_report": "territories:read",
    "list_services": "territories:read",
    "ask_accessible_distances": "territories:read",
    "read_residence_services": "stock:read",
    "put_residence": "stock:write",
    "list_residences": "stock:read",
    "read_residence": "stock:read",
    "delete_residence": "stock:write",
    "list_positions_to_review": "stock:read",
    "list_duplicates": "stock:read",
    "list_assessments": "stock:read",
    "read_assessment": "stock:read",
    "read_home_assessment": "stock:read",
    "list_assessment_history": "stock:read",
    "simulate_assessment": "stock:read",
    "send_file": "stock:write",
    "try_mapping": "stock:read",
    "list_imports": "stock:read",
    "read_import": "stock:read",
    "read_report": "stock:read",
    "read_file": "stock:read",
    "confirm_import": "stock:write",
    "retry_import": "stock:write",
    "review_position": "stock:write",
    "put_home": "stock:write",
    "list_changes": "stock:read",
    "export_homes": "stock:read",
    "export_residences": "stock:read",
    "read_survey_form": "stock:read",
    "export_adaptations": "stock:read",
    "export_feasible_works": "stock:read",
    "export_lift_outages": "stock:read",
    "start_lift_outage": "stock:write",
    "put_lift_outage": "stock:write",
    "read_lift_outage": "stock:read",
    "list_lift_outages": "stock:read",
    "put_adaptations": "stock:write",
    "read_adaptations": "stock:read",
    "put_home_feasible_works": "stock:write",
    "read_home_feasible_works": "stock:read",
    "put_residence_feasible_works": "stock:write",
    "read_residence_feasible_works": "stock:read",
    "put_reservation_conventions": "stock:write",
    "read_reservation_conventions": "stock:read",
    "write_adaptations": "stock:write",
    "write_feasible_works": "stock:write",
    "put_residence_facts": "stock:write",
    "read_residence_facts": "stock:read",
    "write_residence_facts": "stock:write",
    "read_history_of_residence": "stock:read",
    "read_history_of_home": "stock:read",
    "list_status_history": "stock:read",
    "list_homes": "stock:read",
    "read_home": "stock:read",
    "delete_home": "stock:write",
    "write_batch": "stock:write",
    "put_transfer_case": "transfers:write",
    "list_transfer_cases": "cases:read",
    "read_transfer_case": "cases:read",
    "list_matches": "cases:read",
    "close_transfer_case": "transfers:write",
    "erase_transfer_case": "transfers:write",
    "list_territory_cases": "transfers:read",
    "list_transfer_alerts": "cases:read",
    "make_proposal": "transfers:write",
    "list_proposals": "transfers:read",
    "read_proposal": "transfers:read",
    "list_proposal_steps": "transfers:read",
    "take_proposal_step": "transfers:read",
    "read_proposal_address": "transfers:write",
    "read_proposal_help": "transfers:read",
    "put_proposal_help": "transfers:write",
    "read_proposal_move": "cases:read",
    "put_proposal_move": "transfers:write",
    "list_territory_proposals": "transfers:read",
    "read_protections": "cases:read",
    "compute_protections": "cases:read",
    "list_vacated_homes": "transfers:read",
    "list_vacated_homes_of_others": "transfers:read",
    "read_vacated_home": "transfers:read",
    "put_vacated_home_outcome": "transfers:answer",
    "read_vacated_home_sheet": "transfers:answer",
    "read_tenant_sheet": "transfers:write",
    "read_committee_sheet": "transfers:answer",
    "read_vocabulary": "territories:read",
    "list_listing_changes": "listings:read",
    "search_listings": "listings:read",
    "search_listings_in_area": "listings:read",
    "read_listing": "listings:read",
    "read_tile": "listings:read",
    "list_audit_events": "audit:read",
    "verify_audit": "audit:read",
    "export_audit": "audit:read",
    "put_source": "stock:write",
    "list_sources": "stock:read",
    "read_source": "stock:read",
    "delete_source": "stock:write",
    "put_mapping": "stock:write",
    "list_mappings": "stock:read",
    "read_mapping": "stock:read",
    "list_clients": "organisation:read",
    "create_client": "organisation:manage",
    "read_client": "organisation:read",
    "change_client": "organisation:manage",
    "disable_client": "organisation:manage",
    "add_client_secret": "organisation:manage",
    "retire_client_secret": "organisation:manage",
    "add_client_key": "organisation:manage",
    "retire_client_key": "organisation:manage",
    "list_members": "organisation:read",
    "change_member": "organisation:manage",
    "remove_member": "organisation:manage",
    "list_invitations": "organisation:read",
    "invite_member": "organisation:manage",
    "cancel_invitation": "organisation:manage",
    "revoke_all_tokens": "organisation:manage",
    "read_organisation": "organisation:read",
    "ask_offboarding": "organisation:manage",
    "read_offboarding": "organisation:read",
    "cancel_offboarding": "organisation:manage",
    "list_webhooks": "organisation:read",
    "read_webhook": "organisation:read",
    "put_webhook": "organisation:manage",
    "delete_webhook": "organisation:manage",
    "test_webhook": "organisation:manage",
    "replay_webhook": "organisation:manage",
    "list_webhook_deliveries": "organisation:read",
}
"""Every operation of the API and the one scope it needs. The names are what generated clients call."""
FOR_ANYBODY: Final = ("read_whoami",)
"""Operations that every valid token may call."""
ALSO: Final = {"list_matches": ("listings:read",), "list_vacated_homes_of_others": ("listings:read",)}
"""Further scopes that an operation asks for."""
OPERATIONS: Final = (*SCOPES, *FOR_ANYBODY)
LISTS: Final = (
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
    "list_residences",
    "list_homes",
    "list_sources",
    "list_mappings",
    "list_positions_to_review",
    "list_duplicates",
    "list_lift_outages",
    "list_transfer_cases",
    "list_territory_cases",
    "list_transfer_alerts",
    "list_proposals",
    "list_proposal_steps",
    "list_territory_proposals",
    "list_vacated_homes",
    "list_vacated_homes_of_others",
    "list_assessments",
    "list_assessment_history",
    "list_status_history",
    "list_imports",
    "search_listings",
    "list_clients",
    "list_members",
    "list_invitations",
    "list_webhooks",
    "list_webhook_deliveries",
    "list_audit_events",
)
REPEATABLE: Final = (
    "put_residence", "review_position", "put_home", "search_listings_in_area", "create_client", "change_client",
    "add_client_key", "change_member", "invite_member", "put_webhook", "replay_webhook", "put_source", "put_mapping",
    "put_lift_outage", "put_adaptations", "put_home_feasible_works", "put_residence_feasible_works",
    "put_residence_facts", "simulate_assessment", "put_charter_draft", "sign_charter", "put_territory_definition",
    "preview_territory_change", "invite_landlord", "put_transfer_case", "put_proposal_help", "put_proposal_move",
    "put_vacated_home_outcome", "compute_protections", "put_reservation_conventions",
)  # fmt: skip
JSON_BODIES: Final = (
    *REPEATABLE, "propose_charter", "add_client_secret", "revoke_all_tokens", "ask_offboarding", "start_lift_outage",
    "create_territory", "close_transfer_case", "make_proposal", "take_proposal_step",
)  # fmt: skip
BATCHES: Final = ("write_batch", "write_adaptations", "write_feasible_works", "write_residence_facts")
BODIES: Final = (*JSON_BODIES, *BATCHES)
OF_LISTS: Final = (
    "put_adaptations", "read_adaptations", "put_home_feasible_works", "read_home_feasible_works",
    "put_residence_feasible_works", "read_residence_feasible_works", "put_residence_facts", "read_residence_facts",
)  # fmt: skip
"""Operations on a list of a home or residence; its address ends in the list's name."""
HISTORIES: Final = ("read_history_of_residence", "read_history_of_home", "list_status_history")
BY_REF: Final = (
    "put_residence", "read_residence", "delete_residence", "review_position", "put_home", "read_home", "delete_home",
    *OF_LISTS, *HISTORIES, "start_lift_outage", "read_home_assessment",
)  # fmt: skip
CONDITIONAL: Final = (
    "put_residence", "delete_residence", "review_position", "put_home", "delete_home", "change_client",
    "disable_client", "change_member",
    "remove_member", "put_lift_outage", "put_adaptations", "put_home_feasible_works", "put_residence_feasible_works",
    "put_residence_facts", "put_charter_draft", "delete_charter_draft", "propose_charter",
    "put_territory_definition", "put_transfer_case", "close_transfer_case", "erase_transfer_case",
    "put_vacated_home_outcome", "put_reservation_conventions",
)  # fmt: skip


INVITED: Final = "732829320"
INVITED_TOO: Final = "542051180"
"""The SIREN of landlords that were invited."""
NOBODY: Final = "00000000-0000-0000-0000-000000000000"
CASE, CLOSED_CASE, SPARE_CASE, SHEET_CASE = (
    f"{number}c5e1d7a93b84f26e0d1a7c45b9f823{number}" for number in range(4)
)  # fmt: skip
"""References of transfer cases, as a landlord draws them; of the spare one there is none."""
WEBHOOK: Final = {"url": "https://hooks.example/x", "events": ["import.failed"]}


@dataclass
class Place:
    """A territory where two landlords have signed; ``owner`` has a residence with one home, and a spare residence."""

    client: httpx.AsyncClient
    territory: Territory
    owner: Member
    other: Member
    expired: dict[str, str]
    """The owner's headers with a token whose time is over."""
    listing: str = ""
    own: dict[str, str] = field(default_factory=dict)
    """Of the owner's own affairs: ids of a client by secret, of one by key, of a secret, a member, an invitation."""

    @property
    def residence(self) -> dict[str, Any]:
        return {
            "name": "Les Tilleuls", "commune_code": self.territory.communes[0], "position": self.territory.point(),
            "buildings": [{"ref": "B1", "levels": 6}],
        }  # fmt: skip


@dataclass(frozen=True)
class Good:
    """A request that succeeds. ``body`` is JSON, ``lines`` NDJSON."""

    operation: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    lines: list[Any] | None = None
    by_coordinator: bool = False

    @property
    def content(self) -> tuple[bytes | None, str | None]:
        """The body as it is sent, and its type."""
        if self.lines is not None:
            return b"\n".join(json.dumps(line).encode() for line in self.lines), "application/x-ndjson"
        return (json.dumps(self.body).encode(), "application/json") if self.body is not None else (None, None)

    async def send(self, place: Place, *, headers: dict[str, Any] | None = None, **changes: Any) -> httpx.Response:
        """Send it as the owner or coordinator; ``changes`` are httpx's own, ``headers`` overrule."""
        content, media_type = self.content
        given: dict[str, Any] = {
            **(place.territory.coordinator if self.by_coordinator else place.owner).headers,
            **({"Content-Type": media_type} if media_type else {}),
            **(headers or {}),
        }
        given = {name: value for name, value in given.items() if value is not None}
        path = changes.pop("path", self.path)
        sent = {"params": self.query, "content": content, **changes}
        return await place.client.request(self.method, path, headers=given, **sent)


def good_requests(place: Place) -> dict[str, Good]:
    """Return a good request for every operation below /v1, by operation id."""
    here = f"/v1/territories/{place.territory.slug}"
    near = {"near": f"{place.territory.lon},{place.territory.lat}", "within_m": 5000}
    home = {**HOME_EXAMPLE, "residence_ref": RESIDENCE}
    lon, lat = place.territory.lon, place.territory.lat
    ring = [[lon - 0.02, lat - 0.02], [lon + 0.02, lat - 0.02], [lon, lat + 0.02], [lon - 0.02, lat - 0.02]]
    area = {**AREA_EXAMPLE, "area": {"type": "Polygon", "coordinates": [ring]}}
    clients, own = "/v1/organisation/clients", place.own
    by_secret, by_key = (f"{clients}/{own.get(name, name)}" for name in ("by_secret", "by_key"))
    member = f"/v1/organisation/members/{own.get('member', PUBLIC_ID)}"
    invitations = "/v1/organisation/invitations"
    webhook = "/v1/organisation/webhooks/erp"
    composition = {"communes": place.territory.communes}
    outage = f"/v1/lift-outages/{own.get('outage', NOBODY)}"
    proposal, moved = (f"/v1/proposals/{own.get(name, NOBODY)}" for name in ("proposal", "moved"))
    vacated = f"/v1/vacated-homes/{own.get('vacated', NOBODY)}"
    sheets = f"/v1/proposals/{own.get('sheets', NOBODY)}"
    found = (
        Good("read_whoami", "GET", "/v1/whoami"),
        Good("list_clients", "GET", clients),
        Good("create_client", "POST", clients, body={"name": "ERP", "scopes": ["stock:read"]}),
        Good("read_client", "GET", by_key),
        Good("change_client", "PUT", by_secret, body={"name": "ERP", "scopes": ["stock:read"]}),
        Good("disable_client", "DELETE", by_secret),
        Good("add_client_secret", "POST", f"{by_secret}/secrets", body={}),
        Good("retire_client_secret", "DELETE", f"{by_secret}/secrets/{own.get('secret', PUBLIC_ID)}"),
        Good("add_client_key", "POST", f"{by_key}/keys", body=KEY_EXAMPLE),
        Good("retire_client_key", "DELETE", f"{by_key}/keys/{KEY_EXAMPLE['kid']}"),
        Good("list_members", "GET", "/v1/organisation/members"),
        Good("change_member", "PUT", member, body={"roles": ["landlord_reader"]}),
        Good("remove_member", "DELETE", member),
        Good("list_invitations", "GET", invitations),
        Good("invite_member", "POST", invitations, body={"email": "a@bailleur.example", "role": "landlord_reader"}),
        Good("cancel_invitation", "DELETE", f"{invitations}/{own.get('invitation', PUBLIC_ID)}"),
        Good("list_webhooks", "GET", "/v1/organisation/webhooks"),
        Good("put_webhook", "PUT", f"{webhook}-2", body=WEBHOOK),
        Good("read_webhook", "GET", webhook),
        Good("test_webhook", "POST", f"{webhook}/test"),
        Good("replay_webhook", "POST", f"{webhook}/replay", body={"since": "2026-03-01T08:00:00Z"}),
        Good("list_webhook_deliveries", "GET", f"{webhook}/deliveries"),
        Good("delete_webhook", "DELETE", f"{webhook}-spare"),
        Good("read_organisation", "GET", "/v1/organisation"),
        Good("ask_offboarding", "POST", "/v1/organisation/offboarding", body={"organisation_id": str(place.owner.id)}),
        Good("read_offboarding", "GET", "/v1/organisation/offboarding"),
        Good("cancel_offboarding", "DELETE", "/v1/organisation/offboarding"),
        Good("revoke_all_tokens", "POST", "/v1/organisation:revoke-all", body={"organisation_id": str(place.owner.id)}),
        Good("list_territories", "GET", "/v1/territories"),
        Good("read_territory", "GET", here),
        Good(
            "create_territory",
            "POST",
            "/v1/territories",
            body={"id": f"new-{place.territory.slug}", "name": "Val de Garonne", "composition": composition},
            by_coordinator=True,
        ),
        Good("read_territory_definition", "GET", f"{here}/definition", by_coordinator=True),
        Good(
            "put_territory_definition",
            "PUT",
            f"{here}/definition",
            body={"name": place.territory.slug, "composition": composition},
            by_coordinator=True,
        ),
        Good("preview_territory_change", "POST", f"{here}/definition/preview", body=composition, by_coordinator=True),
        Good("list_charters", "GET", f"{here}/charters"),
        Good("read_charter", "GET", f"{here}/charters/1"),
        Good("compare_charters", "GET", f"{here}/charters/1/comparison", {"compared_with": 1}),
        Good("read_charter_draft", "GET", f"{here}/charters/draft", by_coordinator=True),
        Good("put_charter_draft", "PUT", f"{here}/charters/draft", body=DRAFT_EXAMPLE, by_coordinator=True),
        Good("delete_charter_draft", "DELETE", f"{here}/charters/draft", by_coordinator=True),
        Good("propose_charter", "POST", f"{here}/charters/draft/propose", body=PROPOSAL_EXAMPLE, by_coordinator=True),
        Good("preview_charter_draft", "POST", f"{here}/charters/draft/preview", by_coordinator=True),
        Good("read_charter_preview", "GET", f"{here}/charters/draft/preview", by_coordinator=True),
        Good("enact_charter", "POST", f"{here}/charters/1/enact", by_coordinator=True),
        Good(
            "sign_charter",
            "PUT",
            f"{here}/charters/1/signature",
            body={**SIGNATURE_EXAMPLE, "text_sha256": own.get("text_sha256", "0" * 64)},
        ),
        Good("list_signatures", "GET", f"{here}/signatures"),
        Good("withdraw_adhesion", "DELETE", "/v1/territories/nowhere/adhesion"),  # the owner's is needed
        Good("list_adhesions", "GET", f"{here}/adhesions", by_coordinator=True),
        Good("admit_adhesion", "POST", f"{here}/adhesions/{place.owner.id}/admit", by_coordinator=True),
        Good("refuse_adhesion", "POST", f"{here}/adhesions/{own.get('waiting', NOBODY)}/refuse", by_coordinator=True),
        Good("list_landlord_invitations", "GET", f"{here}/invitations", by_coordinator=True),
        Good("invite_landlord", "PUT", f"{here}/invitations/552100554", body=INVITATION_EXAMPLE, by_coordinator=True),
        Good("send_landlord_invitation", "POST", f"{here}/invitations/{INVITED}/send", by_coordinator=True),
        Good("revoke_landlord_invitation", "DELETE", f"{here}/invitations/{INVITED_TOO}", by_coordinator=True),
        Good("read_census", "GET", f"{here}/census", by_coordinator=True),
        Good("read_demand", "GET", f"{here}/demand"),
        Good("read_standing", "GET", f"{here}/standing"),
        Good("list_behind_score", "GET", f"{here}/standing/completeness"),
        Good("list_obligations", "GET", f"{here}/obligations"),
        Good("list_scores", "GET", f"{here}/obligations/{place.owner.id}"),
        Good("read_accessible_housing", "GET", f"{here}/reports/accessible-housing/{REPORTED}"),
        Good("read_transfers_report", "GET", f"{here}/reports/transfers/{REPORTED}"),
        Good("list_communes", "GET", f"{here}/communes"),
        Good("list_listing_changes", "GET", f"{here}/changes"),
        Good("list_audit_events", "GET", "/v1/audit/events", query={"action": "stock:"}),
        Good("verify_audit", "GET", "/v1/audit/verification"),
        Good("export_audit", "GET", "/v1/audit/export"),
        Good("export_homes", "GET", "/v1/exports/homes"),
        Good("export_residences", "GET", "/v1/exports/residences"),
        Good("read_survey_form", "GET", "/v1/residence-facts/form", query={"section": ["path"], "labels": "fr"}),
        Good("export_adaptations", "GET", "/v1/exports/adaptations"),
        Good("export_feasible_works", "GET", "/v1/exports/feasible-works"),
        Good("export_lift_outages", "GET", "/v1/exports/lift-outages"),
        Good("start_lift_outage", "POST", f"/v1/residences/{SPARE}/lift-outages", body={"lift": "ASC-1"}),
        Good("put_lift_outage", "PUT", outage, body={"expected_end": "2999-03-04T18:00:00+01:00", "ended_at": None}),
        Good("read_lift_outage", "GET", outage),
        Good("list_lift_outages", "GET", "/v1/lift-outages", {"open": "true"}),
        Good("put_adaptations", "PUT", f"/v1/homes/{HOME}/adaptations", body=ADAPTATIONS_EXAMPLE),
        Good("read_adaptations", "GET", f"/v1/homes/{HOME}/adaptations"),
        Good("put_home_feasible_works", "PUT", f"/v1/homes/{HOME}/feasible-works", body=HOME_FEASIBLE_EXAMPLE),
        Good("read_home_feasible_works", "GET", f"/v1/homes/{HOME}/feasible-works"),
        Good(
            "put_residence_feasible_works",
            "PUT",
            f"/v1/residences/{RESIDENCE}/feasible-works",
            body=RESIDENCE_FEASIBLE_EXAMPLE,
        ),
        Good("read_residence_feasible_works", "GET", f"/v1/residences/{RESIDENCE}/feasible-works"),
        Good("put_reservation_conventions", "PUT", "/v1/reservation-conventions", body=CONVENTIONS_EXAMPLE),
        Good("read_reservation_conventions", "GET", "/v1/reservation-conventions"),
        Good("write_adaptations", "POST", "/v1/adaptations/batch", lines=[{"home_ref": HOME, **ADAPTATIONS_EXAMPLE}]),
        Good(
            "write_feasible_works",
            "POST",
            "/v1/feasible-works/batch",
            lines=[{"residence_ref": RESIDENCE, **RESIDENCE_FEASIBLE_EXAMPLE}],
        ),
        Good("put_residence_facts", "PUT", f"/v1/residences/{RESIDENCE}/facts", body=RESIDENCE_FACTS_EXAMPLE),
        Good("read_residence_facts", "GET", f"/v1/residences/{RESIDENCE}/facts"),
        Good(
            "write_residence_facts",
            "POST",
            "/v1/residence-facts/batch",
            lines=[{"ref": RESIDENCE, **RESIDENCE_FACTS_EXAMPLE}],
        ),
        Good("read_history_of_residence", "GET", f"/v1/residences/{RESIDENCE}/facts/history", {"code": "path_slope"}),
        Good("read_history_of_home", "GET", f"/v1/homes/{HOME}/facts/history", {"code": "lift"}),
        Good("list_status_history", "GET", f"/v1/homes/{HOME}/status/history"),
        Good("list_changes", "GET", "/v1/changes"),
        Good("list_quarters", "GET", f"{here}/quarters"),
        Good("put_residence", "PUT", f"/v1/residences/{RESIDENCE}", body=place.residence),
        Good("list_residences", "GET", "/v1/residences"),
        Good("read_residence", "GET", f"/v1/residences/{RESIDENCE}"),
        Good("delete_residence", "DELETE", f"/v1/residences/{SPARE}"),
        Good("list_duplicates", "GET", "/v1/duplicates"),
        Good("list_assessments", "GET", "/v1/assessments"),
        Good("read_assessment", "GET", f"/v1/residences/{RESIDENCE}/assessment"),
        Good("read_home_assessment", "GET", f"/v1/homes/{HOME}/assessment"),
        Good("list_assessment_history", "GET", f"/v1/residences/{RESIDENCE}/assessment/history"),
        Good("simulate_assessment", "POST", f"/v1/residences/{RESIDENCE}/assessment/simulate", body=SIMULATION_EXAMPLE),
        Good("list_positions_to_review", "GET", "/v1/positions-to-review"),
        Good("review_position", "PUT", f"/v1/positions-to-review/{DOUBTFUL}", body={"decision": "refuse"}),
        Good("put_home", "PUT", f"/v1/homes/{HOME}", body=home),
        Good("list_homes", "GET", "/v1/homes", {"status": "vacant"}),
        Good("read_home", "GET", f"/v1/homes/{HOME}"),
        Good("delete_home", "DELETE", "/v1/homes/H-spare"),
        Good("write_batch", "POST", "/v1/homes:batch", lines=[{"ref": HOME, **home}]),
        Good("send_file", "POST", "/v1/imports", {"dry_run": "true"}, lines=[{"ref": HOME, **home}]),
        Good("list_imports", "GET", "/v1/imports"),
        Good("read_import", "GET", f"/v1/imports/{own.get('import', NOBODY)}"),
        Good("read_report", "GET", f"/v1/imports/{own.get('import', NOBODY)}/report"),
        Good("read_file", "GET", f"/v1/imports/{own.get('import', NOBODY)}/file"),
        Good("confirm_import", "POST", f"/v1/imports/{own.get('waiting', NOBODY)}/confirm"),
        Good("retry_import", "POST", f"/v1/imports/{own.get('failed', NOBODY)}/retry"),
        Good("try_mapping", "POST", f"/v1/mappings/{SOURCE}/try", lines=[{"NUM_LOGEMENT": "H1"}]),
        Good("put_source", "PUT", f"/v1/sources/{SOURCE}", body=SOURCE_EXAMPLE),
        Good("list_sources", "GET", "/v1/sources"),
        Good("read_source", "GET", f"/v1/sources/{SOURCE}"),
        Good("delete_source", "DELETE", "/v1/sources/spare"),
        Good("put_mapping", "PUT", f"/v1/mappings/{SOURCE}", body=MAPPING_EXAMPLE),
        Good("list_mappings", "GET", "/v1/mappings"),
        Good("read_mapping", "GET", f"/v1/mappings/{SOURCE}"),
        Good("put_transfer_case", "PUT", f"/v1/transfer-cases/{CASE}", body=case(home_ref=HOME)),
        Good("list_transfer_cases", "GET", "/v1/transfer-cases", {"state": "open"}),
        Good("read_transfer_case", "GET", f"/v1/transfer-cases/{CASE}"),
        Good("list_matches", "GET", f"/v1/transfer-cases/{CASE}/matches"),
        Good("close_transfer_case", "POST", f"/v1/transfer-cases/{CLOSED_CASE}/close", body={"reason": "moved"}),
        Good("erase_transfer_case", "DELETE", f"/v1/transfer-cases/{SPARE_CASE}"),
        Good("list_territory_cases", "GET", f"{here}/transfer-cases", by_coordinator=True),
        Good("list_transfer_alerts", "GET", "/v1/transfer-alerts"),
        Good("make_proposal", "POST", "/v1/proposals", body={"case_ref": CASE, "listing_id": place.listing}),
        Good("list_proposals", "GET", "/v1/proposals", {"side": "origin"}),
        Good("read_proposal", "GET", proposal),
        Good("list_proposal_steps", "GET", f"{proposal}/steps"),
        Good("take_proposal_step", "POST", f"{proposal}/steps", body=STEP_EXAMPLE),
        Good("read_proposal_address", "GET", f"{moved}/address"),
        Good("read_proposal_help", "GET", f"{moved}/help"),
        Good("put_proposal_help", "PUT", f"{moved}/help", body=HELP_EXAMPLE),
        Good("read_proposal_move", "GET", f"{moved}/move"),
        Good("put_proposal_move", "PUT", f"{moved}/move", body=MOVE_EXAMPLE),
        Good("list_territory_proposals", "GET", f"{here}/proposals", by_coordinator=True),
        Good("read_protections", "GET", f"/v1/transfer-cases/{CASE}/protections"),
        Good("compute_protections", "POST", f"/v1/transfer-cases/{CASE}/protections", body={"over_65": "yes"}),
        Good("list_vacated_homes", "GET", "/v1/vacated-homes", {"state": "asked"}),
        Good("list_vacated_homes_of_others", "GET", "/v1/vacated-homes/others"),
        Good("read_vacated_home", "GET", vacated),
        Good("put_vacated_home_outcome", "PUT", f"{vacated}/outcome", body=OUTCOME_EXAMPLE),
        Good("read_vacated_home_sheet", "GET", f"{vacated}/committee-sheet"),
        Good("read_tenant_sheet", "GET", f"{sheets}/tenant-sheet"),
        Good("read_committee_sheet", "GET", f"{sheets}/committee-sheet"),
        Good("read_vocabulary", "GET", "/v1/vocabulary"),
        Good("list_services", "GET", "/v1/services", {"near": "-2.0842,47.651"}),
        Good(
            "read_residence_services",
            "GET",
            f"/v1/residences/{RESIDENCE}/services",
            {"profile": "senior", "building": "B1"},
        ),
        Good(
            "ask_accessible_distances",
            "POST",
            "/v1/accessible-distances",
            body={"from": {"lon": -2.0842, "lat": 47.651}, "to": {"lon": -2.0852, "lat": 47.651}, "profile": "walking"},
        ),
        Good("search_listings", "GET", "/v1/listings", near),
        Good("search_listings_in_area", "POST", "/v1/listings/search", body=area),
        Good("read_listing", "GET", f"/v1/listings/{place.listing}"),
        Good("read_tile", "GET", "/v1/tiles/0/0/0.mvt"),
    )
    return {good.operation: good for good in found}
