"""Requests that must be refused, one line each: what is changed in a good one, and how it is refused."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from tests.contract.requests import BATCHES, CONDITIONAL, INVITED, NOBODY, RESIDENCE, SPARE_CASE
from tests.support.stock import fact
from tests.support.transfers import case


@dataclass(frozen=True)
class Bad:
    """A request that must be refused: the changes to a good one, and the refusal."""

    operation: str
    code: str
    status: int = 400
    at: str | None = None
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    path: str | None = None
    headers: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = self.query or self.body or self.path or self.headers
        return f"{self.operation} {said!s:.60}"


def query(
    name: str, *values: Any, operation: str = "search_listings", code: str = "query-invalid", **more: Any
) -> list[Bad]:
    return [Bad(operation, code, at=name, query={name: value, **more}) for value in values]


def body(operation: str, name: str, *values: Any, code: str = "input-invalid", at: str | None = None) -> list[Bad]:
    return [Bad(operation, code, 422, at or name, body={name: value}) for value in values]


def ring(*corners: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(corners)]}


SQUARE: Final = ([0, 44], [0.1, 44], [0.1, 44.1], [0, 44.1], [0, 44])
HOLE: Final = [[0.02, 44.02], [0.03, 44.02], [0.03, 44.03], [0.02, 44.02]]
DEEP: Final = json.loads("[" * 600 + "]" * 600)
HUGE: Final = 10**30
NAN: Final = float("nan")

_CONVENTION: Final[dict[str, Any]] = {"departement": "33", "quota_holder": "3"}
_BARS: Final[dict[str, Any]] = {"work": "grab_bars", "delivered_on": "2026-03-01"}
_DOORS: Final[dict[str, Any]] = {
    "work": "widen_front_door", "cost_from_cents": 1_000, "cost_to_cents": 1_500, "stated_on": "2026-03-01",
}  # fmt: skip
NO_ID: Final = "00000000-0000-4000-8000-000000000000"
_CONSENT: Final = case()["consent"]
_PHARMACY: Final[dict[str, Any]] = {"family": "pharmacy", "lon": -0.58, "lat": 44.84, "within_m": 300}
_RAMP: Final[dict[str, Any]] = {**_DOORS, "work": "outdoor_ramp"}

_TERMS: Final[dict[str, tuple[Any, ...]]] = {
    "k": (10, "12", 11.5, True, HUGE), "completeness_floor_percent": (-1, 101),
    "examined_floor_percent": (-1, 101, "5"), "relet_floor_percent": (-5, 105, 7), "answer_days": (0, 91),
    "hold_days": (0, 181), "case_retention_months": (0, 25), "unsigned": ("fined", None),
    "comparisons_daily": (-1, 1_001, "5"), "matching_weights": ([], 5),
    "unsigned_grace_days": (6, 366), "colour": (1,), "index_grid": ("x",), "shared_features": ([],),
    "shared_class_min": (0, 7, "4"),
}  # fmt: skip
"""What no term of a charter is."""
_ARTICLE: Final[dict[str, Any]] = {"code": "1", "title": {"fr": "x", "en": "x"}, "text": {"fr": "x", "en": "x"}}
_FACTS: Final[tuple[tuple[str, str, tuple[Any, ...]], ...]] = (
    ("diagnosis", "", (fact(), None)),
    ("zero_step_shower", "", (fact(), None)),  # of a home alone
    ("lift", "", ("yes", [])),
    ("lift", ".value", (fact(3), fact("maybe"), {"value": True, "date": "2026-03-01"})),
    ("stair_handrails", ".value", (fact("yes"), fact(2))),
    ("path_slope", ".value", (fact("yes"), fact(-1), fact(HUGE))),
    ("lift", ".date", (fact(date="2999-01-01"), fact(date="1849-12-31"), fact(date="2026-02-29"))),
    ("lift", ".until", ({**fact(), "until": "1900-01-01"}, {**fact(), "until": "x"}, {**fact(), "until": 0})),
    ("lift", ".source", ({**fact(), "source": "rumour"}, {**fact(), "source": None})),
    ("lift", ".note", ({**fact(), "note": "x"},)),
    ("lift", ".evidence", tuple({**fact(), "evidence": value} for value in (
        "", "x" * 101, "a\nb", "jeanne@example.org", "06 12 34 56 78", 3))),
)  # fmt: skip
"""What no fact of a residence is: its code, where it is wrong, the values."""

BAD: Final[list[Bad]] = [
    # coordinates
    *query("near", "nan,nan", "NaN,44", "inf,44", "-0.5,Infinity", "1e1,44", "0x1,44", "0,5;44", "-0.5", "-0.5,44,1",
           ",", "", "a,b", "-0.5 ,44", "+0.5,44", "1_0,44", "181,44", "-0.5,91", "-0.5,85.1", "9" * 400 + ",44",
           "٣,44", "-0.5,44\x00", within_m=1000),
    *query("near", "44.84,-0.58", within_m=1000),  # latitude first
    *query("within_m", 0, -1, 30_001, HUGE, "1e3", "10.5", "", "nan", "-0x1", "1000m", near="-0.5,44"),
    *query("within_m", "99999999999999999999999999999999", "9" * 5000, near="-0.5,44"),
    Bad("search_listings", "query-invalid", at="within_m", query={"near": "-0.5,44", "within_m": None}),
    Bad("search_listings", "query-invalid", at="near", query={"near": None, "within_m": 100}),
    *query("bbox", "0,44,0.1", "0,44,0.1,44.1,1", "0.1,44,0,44.1", "0,44.1,0.1,44", "0,44,0,44.1", "nan,44,1,45",
           "0,44,inf,45", "-180,-85,180,85", "0,44,1e-1,44.1", "44,0,44.1,0.1", "0,44,0.1,91",
           near=None, within_m=None),
    Bad("search_listings", "query-invalid", at="bbox", query={"bbox": "0,44,0.1,44.1"}),  # beside near
    # other filters
    *query("sort", "distance", near=None, within_m=None),
    *query("sort", "price", "", "rent,freshness", "RENT"),
    *query("limit", 0, 51, -1, HUGE, "ten", "", "1e1", "٣"),
    *query("rooms_min", 0, 10, "2.5", "two"),
    *query("rooms_min", 5, rooms_max=2),
    *query("area_min", 0, 1001), *query("rent_max", -1, 10_000_001, HUGE), *query("floor_max", -1, 101),
    *query("fresh_days", 0, 3651, HUGE),
    *query("lift", "false", "maybe", "", "2"), *query("step_free", "false"), *query("possible", "perhaps", ""),
    *query("count", "yes!"), *query("availability", "tomorrow", "NOW", ""),
    *query("available_before", "2026-13", "2026-00", "2026-1", "0000-01", "9999-12", "2026-01-01", "26-01", "2026‐01"),
    *query("territory", "nowhere", "../etc", "é", code="filter-invalid"),
    *query("territory", "", "x" * 101, "a\x00b", "a\nb"),
    *query("epci", "12345678", "1234567890", "abcdefghi", "١٢٣٤٥٦٧٨٩"),
    *query("quarter", "", "a\x00:b"),
    *[Bad("search_listings", "query-invalid", at="commune.0", query={"commune": value})
      for value in ("1234", "123456", "ABCDE1", "3306é", "2a004", "")],
    Bad("search_listings", "query-invalid", at="commune", query={"commune": ["33063"] * 51}),
    Bad("search_listings", "query-invalid", at="feature", query={"feature": ["lift"] * 32}),
    Bad("search_listings", "query-invalid", at="feature.0", query={"feature": "diagnosis"}),
    *[Bad("search_listings", "query-invalid", at="landlord.0", query={"landlord": value})
      for value in ("-" * 36, "x", "0" * 36, "{00000000-0000-4000-8000-000000000000}", "")],
    *query("updated_after", "2026-03-01", "2026-03-01T08:00:00", "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
           "1700000000", "yesterday", "2026-03-01T25:00:00Z", "2026-03-01T08:00:00+99:00", operation="list_homes"),
    *query("status", "sold", "", operation="list_homes"), *query("sort", "price", "", "--rent", operation="list_homes"),
    *[Bad("read_survey_form", "query-invalid", at="section.0", query={"section": value}) for value in ("doors", "")],
    Bad("read_survey_form", "query-invalid", at="section", query={"section": ["path"] * 9}),
    *query("labels", "de", "", operation="read_survey_form"),
    *query("prefilled", "perhaps", "", operation="read_survey_form"),
    *query("limit", 0, 51, HUGE, operation="list_listing_changes"), *query("limit", 0, 1001, operation="list_changes"),
    *query("wait", -1, 31, "x", HUGE, operation="list_changes"),
    *query("limit", 0, 1001, HUGE, operation="list_homes"), *query("limit", 0, 1001, operation="list_residences"),
    *query("residence_ref", "", "x" * 101, "a\x00b", "..", operation="list_homes"),
    # the audit
    *[bad for operation in ("list_audit_events", "export_audit") for bad in (
        *query("action", "", "STOCK", "a:b:c:d", "x" * 101, "a\x00", operation=operation),
        *query("actor", "", "x" * 201, "a\x00b", operation=operation),
        *query("subject", "", "x" * 201, operation=operation),
        *query("since", "2026-03-01", "yesterday", operation=operation),
        *query("until", "2026-03-01T08:00:00Z", since="2026-04-01T08:00:00Z", operation=operation))],
    *query("limit", 0, 1001, HUGE, operation="list_audit_events"),
    *query("after", -1, HUGE, "x", "", operation="verify_audit"),
    # polygons
    *[Bad("search_listings_in_area", "input-invalid", 422, at, body={"area": area}) for at, area in (
        ("area.coordinates", ring([0, 44], [0.1, 44.1], [0.1, 44], [0, 44.1], [0, 44])),  # crosses itself
        ("area.coordinates", ring([0, 44], [0.1, 44], [0.1, 44.1], [0, 44.1])),  # open
        ("area.coordinates", ring([0, 44], [0.1, 44], [0, 44])),  # two corners
        ("area.coordinates", ring()),
        ("area.coordinates", ring([0, 44], [5, 44], [5, 49], [0, 49], [0, 44])),  # huge
        ("area.coordinates", ring([-179, 44], [179, 44], [179, 44.1], [-179, 44])),
        ("area.coordinates", ring(*([0.0001 * n, 44] for n in range(501)), [0, 44.1], [0, 44])),  # too many corners
        ("area.coordinates", ring([44, 0], [44.1, 0], [44.1, 0.1], [44, 0])),  # latitude first
        ("area.coordinates", ring([0, 91], [0.1, 91], [0.1, 91.1], [0, 91])),
        ("area.coordinates", {"type": "Polygon", "coordinates": [list(SQUARE), HOLE]}),
        ("area.coordinates", {"type": "Polygon", "coordinates": []}),
        ("area.coordinates.0.0.0", {"type": "Polygon", "coordinates": DEEP}),
        ("area.coordinates", {"type": "Polygon", "coordinates": "here"}),
        ("area.coordinates.0.0.0", ring(["0", 44], *SQUARE[1:4], ["0", 44])),
        ("area.coordinates.0.0.1", ring([0, None], *SQUARE[1:])),
        ("area.coordinates.0.0", ring([0, 44, 1, 2], *SQUARE[1:])),
        ("area.type", {"type": "MultiPolygon", "coordinates": [list(SQUARE)]}),
        ("area.crs", {**ring(*SQUARE), "crs": "EPSG:2154"}),
        ("area.type", {"coordinates": [list(SQUARE)]}),
        ("area", None), ("area", []), ("area", "POLYGON((0 44))"),
    )],
    *body("search_listings_in_area", "rooms_min", "2", True, 2.5, 0, HUGE, [2]),
    *body("search_listings_in_area", "lift", "true", 1, False), *body("search_listings_in_area", "near", "-0.5,44"),
    *body("search_listings_in_area", "sort", "distance"), *body("search_listings_in_area", "unknown", 1),
    # residences
    *body("put_residence", "position", {"lon": 44.84, "lat": -0.58}, {"lon": 0, "lat": 0}, "here", [0, 44]),
    *body("put_residence", "position", {"lon": 181, "lat": 44}, {"lon": "0", "lat": 44}, {"lon": None, "lat": 44},
          {"lon": True, "lat": 44}, at="position.lon"),
    *body("put_residence", "position", {"lon": 0, "lat": 91}, {"lon": 0}, at="position.lat"),
    *body("put_residence", "position", {"lon": 0, "lat": 44, "alt": 3}, at="position.alt"),
    *body("put_residence", "commune_code", "", "3306", "33 63", 33063, None, "٣٣٠٦٣"),
    *body("put_residence", "commune_code", "99999", "2A999", code="commune-unknown"),
    *body("put_residence", "territory", "nowhere", code="territory-unknown"),
    *body("put_residence", "territory", "", "../x", "a\x00b", "É"),
    *body("put_residence", "name", "", "x" * 201, "a\x00b", "a\nb", "\u202e", 3, {},
          "jeanne@example.org", "06 12 34 56 78"),
    *body("put_residence", "postcode", "3300", "330000", "ABCDE", 33000),
    *body("put_residence", "construction_year", 0, 1599, 2101, "1974", 1974.5, HUGE, True),
    *body("put_residence", "declared_homes", -1, 100_001, "48", 48.5, HUGE, True),
    *body("put_residence", "in_priority_quarter", "yes", 1, "true"),
    *body("put_residence", "owner_siren", "217500017", "21750001", "217 500 016", 217500016, ""),
    *body("put_residence", "manager_siren", "552081318", "Commune de Redon", []),
    *body("put_residence", "housing_form", "castle", None, 1),
    *body("put_residence", "equipment", "garden", {"garden": True}),
    *body("put_residence", "equipment", ["pool"], at="equipment.0"),
    *body("put_residence", "equipment", ["garden"] * 21),
    *body("put_residence", "buildings", [{"ref": "B"}, {"ref": "B"}], {}, "B"),
    *body("put_residence", "buildings", [{"ref": ""}], [{"ref": "x" * 101}], [{}], [{"ref": ".."}],
          at="buildings.0.ref"),
    *body("put_residence", "buildings", [{"ref": "B", "levels": 0}], [{"ref": "B", "levels": HUGE}],
          at="buildings.0.levels"),
    *body("put_residence", "buildings", [{"ref": f"B{n}"} for n in range(501)]),
    *body("put_residence", "rnb_id", "", "a b", "x" * 61, "é"), *body("put_residence", "unknown", 1, DEEP, "\x00"),
    # homes
    *body("put_home", "residence_ref", "nobody's", code="residence-unknown"),
    *body("put_home", "building_ref", "nobody's", code="building-unknown"),
    *body("put_home", "residence_ref", "", "x" * 101, "a\x00b", "a/../b", ".", 12, None),
    *body("put_home", "typology", "T10", "t2", 2, None), *body("put_home", "status", "sold", "", None, []),
    *body("put_home", "rooms", 0, 21, "2", 2.5, HUGE, -HUGE, True, None, 1e300),
    *body("put_home", "area_m2", 4.99, 1000.01, "47.5", HUGE, True, -0.0),
    *body("put_home", "floor", -6, 61, "ground", 0.5), *body("put_home", "rent_cents", -1, 10_000_001, "412,50", 0.1),
    *body("put_home", "available_on", "0000-01-01", "9999-12-31", "1849-12-31", "2026-02-29", "01/03/2026", "2026-3-1",
          "2026-03-01T00:00:00", 0, 1_700_000_000, True, ""),
    *body("put_home", "financing", "PLUS", 13), *body("put_home", "energy_label", "H", "a"),
    *body("put_home", "rpls_id", "\x00", "", "x" * 61),
    *body("put_home", "facts", [], "lift", None), *body("put_home", "facts", {"diagnosis": None}, at="facts.diagnosis"),
    *body("put_home", "facts", {"lift": "yes"}, {"lift": []}, at="facts.lift"),
    *body("put_home", "facts", {"lift": fact("maybe")}, {"lift": fact(3)},
          {"lift": {"value": True, "date": "2026-03-01"}}, at="facts.lift.value"),
    *body("put_home", "facts", {"steps_to_door": fact("yes")}, {"steps_to_door": fact(401)},
          {"steps_to_door": fact(-1)}, {"steps_to_door": fact(HUGE)}, {"steps_to_door": fact(2.5)},  # type: ignore[arg-type]
          at="facts.steps_to_door.value"),
    *body("put_home", "facts", {"path_slope": fact(4)}, at="facts.path_slope"),
    *body("put_home", "facts", {"lift": fact(date="2999-01-01")}, {"lift": fact(date="0001-01-01")},
          {"lift": fact(date="9999-12-31")}, {"lift": fact(date="0000-00-00")}, at="facts.lift.date"),
    *body("put_home", "facts", {"lift": {**fact(), "note": "x"}}, at="facts.lift.note"),
    *body("put_home", "facts", {"zero_step_shower": fact(), "shower_tray_height": fact(10)},
          at="facts.zero_step_shower"),
    *body("put_home", "facts", {"all_rooms_wheelchair": fact(), "turning_space": fact("no")},
          {"all_rooms_wheelchair": fact(), "interior_door_width": fact(70)}, at="facts.all_rooms_wheelchair"),
    # lifts and works
    *body("start_lift_outage", "building_ref", "nobody's", code="building-unknown"),
    *query("building", "", "x" * 101, "..", operation="read_residence_services"),
    Bad("read_residence_services", "building-unknown", 422, "building", query={"building": "nobody's"}),
    *body("start_lift_outage", "building_ref", "", "..", 3), *body("start_lift_outage", "source", "neighbour", None),
    *body("start_lift_outage", "lift", "", "x" * 21, "a b", "é", 3, "0612345678"),
    *body("start_lift_outage", "started_at", "2999-01-01T00:00:00Z", code="lift-outage-in-future"),
    *body("start_lift_outage", "started_at", "2026-03-01", "2026-03-01T08:00:00", "yesterday", 0, True, ""),
    *body("start_lift_outage", "expected_end", "2020-01-01T00:00:00Z", code="lift-outage-ends-before-it-starts"),
    *body("start_lift_outage", "ended_at", "2020-01-01T00:00:00Z"),
    *body("put_lift_outage", "ended_at", "2999-01-01T00:00:00Z", code="lift-outage-in-future"),
    *body("put_lift_outage", "ended_at", "2020-01-01T00:00:00Z", code="lift-outage-ends-before-it-starts"),
    *body("put_lift_outage", "ended_at", "2026-02-30T00:00:00Z", 1, ""), *body("put_lift_outage", "started_at", None),
    *[Bad(name, "lift-outage-not-found", 404, path="/v1/lift-outages/00000000-0000-4000-8000-000000000000")
      for name in ("put_lift_outage", "read_lift_outage")],
    *query("open", "1", "yes", "", "TRUE", operation="list_lift_outages"),
    *query("residence_ref", "", "x" * 101, "..", operation="list_lift_outages"),
    *query("limit", 0, 1001, HUGE, operation="list_lift_outages"),
    *body("put_adaptations", "adaptations", None, {}, "x", [{**_BARS}] * 101),
    *[Bad("put_adaptations", "input-invalid", 422, f"adaptations.0.{name}",
          body={"adaptations": [{**_BARS, name: value}]})
      for name, values in {
          "work": ("", "pool", _RAMP["work"], None, 3),
          "delivered_on": ("2999-01-01", "1849-12-31", "2026-02-29", 0, None),
          "cost_cents": (-1, "12", 0.5, HUGE, True), "funder": ("bank", 3), "removable": ("yes", 1, None),
          "life_span_years": (0, 101, 2.5, "20"), "unknown": (1,),
          "evidence_ref": ("", "x" * 101, "a\nb", "jeanne@example.org", "06 12 34 56 78"),
      }.items() for value in values],
    *[Bad(name, "input-invalid", 422, f"feasible_works.0.{field}", body={"feasible_works": [{**works, field: value}]})
      for name, works, other in (
          ("put_home_feasible_works", _DOORS, _RAMP), ("put_residence_feasible_works", _RAMP, _DOORS),
      ) for field, values in {
          "work": ("pool", other["work"], None), "cost_from_cents": (-1, 2_000, "1", None),
          "cost_to_cents": (HUGE, None, True),
          "source": ("rumour", None), "stated_on": ("2999-01-01", "1849-12-31", 0, None),
          "before_entry": ("yes", 1, None),
      }.items() for value in values],
    *body("put_home_feasible_works", "feasible_works", [_DOORS] * 2),
    *body("put_reservation_conventions", "conventions", None, {}, [_CONVENTION] * 2, [_CONVENTION] * 201),
    *[Bad("put_reservation_conventions", "input-invalid", 422, f"conventions.0.{name}",
          body={"conventions": [{**_CONVENTION, name: value}]})
      for name, values in {
          "departement": ("2C", "6", "33000", None, 33), "quota_holder": ("7", "8", "employers", None, 3),
          "own_transfers": ("yes", 1), "others_transfers": ("no", 0), "dated": ("2999-01-01", "20/11/2023", 0),
          "unknown": (1,),
      }.items() for value in values],
    Bad("put_reservation_conventions", "departement-unknown", 422, "conventions.0.departement",
        body={"conventions": [{**_CONVENTION, "departement": "00"}]}),
    # transfer cases
    *body("put_transfer_case", "home_ref", "nobody's", code="home-unknown"),
    *body("put_transfer_case", "home_ref", "", "..", 3, "x" * 101),
    *body("put_transfer_case", "territory", "elsewhere", code="territory-unknown"),
    *body("put_transfer_case", "kind", "exchange", None, 1), *body("put_transfer_case", "ground", "old", "", 1),
    *body("put_transfer_case", "deadline", "2050-01-01", "2026-02-30", 1), *body("put_transfer_case", "name", "x"),
    *[Bad("put_transfer_case", "input-invalid", 422, f"need.{name}", body={"need": {name: value}})
      for name, values in {
          "aid_indoors": ("crutch", None, 1), "steps_passable": (-1, 41, "2", 1.5, True), "door_width_cm": (59, 121),
          "residents": (0, 16, None), "rent_max_cents": (-1, HUGE, "450"), "grab_bars": ("yes", 1, None),
          "diagnosis": ("x",), "communes": ("33063",), "lived": ("always",), "visiting_children": (11,),
      }.items() for value in values],
    Bad("put_transfer_case", "input-invalid", 422, "need.communes.0", body={"need": {"communes": ["1"]}}),
    *[Bad("put_transfer_case", "case-area-unknown", 422, f"need.{name}.0", body={"need": {name: [value]}})
      for name, value in (("communes", "99999"), ("quarters", "iris:Mme Dupont"))],
    *[Bad("put_transfer_case", "input-invalid", 422, at, body={"need": {"places": [{**_PHARMACY, **place}]}})
      for place, at in (
          ({"lon": 200}, "need.places.0.lon"), ({"lon": 47.2, "lat": -1.5}, "need.places.0"),
          ({"within_m": 5_000}, "need.places.0.within_m"), ({"family": "pub"}, "need.places.0.family"),
      )],
    *[Bad("put_transfer_case", "input-invalid", 422, f"consent.{name}", body={"consent": {**_CONSENT, name: value}})
      for name, values in {
          "basis": ("tacit", None), "version": ("", "x" * 41, "a b", "0612345678", 1),
          "until": ("2020-01-01", "2999-01-01", "2026-02-30", 1, None), "signed_by": ("Mme Dupont",),
      }.items() for value in values],
    *body("close_transfer_case", "reason", "", "tired", None, 1), *body("close_transfer_case", "comment", "x"),
    *[Bad(name, "case-reference-weak", at="ref", path=f"/v1/transfer-cases/{ref}{end}")
      for name, end in (
          ("put_transfer_case", ""), ("read_transfer_case", ""), ("erase_transfer_case", ""),
          ("close_transfer_case", "/close"), ("list_matches", "/matches"),
      ) for ref in ("1", "20261127000000000000000000000001", "Dupont-Marie-2026-11-27-x", "x" * 40, "%C3%A9" * 22)],
    *[Bad(name, "case-not-found", 404, path=f"/v1/transfer-cases/{SPARE_CASE}{end}")
      for name, end in (("read_transfer_case", ""), ("close_transfer_case", "/close"), ("list_matches", "/matches"))],
    *query("limit", 0, 51, "many", operation="list_matches"), *query("beyond", "1", "", operation="list_matches"),
    *query("state", "", "all", "OPEN", operation="list_transfer_cases"),
    *[Bad(name, "case-reference-weak", at="ref", path="/v1/transfer-cases/1/protections")
      for name in ("read_protections", "compute_protections")],
    *[Bad(name, "case-not-found", 404, path=f"/v1/transfer-cases/{SPARE_CASE}/protections")
      for name in ("read_protections", "compute_protections")],
    *body("compute_protections", "over_65", True, None, "", "oui"), *body("compute_protections", "age", 70),
    *body("compute_protections", "tense_area", False, None, "", "A bis"),
    *query("state", "", "open", "ASKED", operation="list_vacated_homes"),
    *query("limit", 0, 1001, HUGE, operation="list_vacated_homes"),
    *query("limit", 0, 51, HUGE, operation="list_vacated_homes_of_others"),
    *query("limit", 0, 1001, HUGE, operation="list_status_history"),
    *[Bad(name, "vacated-home-not-found", 404, path=f"/v1/vacated-homes/{NO_ID}{end}")
      for name, end in (("read_vacated_home", ""), ("put_vacated_home_outcome", "/outcome"),
                        ("read_vacated_home_sheet", "/committee-sheet"))],
    *[Bad(name, "proposal-not-found", 404, path=f"/v1/proposals/{NO_ID}/{end}")
      for name, end in (("read_tenant_sheet", "tenant-sheet"), ("read_committee_sheet", "committee-sheet"))],
    *body("put_vacated_home_outcome", "examined", "yes", None, 1),
    *body("put_vacated_home_outcome", "outcome", "sold", "", None, 1),
    *body("put_vacated_home_outcome", "loss", "urgency", "x", 1),
    *body("put_vacated_home_outcome", "under_occupied", "yes", 1), *body("put_vacated_home_outcome", "why", "x"),
    *body("put_vacated_home_outcome", "outcome", "large_home_to_family", code="large-home-expected"),
    *body("put_vacated_home_outcome", "outcome", "tenant_stayed", code="vacancy-ongoing"),
    *query("ground", "", "age", operation="list_territory_cases"),
    # proposals
    *body("make_proposal", "case_ref", "", 3, None, "x" * 101),
    Bad("make_proposal", "case-not-found", 404, "case_ref", body={"case_ref": SPARE_CASE}),
    *body("make_proposal", "listing_id", "x", None, 1), *body("make_proposal", "tenant", "x"),
    Bad("make_proposal", "listing-not-found", 404, "listing_id",
        body={"listing_id": "00000000-0000-4000-8000-000000000000"}),
    *body("take_proposal_step", "action", "lapse", "end", "", None, 1),
    *body("take_proposal_step", "reason", "She", "", 1), *body("take_proposal_step", "comment", "x"),
    *body("take_proposal_step", "reason", None, "cost", code="reason-invalid"),
    Bad("take_proposal_step", "step-impossible", 409, "action", body={"action": "lease", "reason": None}),
    Bad("take_proposal_step", "version-changed", 412, "If-Match", headers={"If-Match": '"7"'}),
    *[Bad("put_proposal_help", "input-invalid", 422, f"help.0.{name}",
          body={"help": [{"kind": "removal", name: value}]})
      for name, values in {"planned_cents": (-1, "1", HUGE), "planned_on": ("2026-02-30", 1), "note": ("x",)}.items()
      for value in values],
    *body("put_proposal_help", "help", [{"kind": "removal"}] * 2, None, {}),
    *body("put_proposal_move", "rooms_after", 0, 16, 1.5), *body("put_proposal_move", "area_after_m2", 4, 1_000, "x"),
    *body("put_proposal_move", "moved_on", "2999-01-01", "soon", 1),
    *body("put_proposal_move", "moved_on", "2019-01-01", code="move-before-proposal"),
    *[Bad(name, "proposal-not-found", 404, path=f"/v1/proposals/00000000-0000-4000-8000-000000000000{end}")
      for name, end in (("read_proposal", ""), ("list_proposal_steps", "/steps"), ("take_proposal_step", "/steps"),
                        ("read_proposal_address", "/address"), ("read_proposal_help", "/help"),
                        ("put_proposal_help", "/help"))],
    *query("side", "", "both", operation="list_proposals"), *query("state", "", "open", operation="list_proposals"),
    *query("limit", 0, 101, operation="list_territory_proposals"),
    *query("limit", 0, 1001, HUGE, operation="list_transfer_alerts"),
    # facts of residences
    *body("put_residence_facts", "facts", {"lift": fact("no"), "lift_standard": fact()}, at="facts.lift_standard"),
    *body("put_residence_facts", "facts", None, [], "x", {}),
    *[Bad("put_residence_facts", "input-invalid", 422, f"facts.{code}{end}", body={"facts": {code: given}})
      for code, end, values in _FACTS for given in values],
    *body("put_residence_facts", "unknown", 1),
    # what is supposed of a residence
    *body("simulate_assessment", "works", None, {}, ["rest_bench"] * 51),
    *body("simulate_assessment", "works", ["pool"], ["grab_bars"], [3], [None], at="works.0"),
    *[Bad("simulate_assessment", "input-invalid", 422, f"facts.{code}", body={"facts": {code: value}})
      for code, value in (
          ("diagnosis", "yes"), ("grab_bars", "yes"), ("lift", "maybe"), ("lift", True), ("lift", None),
          ("path_width", 3), ("path_width", HUGE), ("stair_handrails", "yes"),
      )],
    *body("simulate_assessment", "facts", {"lift": "no", "lift_serves_all": "yes"}, at="facts.lift_serves_all"),
    Bad("simulate_assessment", "input-invalid", 422, "works.0",
        body={"works": ["lift_extension"], "facts": {"lift": "no"}}),
    *body("simulate_assessment", "adapted_homes", -1, 100_001, "1", 0.5, None),
    *[Bad("put_home", "input-invalid", 422, "facts.lift.until", body={"facts": {"lift": {**fact(), "until": value}}})
      for value in ("1900-01-01", "2026-02-30", 0)],
    *[Bad("put_home", "input-invalid", 422, "facts.lift.evidence",
          body={"facts": {"lift": {**fact(), "evidence": value}}}) for value in ("", "jeanne@example.org")],
    *[each for name in ("read_history_of_residence", "read_history_of_home")
      for each in query("code", "", "x" * 61, "Lift", "elevator", "a b", "é", "a\x00b", operation=name)],
    # other people's
    Bad("read_listing", "listing-not-found", 404, path="/v1/listings/00000000-0000-4000-8000-000000000000"),
    *[Bad("read_listing", "route-not-found", 404, "path", path=f"/v1/listings/{value}")
      for value in ("x", "1", "00000000-0000-4000-8000-00000000000g", "%00", "..%2Fhomes")],
    # tiles
    *[Bad("read_tile", "query-invalid", at=at, path=f"/v1/tiles/{path}.mvt")
      for at, path in (("z", "19/0/0"), ("z", "-1/0/0"), ("x", "3/a/0"), ("x", "18/262144/0"), ("y", "3/0/1.5"))],
    *[Bad("read_tile", "tile-outside", at=at, path=f"/v1/tiles/{path}.mvt")
      for at, path in (("x", "0/1/0"), ("y", "3/0/8"))],
    Bad("read_tile", "route-not-found", 404, "path", path="/v1/tiles/0/0/0.png"),
    *[Bad("read_tile", "query-invalid", at="layer.0", query={"layer": value}) for value in ("roads", "")],
    *query("near", "-0.5,44", operation="read_tile", code="parameter-unknown"),
    *query("class_min", 7, operation="read_tile"), *query("class_min", 5, operation="read_tile", code="filter-invalid"),
    Bad("read_tile", "query-invalid", at="if-none-match", headers={"If-None-Match": "x"}),
    *[Bad(name, "territory-not-visible", 404, path=f"/v1/territories/nowhere{end}")
      for name, end in (("read_territory", ""), ("list_communes", "/communes"), ("list_quarters", "/quarters"),
                        ("list_listing_changes", "/changes"))],
    *[Bad("read_territory", "query-invalid", at="territory_id", path=f"/v1/territories/{value}")
      for value in ("a%00b", "A", "%C3%A9", "x" * 61, "%20")],
    *[Bad(name, "territory-not-visible", 404, path=f"/v1/territories/nowhere/definition{end}")
      for name, end in (("read_territory_definition", ""), ("put_territory_definition", ""),
                        ("preview_territory_change", "/preview"))],
    *[each for name in ("list_communes", "list_quarters")
      for each in query("q", "", "x" * 101, "a\x00", operation=name)],
    *body("create_territory", "id", "", "A", "a--b", "-a", "é", "x" * 61, 1, None),
    *body("create_territory", "name", "", "x" * 201, "a\nb", 3, None), *body("create_territory", "unknown", 1),
    *body("create_territory", "composition", None, [], "33063"),
    *body("create_territory", "composition", {}, code="territory-empty"),
    *[Bad("preview_territory_change", code, 422, at, body=given) for given, code, at in (
        ({"communes": ["3306"]}, "input-invalid", "communes.0"), ({"communes": "33063"}, "input-invalid", "communes"),
        ({"communes": ["ZZZZZ"]}, "input-invalid", "communes.0"),
        ({"communes": ["00000"]}, "commune-unknown", "composition.communes"),
        ({"epcis": ["24330031"]}, "input-invalid", "epcis.0"),
        ({"epcis": ["000000000"]}, "epci-unknown", "composition.epcis"),
        ({"departements": ["2C"]}, "input-invalid", "departements.0"),
        ({"departements": ["00"]}, "departement-unknown", "composition.departements"),
        ({"regions": ["75"]}, "input-invalid", "regions"))],
    *[Bad("preview_territory_change", "input-invalid", 422, at, body={"outline": outline}) for outline, at in (
        ({"type": "Point", "coordinates": [0, 45]}, "outline.type"), ({"type": "Polygon"}, "outline.coordinates"),
        ({"type": "Polygon", "coordinates": []}, "outline.coordinates"),
        ({"type": "Polygon", "coordinates": [[[0, 45], [1, 45], [0, 45]]]}, "outline.coordinates"),
        ({"type": "Polygon", "coordinates": [[[0, 45], [1, 45], [1, 46], [0, 46]]]}, "outline.coordinates"),
        ({"type": "Polygon", "coordinates": [[[0, 45], [181, 45], [1, 46], [0, 45]]]}, "outline.coordinates"),
        ({"type": "MultiPolygon", "coordinates": [[[0, 45], [1, 45], [1, 46], [0, 45]]]}, "outline.coordinates"))],
    Bad("preview_territory_change", "outline-invalid", 422, "composition.outline",
        body={"outline": {"type": "Polygon", "coordinates": [[[0, 45], [1, 46], [1, 45], [0, 46], [0, 45]]]}}),
    # demand
    Bad("read_demand", "territory-not-visible", 404, path="/v1/territories/nowhere/demand"),
    Bad("read_demand", "demand-not-counted", 404, query={"month": "2001-01"}),
    *query("month", "", "2026", "2026-13", "2026-1", "202601", "x", operation="read_demand"),
    # reports
    *[each
      for name, kind in (("read_accessible_housing", "accessible-housing"), ("read_transfers_report", "transfers"))
      for each in (
          *[Bad(name, "query-invalid", at="year", path=f"/v1/territories/nowhere/reports/{kind}/{year}")
            for year in (1999, 2201, "2026.5", "x")],
          Bad(name, "territory-not-visible", 404, path=f"/v1/territories/nowhere/reports/{kind}/2026"),
          Bad(name, "report-not-published", 404, query={"edition": 999_999}),
          *query("edition", 0, -1, HUGE, "one", "", "1.5", operation=name))],
    # charters
    *[Bad(name, "territory-not-visible", 404, path=f"/v1/territories/nowhere{end}")
      for name, end in (("list_charters", "/charters"), ("read_charter", "/charters/1"),
                        ("compare_charters", "/charters/1/comparison"), ("read_charter_draft", "/charters/draft"),
                        ("delete_charter_draft", "/charters/draft"), ("enact_charter", "/charters/1/enact"),
                        ("put_charter_draft", "/charters/draft"), ("propose_charter", "/charters/draft/propose"),
                        ("preview_charter_draft", "/charters/draft/preview"),
                        ("read_charter_preview", "/charters/draft/preview"),
                        ("sign_charter", "/charters/1/signature"), ("list_signatures", "/signatures"),
                        ("withdraw_adhesion", "/adhesion"), ("list_adhesions", "/adhesions"),
                        ("admit_adhesion", f"/adhesions/{NOBODY}/admit"),
                        ("refuse_adhesion", f"/adhesions/{NOBODY}/refuse"),
                        ("list_landlord_invitations", "/invitations"), ("invite_landlord", f"/invitations/{INVITED}"),
                        ("send_landlord_invitation", f"/invitations/{INVITED}/send"),
                        ("revoke_landlord_invitation", f"/invitations/{INVITED}"),
                        ("refuse_adhesion", f"/adhesions/{NOBODY}/refuse"), ("read_standing", "/standing"),
                        ("list_behind_score", "/standing/census"), ("list_obligations", "/obligations"),
                        ("list_scores", f"/obligations/{NOBODY}"))],
    *query("compared_with", 0, -1, HUGE, "one", "", "1.5", operation="compare_charters"),
    Bad("compare_charters", "charter-version-not-found", 404, "version", query={"compared_with": 999_999}),
    *body("put_charter_draft", "based_on", 0, "1", True, 1.5, HUGE), *body("put_charter_draft", "unknown", 1),
    *body("put_charter_draft", "based_on", 999_999, code="base-version-unknown"),
    Bad("put_charter_draft", "feature-not-of-version", 422, "terms.shared_features",
        body={"terms": {"vocabulary_version": "2026.1", "shared_features": ["evolutive"]}}),
    *body("put_charter_draft", "articles", {}, "x", [_ARTICLE] * 2, [_ARTICLE] * 201),
    *[Bad("put_charter_draft", "input-invalid", 422, f"articles.0.{at}",
          body={"articles": [{**_ARTICLE, at.split(".")[0]: value}]}) for at, value in (
        ("code", ""), ("code", "1..2"), ("code", "é"), ("code", "x" * 21), ("code", 1), ("title", "x"),
        ("title.en", {"fr": "x"}), ("title.fr", {"fr": "a\nb", "en": "x"}), ("text.fr", {"fr": "a\x00b", "en": "x"}),
        ("text.en", {"fr": "x", "en": "x" * 20_001}), ("terms.0", ["colour"]), ("terms", "k"), ("more", 1),
        ("part", "annex"), ("part", None))],
    *[Bad("put_charter_draft", "input-invalid", 422, f"terms.{name}", body={"terms": {name: value}})
      for name, values in _TERMS.items() for value in values],
    *[Bad("put_charter_draft", "input-invalid", 422, f"terms.matching_weights.{name}",
          body={"terms": {"matching_weights": {name: points}}}) for name, points in (("rent", 101), ("luck", 1))],
    *[Bad("put_charter_draft", "input-invalid", 422, f"terms.index_grid.{at}", body={"terms": {"index_grid": grid}})
      for at, grid in (
          ("weights", {"weights": {"L": 1.0}}), ("weights.L", {"weights": {"L": "0.3"}}),
          ("grades.A", {"grades": {"A": "80"}}), ("target_share", {"target_share": True}),
          ("knock_outs.0.label.fr", {"knock_outs": [{"code": "x", "label": {"fr": "a\x00", "en": "x"}, "cap": "D",
                                                     "when": [{"subject": "lift", "state": "no"}]}]}))],
    *body("propose_charter", "reply_by", "2999-02-30", "31/03/2999", 0, None, ""),
    *body("propose_charter", "reply_by", "2020-01-01", code="reply-date-past"), *body("propose_charter", "unknown", 1),
    Bad("enact_charter", "charter-not-proposed", 409, "version"),
    *[Bad(f"{verb}_adhesion", "query-invalid", at="organisation_id", path=f"/v1/territories/nowhere/adhesions/x/{verb}")
      for verb in ("admit", "refuse")],
    *[Bad(name, "query-invalid", at="siren", path=f"/v1/territories/nowhere/invitations/{siren}{end}")
      for name, end in (("invite_landlord", ""), ("send_landlord_invitation", "/send"),
                        ("revoke_landlord_invitation", ""))
      for siren in ("1", "73282932", "7328293200", "73282932A", "٧٣٢٨٢٩٣٢٠")],
    *body("invite_landlord", "name", "", " ", "x" * 201, "a\nb", "a\x00b", 3, None, {}),
    *body("invite_landlord", "email", "", "x", "a@b", "a b@c.fr", "@c.fr", "x" * 250 + "@c.fr", 3, None, ["a@b.fr"]),
    *body("invite_landlord", "email", "a..b@c.fr", code="email-invalid"), *body("invite_landlord", "unknown", 1),
    *body("sign_charter", "text_sha256", "", "x", "0" * 63, "F" * 64, 3, None),
    *body("sign_charter", "text_sha256", "0" * 64, code="text-hash-mismatch"),
    *[each for name in ("signed_by", "signed_as")
      for each in body("sign_charter", name, "", " ", "x" * 201, "a\nb", "a\x00b", 3, None, {})],
    # positions to review
    *body("review_position", "decision", "maybe", "", None, 1, ["accept"]), *body("review_position", "unknown", 1),
    *body("review_position", "position", {"lon": 2.35, "lat": 48.85}),  # refused, and yet placed
    *[Bad("review_position", code, 422, at, body={"decision": "correct", "position": position})
      for position, code, at in (
          (None, "input-invalid", "position"), ({"lon": 0, "lat": 0}, "input-invalid", "position"),
          ({"lon": 2.35}, "input-invalid", "position.lat"),
          ({"lon": 2.35, "lat": 48.85}, "position-outside-commune", "position"))],
    Bad("review_position", "position-not-waiting", 404, path=f"/v1/positions-to-review/{RESIDENCE}"),
    Bad("review_position", "position-not-waiting", 404, path="/v1/positions-to-review/unknown"),
    # headers
    *[Bad(name, "query-invalid", at="if-match", headers={"If-Match": value})
      for name in CONDITIONAL for value in ("1", '"1', "W/1", '"a" "b"', b'"\xe9', "", "*, *", '"x"' * 100)],
    *[Bad(name, "version-changed", 412, "If-Match", headers={"If-Match": value})
      for name in CONDITIONAL if name != "delete_home" for value in ('"999"', 'W/"999"', '"a", "b"', '""')],
    Bad("put_home", "version-changed", 412, "If-None-Match", headers={"If-None-Match": "*"}),
    *[Bad(name, "idempotency-key-invalid", at="Idempotency-Key", headers={"Idempotency-Key": value})
      for name in (*BATCHES, "start_lift_outage") for value in ("", "a b", "x" * 129, "é".encode(), "\x7f")],
]  # fmt: skip


GOOD_AFTER_ALL: Final = [
    Bad("search_listings", "", 200, query={"near": "-0,-0", "within_m": 1}),
    Bad("search_listings", "", 200, query={"near": "-0.0,44.00000000000000000", "within_m": 30_000}),
    Bad("search_listings", "", 200, query={"feature": ["lift", "lift"], "commune": ["2A004", "2A004"]}),
    Bad("search_listings_in_area", "", 200, body={"area": ring(*([*corner, 12.5] for corner in SQUARE))}),  # 3D
    Bad("search_listings_in_area", "", 200, body={"rooms_min": 2.0}),
    Bad("put_home", "", 200, body={"rooms": 2.0, "area_m2": 47.499999, "floor": -0.0}),
    Bad("put_residence", "", 200, body={"name": "Résidence « L’Orée »\u202f: 木"}),
    Bad("list_homes", "", 200, query={"updated_after": "0001-01-01T00:00:00+14:00"}),
    Bad("list_homes", "", 200, query={"updated_after": "0272-09-04T17:55:40.518986-21:06"}),
    Bad("list_homes", "", 200, query={"updated_after": "0001-01-01T00:00:00+23:59"}),
    Bad("list_homes", "", 200, query={"updated_after": "9999-12-31T23:59:59-23:59"}),
    Bad("list_homes", "", 200, query={"updated_after": "9999-12-31T23:59:59.999999-14:00"}),
]
