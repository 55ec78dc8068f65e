"""What every route answers to everybody, for every state of the object: one cell each, all of them stated.

To add a route, write its section in :data:`TABLE` (a line ``METHOD /path`` as in the OpenAPI document, below it one
line for each state of the object, with a cell for each actor) and, in ``requests.py``, the request of each state.

The states are the *owner's* objects: "shared" is a home of the owner that is listed, and the cell of ``member`` says
what another landlord gets that asks for it by its reference. Cells name an :class:`Outcome` of :data:`OUTCOMES`.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

ACTORS: Final = (
    "owner", "member", "outsider", "lapsed", "coordinator", "far", "partner",
    "narrow", "stopped", "revoked", "expired", "garbage", "anonymous",
)  # fmt: skip
"""``far`` coordinates the other territory; for the others see ``world.py``. The last six have no valid token."""


@dataclass(frozen=True)
class Outcome:
    """What a cell stands for.

    Attributes:
        status: The HTTP status.
        code: The problem's code (``error`` at the token endpoint); the path that a redirect leads to.
        sees: What is in a search, a list, the report of a batch or an introspection.
    """

    status: int
    code: str | None = None
    sees: str | None = None


OUTCOMES: Final = {
    "ok": Outcome(200),
    "new": Outcome(201),
    "gone": Outcome(204),
    "empty": Outcome(204),  # a tile on which nothing is for the caller
    # Searches: exactly these listings. Lists of stock: all that is the caller's own, a part of it, nothing.
    "here": Outcome(200, sees="here"),
    "there": Outcome(200, sees="there"),
    "owners": Outcome(200, sees="owners"),
    "own": Outcome(200, sees="own"),
    "some": Outcome(200, sees="some"),
    "none": Outcome(200, sees="nothing"),
    # Batches: what became of the line.
    "wrote": Outcome(200, sees="created"),
    "chang": Outcome(200, sees="updated"),
    "reject": Outcome(200, sees="rejected"),
    # Introspection: the token is the client's own and good, or nothing more is said.
    "activ": Outcome(200, sees="active"),
    "inact": Outcome(200, sees="inactive"),
    # Pages: they know browsers' sessions and look at no bearer token.
    "page": Outcome(200),
    "go": Outcome(303, "/account/sign-in"),
    "badreq": Outcome(400),
    "form": Outcome(403),
    "lost": Outcome(404),
    # Who are you?
    "anon": Outcome(401, "token-missing"),
    "token": Outcome(401, "token-invalid"),
    "client": Outcome(401, "invalid_client"),
    "scope": Outcome(403, "scope-missing"),
    "sign": Outcome(403, "adhesion-required"),
    # Nothing is there: one answer, whether it exists for somebody else or for nobody.
    "home?": Outcome(404, "home-not-found"),
    "resid?": Outcome(404, "residence-not-found"),
    "taken": Outcome(202),
    "imp?": Outcome(404, "import-not-found"),
    "wait?": Outcome(409, "import-not-waiting"),
    "fail?": Outcome(409, "import-not-failed"),
    "sourc?": Outcome(404, "source-not-found"),
    "map?": Outcome(404, "mapping-not-found"),
    "posit?": Outcome(404, "position-not-waiting"),
    "case?": Outcome(404, "case-not-found"),
    "vac?": Outcome(404, "vacated-home-not-found"),
    "prop?": Outcome(404, "proposal-not-found"),
    "move?": Outcome(404, "move-not-found"),
    "impos": Outcome(409, "step-impossible"),
    "nottold": Outcome(409, "address-not-told"),
    "outag?": Outcome(404, "lift-outage-not-found"),
    "list?": Outcome(404, "listing-not-found"),
    "vers?": Outcome(404, "charter-version-not-found"),
    "draft?": Outcome(404, "charter-draft-not-found"),
    "prev?": Outcome(404, "preview-not-found"),
    "adh?": Outcome(404, "adhesion-not-found"),
    "stand?": Outcome(404, "standing-not-found"),
    "repor?": Outcome(404, "report-not-published"),
    "terr?": Outcome(404, "territory-not-visible"),
    "built?": Outcome(404, "file-not-built"),
    "client?": Outcome(404, "client-unknown"),
    "secret?": Outcome(404, "secret-unknown"),
    "key?": Outcome(404, "key-unknown"),
    "member?": Outcome(404, "member-unknown"),
    "hook?": Outcome(404, "webhook-unknown"),
    "badurl": Outcome(422, "webhook-url-invalid"),
    "leave?": Outcome(404, "offboarding-not-asked"),
    "invit2?": Outcome(404, "landlord-invitation-not-found"),
    "invit?": Outcome(404, "invitation-unknown"),
    "metr?": Outcome(404, "metrics-not-visible"),
    "prob?": Outcome(404, "problem-unknown"),
    "nores": Outcome(422, "residence-unknown"),
    "norole": Outcome(422, "role-not-allowed"),
    "mism": Outcome(422, "organisation-mismatch"),
    "nohome": Outcome(422, "home-unknown"),
    "erased": Outcome(410, "case-erased"),
    "nobld": Outcome(422, "building-unknown"),
    "noter": Outcome(422, "territory-unknown"),
    "filter": Outcome(400, "filter-invalid"),
    "cursor": Outcome(400, "cursor-invalid"),
    "match": Outcome(412, "version-changed"),
    # The owner's own business.
    "exists": Outcome(409, "territory-exists"),
    "notprop": Outcome(409, "charter-not-proposed"),
    "susp": Outcome(409, "adhesion-suspended"),
    "admit": Outcome(409, "adhesion-admitted"),
    "badsum": Outcome(422, "text-hash-mismatch"),
    "inuse": Outcome(409, "residence-in-use"),
    "reused": Outcome(422, "idempotency-key-reused"),
}

TABLE: Final = """
state          owner  member outsider lapsed coordinator far    partner narrow stopped revoked expired garbage anonymous

GET /v1/residences
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}
with-homes     ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
without-homes  ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/services
with-homes     ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
without-homes  ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
owners-bldg    ok     nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon
never-bldg     nobld  nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/residences/{ref}
with-homes     ok     new    new      new    scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon
in-here        new    new    noter    new    scope       scope  scope   scope  token   token   token   token   anon
in-there       noter  noter  new      noter  scope       scope  scope   scope  token   token   token   token   anon
in-nowhere     noter  noter  noter    noter  scope       scope  scope   scope  token   token   token   token   anon

DELETE /v1/residences/{ref}
with-homes     inuse  resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
without-homes  gone   resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
if-match       gone   match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/changes
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  ok     cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/positions-to-review
everything     own    none   none     none   scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/positions-to-review/{ref}
waiting        ok     posit? posit?   posit? scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     posit? posit?   posit? scope       scope  scope   scope  token   token   token   token   anon
stated         posit? posit? posit?   posit? scope       scope  scope   scope  token   token   token   token   anon
never          posit? posit? posit?   posit? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/assessments
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/assessment
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}/assessment
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
deleted        home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/assessment/history
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

POST /v1/residences/{ref}/assessment/simulate
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/exports/homes
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/exports/residences
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residence-facts/form
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/lift-outages
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
of-residence   some   none   none     none   scope       scope  scope   scope  token   token   token   token   anon
never          none   none   none     none   scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/lift-outages/{outage_id}
owners         ok     outag? outag?   outag? scope       scope  scope   scope  token   token   token   token   anon
never          outag? outag? outag?   outag? scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/lift-outages/{outage_id}
owners         ok     outag? outag?   outag? scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     outag? outag?   outag? scope       scope  scope   scope  token   token   token   token   anon
never          outag? outag? outag?   outag? scope       scope  scope   scope  token   token   token   token   anon

POST /v1/residences/{ref}/lift-outages
owners         new    resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
owners-bldg    new    nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon
never-bldg     nobld  nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon
owners-key     new    new    new      new    scope       scope  scope   scope  token   token   token   token   anon

GET /v1/reservation-conventions
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/reservation-conventions
whole          ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/vacated-homes
everything     own    own    own      own    none        none   scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor scope   scope  token   token   token   token   anon

GET /v1/vacated-homes/others
everything     none   some   none     none   none        none   scope   scope  token   token   token   token   anon

GET /v1/vacated-homes/{vacated_id}
owners         ok     vac?   vac?     vac?   vac?        vac?   scope   scope  token   token   token   token   anon
never          vac?   vac?   vac?     vac?   vac?        vac?   scope   scope  token   token   token   token   anon

GET /v1/vacated-homes/{vacated_id}/committee-sheet
owners         ok     vac?   vac?     vac?   scope       scope  scope   scope  token   token   token   token   anon
never          vac?   vac?   vac?     vac?   scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/vacated-homes/{vacated_id}/outcome
owners         ok     vac?   vac?     vac?   scope       scope  scope   scope  token   token   token   token   anon
never          vac?   vac?   vac?     vac?   scope       scope  scope   scope  token   token   token   token   anon

GET /v1/transfer-cases/{ref}/protections
owners         ok     case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon

POST /v1/transfer-cases/{ref}/protections
owners         ok     case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/tenant-sheet
owners         ok     prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/committee-sheet
owners         ok     prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon

GET /console/vacated
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/vacated/others
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/vacated/{vacated_id}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/vacated/{vacated_id}/committee-sheet
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/proposals/{proposal_id}/tenant-sheet
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/proposals/{proposal_id}/tenant-sheet.pdf
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/proposals/{proposal_id}/committee-sheet
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/proposals/{proposal_id}/committee-sheet.pdf
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}/protections
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/vacated/{vacated_id}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/cases/{case_id}/protections
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /v1/transfer-cases
everything     own    own    own      none   scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/transfer-alerts
everything     none   none   none     none   scope       scope  scope   scope  token   token   token   token   anon

GET /v1/transfer-cases/{ref}
owners         ok     case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/transfer-cases/{ref}/matches
owners         ok     case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/transfer-cases/{ref}
owners         ok     new    new      sign   scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon
erased         erased new    new      sign   scope       scope  scope   scope  token   token   token   token   anon
owners-home    new    nohome nohome   sign   scope       scope  scope   scope  token   token   token   token   anon
never-home     nohome nohome nohome   sign   scope       scope  scope   scope  token   token   token   token   anon
in-here        new    new    noter    sign   scope       scope  scope   scope  token   token   token   token   anon
in-there       noter  noter  new      sign   scope       scope  scope   scope  token   token   token   token   anon
in-nowhere     noter  noter  noter    sign   scope       scope  scope   scope  token   token   token   token   anon

POST /v1/transfer-cases/{ref}/close
owners         ok     case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon

DELETE /v1/transfer-cases/{ref}
owners         gone   case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
if-match       gone   match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/transfer-cases
here           terr?  terr?  terr?    terr?  ok          terr?  scope   scope  token   token   token   token   anon
there          terr?  terr?  terr?    terr?  terr?       ok     scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}/adaptations
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/homes/{ref}/adaptations
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}/feasible-works
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/homes/{ref}/feasible-works
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/feasible-works
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/residences/{ref}/feasible-works
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

POST /v1/adaptations/batch
owners         wrote  reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
never          reject reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
owners-key     ok     reject reject   reject scope       scope  scope   scope  token   token   token   token   anon

POST /v1/feasible-works/batch
owners         wrote  reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
never          reject reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
owners-key     ok     reject reject   reject scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/facts
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/residences/{ref}/facts
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/residences/{ref}/facts/history
owners         ok     resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
deleted        resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon
never          resid? resid? resid?   resid? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}/facts/history
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
deleted        home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}/status/history
owners         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
deleted        home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

POST /v1/residence-facts/batch
owners         chang  reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
never          reject reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
owners-key     ok     reject reject   reject scope       scope  scope   scope  token   token   token   token   anon

GET /v1/exports/adaptations
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/exports/feasible-works
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/exports/lift-outages
everything     ok     ok     ok       ok     scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
of-residence   some   none   none     none   scope       scope  scope   scope  token   token   token   token   anon
never          none   none   none     none   scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/homes/{ref}
shared         ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
not-shared     ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
reserved       ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
withdrawn      ok     home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
deleted        home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/homes/{ref}
shared         ok     new    new      new    scope       scope  scope   scope  token   token   token   token   anon
withdrawn      ok     new    new      new    scope       scope  scope   scope  token   token   token   token   anon
if-match       ok     match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon
owners-resid   new    nores  nores    nores  scope       scope  scope   scope  token   token   token   token   anon
never-resid    nores  nores  nores    nores  scope       scope  scope   scope  token   token   token   token   anon
owners-bldg    new    nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon
never-bldg     nobld  nobld  nobld    nobld  scope       scope  scope   scope  token   token   token   token   anon

DELETE /v1/homes/{ref}
shared         gone   home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
not-shared     gone   home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
withdrawn      gone   home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
deleted        home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
never          home?  home?  home?    home?  scope       scope  scope   scope  token   token   token   token   anon
if-match       gone   match  match    match  scope       scope  scope   scope  token   token   token   token   anon
match-never    match  match  match    match  scope       scope  scope   scope  token   token   token   token   anon

POST /v1/homes:batch
same-ref       ok     wrote  wrote    wrote  scope       scope  scope   scope  token   token   token   token   anon
owners-resid   wrote  reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
never-resid    reject reject reject   reject scope       scope  scope   scope  token   token   token   token   anon
owners-key     ok     wrote  wrote    wrote  scope       scope  scope   scope  token   token   token   token   anon
other-body     reused wrote  wrote    wrote  scope       scope  scope   scope  token   token   token   token   anon

POST /v1/imports
everything     taken  taken  taken    taken  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/imports
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/imports/{id}
owners         ok     imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon
never          imp?   imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon

GET /v1/imports/{id}/report
owners         ok     imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon
never          imp?   imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon

GET /v1/imports/{id}/file
owners         ok     imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon
never          imp?   imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon

POST /v1/imports/{id}/confirm
owners         wait?  imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon
never          imp?   imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon

POST /v1/imports/{id}/retry
owners         fail?  imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon
never          imp?   imp?   imp?     imp?   scope       scope  scope   scope  token   token   token   token   anon

GET /v1/duplicates
everything     own    none   none     none   scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/sources
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/sources/{name}
owners         ok     sourc? sourc?   sourc? scope       scope  scope   scope  token   token   token   token   anon
never          sourc? sourc? sourc?   sourc? scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/sources/{name}
owners         ok     new    new      new    scope       scope  scope   scope  token   token   token   token   anon
never          new    new    new      new    scope       scope  scope   scope  token   token   token   token   anon

DELETE /v1/sources/{name}
owners         gone   sourc? sourc?   sourc? scope       scope  scope   scope  token   token   token   token   anon
never          sourc? sourc? sourc?   sourc? scope       scope  scope   scope  token   token   token   token   anon

GET /v1/mappings
everything     own    own    own      own    scope       scope  scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor scope       scope  scope   scope  token   token   token   token   anon

GET /v1/mappings/{name}
owners         ok     map?   map?     map?   scope       scope  scope   scope  token   token   token   token   anon
never          map?   map?   map?     map?   scope       scope  scope   scope  token   token   token   token   anon

POST /v1/mappings/{name}/try
owners         ok     map?   map?     map?   scope       scope  scope   scope  token   token   token   token   anon
never          map?   map?   map?     map?   scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/mappings/{name}
owners         ok     new    new      new    scope       scope  scope   scope  token   token   token   token   anon
never          new    new    new      new    scope       scope  scope   scope  token   token   token   token   anon

GET /v1/listings
everything     here   here   there    sign   here        there  scope   scope  token   token   token   token   anon
near-owner     here   here   none     sign   here        none   scope   scope  token   token   token   token   anon
in-commune     here   here   none     sign   here        none   scope   scope  token   token   token   token   anon
in-here        here   here   filter   sign   here        filter scope   scope  token   token   token   token   anon
in-there       filter filter there    sign   filter      there  scope   scope  token   token   token   token   anon
in-nowhere     filter filter filter   sign   filter      filter scope   scope  token   token   token   token   anon
of-owner       owners owners none     sign   owners      none   scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   sign   cursor      cursor scope   scope  token   token   token   token   anon

POST /v1/listings/search
around-owner   here   here   none     sign   here        none   scope   scope  token   token   token   token   anon
in-here        here   here   filter   sign   here        filter scope   scope  token   token   token   token   anon
in-there       filter filter none     sign   filter      none   scope   scope  token   token   token   token   anon
in-nowhere     filter filter filter   sign   filter      filter scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   sign   cursor      cursor scope   scope  token   token   token   token   anon

GET /v1/listings/{listing_id}
shared         ok     ok     list?    list?  ok          list?  scope   scope  token   token   token   token   anon
not-shared     list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
reserved       list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
withdrawn      list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
deleted        list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
of-lapsed      list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
of-stopped     list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon
never          list?  list?  list?    list?  list?       list?  scope   scope  token   token   token   token   anon

GET /v1/tiles/{z}/{x}/{y}.mvt
world          ok     ok     ok       sign   ok          ok     scope   scope  token   token   token   token   anon
near-owner     ok     ok     empty    sign   ok          empty  scope   scope  token   token   token   token   anon
in-here        ok     ok     filter   sign   ok          filter scope   scope  token   token   token   token   anon
in-there       filter filter empty    sign   filter      empty  scope   scope  token   token   token   token   anon
in-nowhere     filter filter filter   sign   filter      filter scope   scope  token   token   token   token   anon
outlines       ok     ok     empty    sign   ok          empty  scope   scope  token   token   token   token   anon
never          empty  empty  empty    sign   empty       empty  scope   scope  token   token   token   token   anon

GET /v1/services
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

POST /v1/accessible-distances
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

GET /v1/territories
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon
owners-cursor  ok     cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

POST /v1/territories
free           scope  scope  scope    scope  new         exists scope   scope  token   token   token   token   anon
taken          scope  scope  scope    scope  exists      exists scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/definition
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

PUT /v1/territories/{territory_id}/definition
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
if-match       scope  scope  scope    scope  match       terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/definition/preview
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}
here           ok     ok     terr?    ok     ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/communes
here           ok     ok     terr?    ok     ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/census
here           terr?  terr?  terr?    terr?  ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  terr?    terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/demand
here           ok     ok     terr?    terr?  ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/standing
here           ok     ok     terr?    stand? stand?      terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       stand? terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/standing/{obligation}
here           ok     ok     terr?    ok     scope       scope  scope   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  scope       scope  scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/obligations
here           ok     ok     terr?    ok     ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/obligations/{organisation_id}
here           ok     ok     terr?    adh?   ok          terr?  terr?   scope  token   token   token   token   anon
elsewhere      adh?   adh?   terr?    adh?   adh?        terr?  terr?   scope  token   token   token   token   anon
nobody         adh?   adh?   terr?    adh?   adh?        terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/reports/accessible-housing/{year}
here           ok     ok     terr?    terr?  ok          terr?  terr?   scope  token   token   token   token   anon
draft          repor? repor? terr?    terr?  repor?      terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/reports/transfers/{year}
here           ok     ok     terr?    terr?  ok          terr?  terr?   scope  token   token   token   token   anon
draft          repor? repor? terr?    terr?  repor?      terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/changes
here           ok     ok     terr?    terr?  ok          terr?  scope   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  scope   scope  token   token   token   token   anon
owners-cursor  ok     cursor cursor   cursor cursor      cursor scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/quarters
here           ok     ok     terr?    ok     ok          terr?  terr?   scope  token   token   token   token   anon
there          terr?  terr?  ok       terr?  terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/charters
here           ok     ok     ok       ok     ok          terr?  terr?   scope  token   token   token   token   anon
there          ok     ok     ok       ok     terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/charters/{version}
here           ok     ok     ok       ok     ok          terr?  terr?   scope  token   token   token   token   anon
draft          vers?  vers?  vers?    vers?  ok          terr?  terr?   scope  token   token   token   token   anon
no-version     vers?  vers?  vers?    vers?  vers?       terr?  terr?   scope  token   token   token   token   anon
there          ok     ok     ok       ok     terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/charters/{version}/comparison
here           ok     ok     ok       ok     ok          terr?  terr?   scope  token   token   token   token   anon
draft          vers?  vers?  vers?    vers?  ok          terr?  terr?   scope  token   token   token   token   anon
no-version     vers?  vers?  vers?    vers?  vers?       terr?  terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/charters/draft
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       draft? scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

PUT /v1/territories/{territory_id}/charters/draft
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       new    scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

DELETE /v1/territories/{territory_id}/charters/draft
here           scope  scope  scope    scope  gone        terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       draft? scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/charters/draft/propose
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       draft? scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/charters/draft/preview
here           scope  scope  scope    scope  taken       terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       draft? scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/charters/draft/preview
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
unasked        scope  scope  scope    scope  prev?       terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       draft? scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/charters/{version}/enact
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
in-force       scope  scope  scope    scope  notprop     terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       notprop scope  scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

PUT /v1/territories/{territory_id}/charters/{version}/signature
here           ok     ok     ok       susp   scope       scope  scope   scope  token   token   token   token   anon
other-text     badsum badsum badsum   badsum scope       scope  scope   scope  token   token   token   token   anon
draft          vers?  vers?  vers?    vers?  scope       scope  scope   scope  token   token   token   token   anon
no-version     vers?  vers?  vers?    vers?  scope       scope  scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/signatures
here           own    own    none     own    ok          terr?  terr?   scope  token   token   token   token   anon
there          none   none   own      none   terr?       ok     terr?   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  terr?   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/adhesions
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/adhesions/{organisation_id}/admit
waits          scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
member         scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
lapsed         scope  scope  scope    scope  susp        terr?  scope   scope  token   token   token   token   anon
elsewhere      scope  scope  scope    scope  adh?        terr?  scope   scope  token   token   token   token   anon
nobody         scope  scope  scope    scope  adh?        terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/adhesions/{organisation_id}/refuse
waits          scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
member         scope  scope  scope    scope  admit       terr?  scope   scope  token   token   token   token   anon
lapsed         scope  scope  scope    scope  admit       terr?  scope   scope  token   token   token   token   anon
elsewhere      scope  scope  scope    scope  adh?        terr?  scope   scope  token   token   token   token   anon
nobody         scope  scope  scope    scope  adh?        terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       admit  scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/invitations
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

PUT /v1/territories/{territory_id}/invitations/{siren}
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
uninvited      scope  scope  scope    scope  new         terr?  scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

POST /v1/territories/{territory_id}/invitations/{siren}/send
here           scope  scope  scope    scope  ok          terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       ok     scope   scope  token   token   token   token   anon
uninvited      scope  scope  scope    scope  invit2?      terr?  scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

DELETE /v1/territories/{territory_id}/invitations/{siren}
here           scope  scope  scope    scope  gone        terr?  scope   scope  token   token   token   token   anon
there          scope  scope  scope    scope  terr?       gone   scope   scope  token   token   token   token   anon
uninvited      scope  scope  scope    scope  invit2?      terr?  scope   scope  token   token   token   token   anon
never          scope  scope  scope    scope  terr?       terr?  scope   scope  token   token   token   token   anon

DELETE /v1/territories/{territory_id}/adhesion
here           gone   gone   adh?     susp   scope       scope  scope   scope  token   token   token   token   anon
there          adh?   adh?   gone     adh?   scope       scope  scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/vocabulary
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

GET /v1/whoami
everything     ok     ok     ok       ok     ok          ok     ok      ok     token   token   token   token   anon

GET /v1/audit/events
everything     own    own    own      own    own         own    own     scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

GET /v1/audit/verification
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

GET /v1/audit/export
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

GET /v1/organisation/clients
everything     own    own    own      own    own         own    own     scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

POST /v1/organisation/clients
everything     new    new    new      new    new         new    new     scope  token   token   token   token   anon
owners-key     new    new    new      new    new         new    new     scope  token   token   token   token   anon

GET /v1/organisation/clients/{client_id}
owners         ok     client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon

PUT /v1/organisation/clients/{client_id}
owners         ok     client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon
if-match       ok     match  match    match  match       match  match   scope  token   token   token   token   anon
match-never    match  match  match    match  match       match  match   scope  token   token   token   token   anon

DELETE /v1/organisation/clients/{client_id}
owners         gone   client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon
if-match       gone   match  match    match  match       match  match   scope  token   token   token   token   anon
match-never    match  match  match    match  match       match  match   scope  token   token   token   token   anon

POST /v1/organisation/clients/{client_id}/secrets
owners         new    client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon

DELETE /v1/organisation/clients/{client_id}/secrets/{secret_id}
owners         gone   client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon
never-secret   secret? client? client?  client? client?     client? client? scope  token   token   token   token   anon

POST /v1/organisation/clients/{client_id}/keys
owners         new    client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon

DELETE /v1/organisation/clients/{client_id}/keys/{kid}
owners         gone   client? client?  client? client?     client? client? scope  token   token   token   token   anon
never          client? client? client?  client? client?     client? client? scope  token   token   token   token   anon
never-key      key?   client? client?  client? client?     client? client? scope  token   token   token   token   anon

GET /v1/organisation/members
everything     own    own    own      own    own         own    own     scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

PUT /v1/organisation/members/{user_id}
owners         ok     member? member?  member? member?     member? member? scope  token   token   token   token   anon
never          member? member? member?  member? member?     member? member? scope  token   token   token   token   anon
if-match       ok     match  match    match  match       match  match   scope  token   token   token   token   anon
match-never    match  match  match    match  match       match  match   scope  token   token   token   token   anon

DELETE /v1/organisation/members/{user_id}
owners         gone   member? member?  member? member?     member? member? scope  token   token   token   token   anon
never          member? member? member?  member? member?     member? member? scope  token   token   token   token   anon
if-match       gone   match  match    match  match       match  match   scope  token   token   token   token   anon
match-never    match  match  match    match  match       match  match   scope  token   token   token   token   anon

GET /v1/organisation/invitations
everything     own    own    own      own    own         own    own     scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

POST /v1/organisation/invitations
everything     new    new    new      new    norole      norole norole  scope  token   token   token   token   anon

DELETE /v1/organisation/invitations/{invitation_id}
owners         gone   invit? invit?   invit? invit?      invit? invit?  scope  token   token   token   token   anon
never          invit? invit? invit?   invit? invit?      invit? invit?  scope  token   token   token   token   anon

GET /v1/organisation/webhooks
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon
owners-cursor  ok     cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

GET /v1/organisation/webhooks/{name}
owners         ok     hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
never          hook?  hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon

PUT /v1/organisation/webhooks/{name}
owners         ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon
refused        badurl badurl badurl   badurl badurl      badurl badurl  scope  token   token   token   token   anon

DELETE /v1/organisation/webhooks/{name}
owners         gone   hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
never          hook?  hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon

POST /v1/organisation/webhooks/{name}/test
owners         ok     hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
never          hook?  hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon

POST /v1/organisation/webhooks/{name}/replay
owners         ok     hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
never          hook?  hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon

GET /v1/organisation/webhooks/{name}/deliveries
owners         ok     hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
never          hook?  hook?  hook?    hook?  hook?       hook?  hook?   scope  token   token   token   token   anon
owners-cursor  ok     cursor cursor   cursor cursor      cursor cursor  scope  token   token   token   token   anon

POST /v1/organisation:revoke-all
owners         ok     mism   mism     mism   mism        mism   mism    scope  token   token   token   token   anon
never          mism   mism   mism     mism   mism        mism   mism    scope  token   token   token   token   anon

GET /v1/organisation
everything     ok     ok     ok       ok     ok          ok     ok      scope  token   token   token   token   anon

POST /v1/organisation/offboarding
owners         taken  mism   mism     mism   mism        mism   mism    scope  token   token   token   token   anon
never          mism   mism   mism     mism   mism        mism   mism    scope  token   token   token   token   anon

GET /v1/organisation/offboarding
owners         ok     leave? leave?   leave? leave?      leave? leave?  scope  token   token   token   token   anon
never          leave? leave? leave?   leave? leave?      leave? leave?  scope  token   token   token   token   anon

DELETE /v1/organisation/offboarding
owners         gone   leave? leave?   leave? leave?      leave? leave?  scope  token   token   token   token   anon
never          leave? leave? leave?   leave? leave?      leave? leave?  scope  token   token   token   token   anon

GET /v1/openapi.json
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

POST /oauth/token
by-bearer      client client client   client client      client client  client client  client  client  client  client
by-secret      ok     ok     ok       ok     ok          ok     ok      ok     client  client  ok      client  client
wrong-secret   client client client   client client      client client  client client  client  client  client  client
never          client client client   client client      client client  client client  client  client  client  client

POST /oauth/revoke
by-bearer      client client client   client client      client client  client client  client  client  client  client
by-secret      ok     ok     ok       ok     ok          ok     ok      ok     client  client  ok      client  client
wrong-secret   client client client   client client      client client  client client  client  client  client  client
never          client client client   client client      client client  client client  client  client  client  client

POST /oauth/introspect
by-bearer      client client client   client client      client client  client client  client  client  client  client
by-secret      inact  inact  inact    inact  inact       inact  inact   inact  client  client  inact   client  client
owners-token   activ  inact  inact    inact  inact       inact  inact   activ  client  client  activ   client  client
wrong-secret   client client client   client client      client client  client client  client  client  client  client
never          client client client   client client      client client  client client  client  client  client  client

GET /oauth/jwks
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /.well-known/oauth-authorization-server
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /.well-known/oauth-protected-resource/v1
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /oauth/authorize
everything     badreq badreq badreq   badreq badreq      badreq badreq  badreq badreq  badreq  badreq  badreq  badreq

POST /oauth/authorize
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /account/sign-in
everything     page   page   page     page   page        page   page    page   page    page    page    page    page

GET /account/forgotten
everything     page   page   page     page   page        page   page    page   page    page    page    page    page

GET /account/second-factor
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /account/recovery
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /account/enrolment
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /account/organisation
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /account/confirm
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /account/upstream
everything     lost   lost   lost     lost   lost        lost   lost    lost   lost    lost    lost    lost    lost

GET /account/upstream/callback
everything     lost   lost   lost     lost   lost        lost   lost    lost   lost    lost    lost    lost    lost

GET /account/signed-out
everything     page   page   page     page   page        page   page    page   page    page    page    page    page

POST /account/upstream/confirm
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/upstream/link
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /account/invitation/{token}
never          lost   lost   lost     lost   lost        lost   lost    lost   lost    lost    lost    lost    lost

GET /account/reset/{token}
never          lost   lost   lost     lost   lost        lost   lost    lost   lost    lost    lost    lost    lost

GET /account/landlord/{token}
never          lost   lost   lost     lost   lost        lost   lost    lost   lost    lost    lost    lost    lost

POST /account/landlord/{token}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/sign-in
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/second-factor
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/recovery
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/enrolment
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/organisation
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/confirm
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/sign-out
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/forgotten
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/invitation/{token}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/reset/{token}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /account/security
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

POST /account/security/password
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/security/sessions
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/security/codes
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/security/mails
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /account/security/consents
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /account/security/second-factor
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

POST /account/security/second-factor
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /accessibility
everything     page   page   page     page   page        page   page    page   page    page    page    page    page

GET /console/syncs
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/demand
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/demand/file.csv
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/reports
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/reports/{kind}/{territory}/{year}/{edition}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/reports/{kind}/{territory}/{year}/{edition}/file.{form}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/reports
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/reports/{kind}/{territory}/{year}/{edition}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/reservation-conventions
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/reservation-conventions
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/positions
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/positions
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/imports
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/obligations
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/obligations/history
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/obligations/behind
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/-/new
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}/matches
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}/edit
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}/end
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/cases/{case_id}/erase
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/cases/-/new
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/cases/{case_id}/edit
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/cases/{case_id}/close
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/cases/{case_id}/erase
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/survey-form
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/file-format
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/file-format/blank
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/homes
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/residences
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/audit
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/audit/verification
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/audit/export
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/homes/{ref}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/residences/{ref}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/homes/{ref}/feasible-works
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/homes/{ref}/feasible-works
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/residences/{ref}/feasible-works
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/residences/{ref}/feasible-works
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/homes
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/homes/{ref}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/residences/{ref}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/mappings
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/mappings/{name}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/mappings
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/mappings/{name}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/sources
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/sources/{name}/mapping
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/sources/{name}/mapping
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/territories
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/territories/-/new
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/territories/-/codes
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/territories/{slug}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/territories/{slug}/composition
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/territories/-/new
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/territories/{slug}/composition
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/territories/{slug}/composition/confirm
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/search
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/map
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/listings/{listing_id}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/tiles/{z}/{x}/{y}.mvt
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/basemap/{z}/{x}/{y}.png
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/webhooks
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /v1/proposals
of-member      own    own    none     none   none        none   scope   scope  token   token   token   token   anon
owners-cursor  some   cursor cursor   cursor cursor      cursor scope   scope  token   token   token   token   anon

POST /v1/proposals
own-home       new    case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never          case?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon
never-home     list?  case?  case?    case?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}
own-home       ok     prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
of-member      ok     ok     prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/steps
own-home       ok     prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
of-member      ok     ok     prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/help
own-home       ok     prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
of-member      ok     ok     prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon

PUT /v1/proposals/{proposal_id}/help
own-home       ok     prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
of-member      ok     prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon

POST /v1/proposals/{proposal_id}/steps
own-home       ok     prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
of-member      impos  impos  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
if-match       match  prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  prop?       prop?  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/address
told           ok     prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
of-member      nottold prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon
never          prop?  prop?  prop?    prop?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/proposals/{proposal_id}/move
moved          ok     move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon
of-member      move?  move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon
never          move?  move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon

PUT /v1/proposals/{proposal_id}/move
moved          ok     move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon
of-member      move?  move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon
never          move?  move?  move?    move?  scope       scope  scope   scope  token   token   token   token   anon

GET /v1/territories/{territory_id}/proposals
here           terr?  terr?  terr?    terr?  ok          terr?  scope   scope  token   token   token   token   anon
never          terr?  terr?  terr?    terr?  terr?       terr?  scope   scope  token   token   token   token   anon

GET /console/proposals
everything     go  go  go  go  go  go  go  go  go  go  go  go  go

GET /console/proposals/{proposal_id}
never          go  go  go  go  go  go  go  go  go  go  go  go  go

GET /console/proposals/{proposal_id}/address
never          go  go  go  go  go  go  go  go  go  go  go  go  go

POST /console/proposals/{proposal_id}
no-form        form  form  form  form  form  form  form  form  form  form  form  form  form
forged-form    form  form  form  form  form  form  form  form  form  form  form  form  form

POST /console/proposals/{proposal_id}/help
no-form        form  form  form  form  form  form  form  form  form  form  form  form  form
forged-form    form  form  form  form  form  form  form  form  form  form  form  form  form

POST /console/proposals/{proposal_id}/move
no-form        form  form  form  form  form  form  form  form  form  form  form  form  form
forged-form    form  form  form  form  form  form  form  form  form  form  form  form  form

POST /console/cases/{case_id}/propose
no-form        form  form  form  form  form  form  form  form  form  form  form  form  form
forged-form    form  form  form  form  form  form  form  form  form  form  form  form  form

POST /console/imports
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/sources
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/imports/{id}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/webhooks/{name}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/imports/{id}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/imports/{id}/report
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/webhooks/{name}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/members
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/organisation
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/organisation/clients
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/organisation/clients/new
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/organisation
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/organisation/clients/new
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/members/{territory}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/members/{territory}/{organisation}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/organisation/people/{user}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/organisation/clients/{client}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /console/members/{territory}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/members/{territory}/{organisation}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/organisation/people/{user}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/organisation/clients/{client}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter
everything     go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/versions/{number}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/comparison
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/signatures
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/articles
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/articles/{code}
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/articles/{code}/remove
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/propose
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/discard
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/versions/{number}/enact
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/grid
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/versions/{number}/sign
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/withdraw
never          go     go     go       go     go          go     go      go     go      go      go      go      go

GET /console/charter/{territory}/draft/terms
never          go     go     go       go     go          go     go      go     go      go      go      go      go

POST /console/charter/{territory}/draft/articles
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/articles/{code}
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/articles/{code}/move
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/articles/{code}/remove
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/propose
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/discard
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/versions/{number}/enact
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/grid
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/preview
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/versions/{number}/sign
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/withdraw
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

POST /console/charter/{territory}/draft/terms
no-form        form   form   form     form   form        form   form    form   form    form    form    form    form
forged-form    form   form   form     form   form        form   form    form   form    form    form    form    form

GET /static/console.css
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /static/dist/{name}
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok
never          built? built? built?   built? built?      built? built?  built? built?  built?  built?  built?  built?

GET /healthz
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /readyz
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /metrics
from-loopback  ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok
from-elsewhere metr?  metr?  metr?    metr?  metr?       metr?  metr?   metr?  metr?   metr?   metr?   metr?   metr?

GET /problems
everything     ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok

GET /problems/{code}
known          ok     ok     ok       ok     ok          ok     ok      ok     ok      ok      ok      ok      ok
never          prob?  prob?  prob?    prob?  prob?       prob?  prob?   prob?  prob?   prob?   prob?   prob?   prob?
"""

# In each of these states the object exists, and the caller may not know: its answer must be that of ``never``.
LIKE_NEVER: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "GET /v1/residences/{ref}": {"never": ("with-homes", "without-homes", "deleted")},
    "GET /v1/residences/{ref}/services": {
        "never": ("with-homes", "without-homes", "deleted"),
        "never-bldg": ("owners-bldg",),
    },
    "DELETE /v1/residences/{ref}": {
        "never": ("with-homes", "without-homes", "deleted"),
        "match-never": ("if-match",),
    },
    "PUT /v1/residences/{ref}": {"match-never": ("if-match",), "in-nowhere": ("in-here", "in-there")},
    "PUT /v1/positions-to-review/{ref}": {"never": ("waiting", "if-match", "stated")},
    "GET /v1/homes": {"never": ("of-residence",)},
    "GET /v1/homes/{ref}": {"never": ("shared", "not-shared", "reserved", "withdrawn", "deleted")},
    "PUT /v1/homes/{ref}": {
        "match-never": ("if-match",),
        "never-resid": ("owners-resid",),
        "never-bldg": ("owners-bldg",),
    },
    "DELETE /v1/homes/{ref}": {
        "never": ("shared", "not-shared", "withdrawn", "deleted"),
        "match-never": ("if-match",),
    },
    "POST /v1/homes:batch": {"never-resid": ("owners-resid",)},
    "GET /v1/lift-outages": {"never": ("of-residence",)},
    "GET /v1/lift-outages/{outage_id}": {"never": ("owners",)},
    "PUT /v1/lift-outages/{outage_id}": {"never": ("owners", "if-match")},
    "POST /v1/residences/{ref}/lift-outages": {"never": ("owners",), "never-bldg": ("owners-bldg",)},
    "POST /v1/proposals": {"never": ("own-home",)},
    "GET /v1/proposals/{proposal_id}": {"never": ("own-home", "of-member")},
    "GET /v1/proposals/{proposal_id}/steps": {"never": ("own-home", "of-member")},
    "GET /v1/proposals/{proposal_id}/help": {"never": ("own-home", "of-member")},
    "PUT /v1/proposals/{proposal_id}/help": {"never": ("own-home", "of-member")},
    "POST /v1/proposals/{proposal_id}/steps": {"never": ("own-home", "of-member", "if-match")},
    "GET /v1/proposals/{proposal_id}/address": {"never": ("told", "of-member")},
    "GET /v1/proposals/{proposal_id}/move": {"never": ("moved", "of-member")},
    "PUT /v1/proposals/{proposal_id}/move": {"never": ("moved", "of-member")},
    "GET /v1/homes/{ref}/adaptations": {"never": ("owners",)},
    "PUT /v1/homes/{ref}/adaptations": {"never": ("owners", "if-match")},
    "GET /v1/homes/{ref}/feasible-works": {"never": ("owners",)},
    "PUT /v1/homes/{ref}/feasible-works": {"never": ("owners", "if-match")},
    "GET /v1/residences/{ref}/feasible-works": {"never": ("owners",)},
    "PUT /v1/residences/{ref}/feasible-works": {"never": ("owners", "if-match")},
    "POST /v1/adaptations/batch": {"never": ("owners",)},
    "POST /v1/feasible-works/batch": {"never": ("owners",)},
    "GET /v1/residences/{ref}/facts": {"never": ("owners", "deleted")},
    "PUT /v1/residences/{ref}/facts": {"never": ("owners", "deleted", "if-match")},
    "GET /v1/residences/{ref}/facts/history": {"never": ("owners", "deleted")},
    "GET /v1/homes/{ref}/facts/history": {"never": ("owners", "deleted")},
    "GET /v1/homes/{ref}/status/history": {"never": ("owners", "deleted")},
    "POST /v1/residence-facts/batch": {"never": ("owners",)},
    "GET /v1/imports/{id}": {"never": ("owners",)},
    "GET /v1/imports/{id}/report": {"never": ("owners",)},
    "GET /v1/imports/{id}/file": {"never": ("owners",)},
    "POST /v1/imports/{id}/confirm": {"never": ("owners",)},
    "POST /v1/imports/{id}/retry": {"never": ("owners",)},
    "GET /v1/sources/{name}": {"never": ("owners",)},
    "DELETE /v1/sources/{name}": {"never": ("owners",)},
    "GET /v1/mappings/{name}": {"never": ("owners",)},
    "POST /v1/mappings/{name}/try": {"never": ("owners",)},
    "GET /v1/listings": {"in-nowhere": ("in-here", "in-there")},
    "POST /v1/listings/search": {"in-nowhere": ("in-here", "in-there")},
    "GET /v1/listings/{listing_id}": {
        "never": ("shared", "not-shared", "reserved", "withdrawn", "deleted", "of-lapsed", "of-stopped")
    },
    "GET /v1/tiles/{z}/{x}/{y}.mvt": {"in-nowhere": ("in-here", "in-there"), "never": ("near-owner", "outlines")},
    "GET /v1/territories/{territory_id}": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/definition": {"never": ("here", "there")},
    "PUT /v1/territories/{territory_id}/definition": {"never": ("here", "there")},
    "POST /v1/territories/{territory_id}/definition/preview": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/communes": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/census": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/demand": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/standing": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/standing/{obligation}": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/obligations": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/obligations/{organisation_id}": {
        "nobody": ("elsewhere",),
        "never": ("here", "there"),
    },
    "GET /v1/territories/{territory_id}/reports/accessible-housing/{year}": {"never": ("here", "draft", "there")},
    "GET /v1/territories/{territory_id}/reports/transfers/{year}": {"never": ("here", "draft", "there")},
    "GET /v1/territories/{territory_id}/changes": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/quarters": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/charters": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/charters/{version}": {"no-version": ("draft",), "never": ("here", "there")},
    "GET /v1/territories/{territory_id}/charters/{version}/comparison": {
        "no-version": ("draft",),
        "never": ("here",),
    },
    "GET /v1/territories/{territory_id}/charters/draft": {"never": ("here", "there")},
    "PUT /v1/territories/{territory_id}/charters/{version}/signature": {"no-version": ("draft",)},
    "GET /v1/territories/{territory_id}/signatures": {"never": ("here", "there")},
    "GET /v1/transfer-cases/{ref}": {"never": ("owners",)},
    "GET /v1/transfer-cases/{ref}/protections": {"never": ("owners",)},
    "POST /v1/transfer-cases/{ref}/protections": {"never": ("owners",)},
    "GET /v1/proposals/{proposal_id}/tenant-sheet": {"never": ("owners",)},
    "GET /v1/proposals/{proposal_id}/committee-sheet": {"never": ("owners",)},
    "GET /v1/vacated-homes/{vacated_id}": {"never": ("owners",)},
    "GET /v1/vacated-homes/{vacated_id}/committee-sheet": {"never": ("owners",)},
    "PUT /v1/vacated-homes/{vacated_id}/outcome": {"never": ("owners",)},
    "PUT /v1/transfer-cases/{ref}": {"match-never": ("if-match",), "never-home": ("owners-home",)},
    "POST /v1/transfer-cases/{ref}/close": {"never": ("owners",), "match-never": ("if-match",)},
    "DELETE /v1/transfer-cases/{ref}": {"never": ("owners",), "match-never": ("if-match",)},
    "GET /v1/territories/{territory_id}/transfer-cases": {"never": ("here", "there")},
    "GET /v1/territories/{territory_id}/adhesions": {"never": ("here", "there")},
    "POST /v1/territories/{territory_id}/adhesions/{organisation_id}/admit": {
        "nobody": ("elsewhere",),
        "never": ("member", "there"),
    },
    "POST /v1/territories/{territory_id}/adhesions/{organisation_id}/refuse": {
        "nobody": ("elsewhere",),
        "never": ("member", "there"),
    },
    "GET /v1/territories/{territory_id}/invitations": {"never": ("here", "there")},
    "PUT /v1/territories/{territory_id}/invitations/{siren}": {"never": ("here", "there")},
    "POST /v1/territories/{territory_id}/invitations/{siren}/send": {"never": ("here", "there")},
    "DELETE /v1/territories/{territory_id}/invitations/{siren}": {"never": ("here", "there")},
    "GET /v1/organisation/webhooks/{name}": {"never": ("owners",)},
    "DELETE /v1/organisation/webhooks/{name}": {"never": ("owners",)},
    "POST /v1/organisation/webhooks/{name}/test": {"never": ("owners",)},
    "POST /v1/organisation/webhooks/{name}/replay": {"never": ("owners",)},
    "GET /v1/organisation/webhooks/{name}/deliveries": {"never": ("owners",)},
    "GET /v1/organisation/clients/{client_id}": {"never": ("owners",)},
    "PUT /v1/organisation/clients/{client_id}": {"never": ("owners",), "match-never": ("if-match",)},
    "DELETE /v1/organisation/clients/{client_id}": {"never": ("owners",), "match-never": ("if-match",)},
    "POST /v1/organisation/clients/{client_id}/secrets": {"never": ("owners",)},
    "DELETE /v1/organisation/clients/{client_id}/secrets/{secret_id}": {"never": ("owners", "never-secret")},
    "POST /v1/organisation/clients/{client_id}/keys": {"never": ("owners",)},
    "DELETE /v1/organisation/clients/{client_id}/keys/{kid}": {"never": ("owners", "never-key")},
    "PUT /v1/organisation/members/{user_id}": {"never": ("owners",), "match-never": ("if-match",)},
    "DELETE /v1/organisation/members/{user_id}": {"never": ("owners",), "match-never": ("if-match",)},
    "DELETE /v1/organisation/invitations/{invitation_id}": {"never": ("owners",)},
    "POST /v1/organisation:revoke-all": {"never": ("owners",)},
    "POST /v1/organisation/offboarding": {"never": ("owners",)},
    "GET /v1/organisation/offboarding": {"never": ("owners",)},
    "DELETE /v1/organisation/offboarding": {"never": ("owners",)},
    "POST /oauth/token": {"never": ("wrong-secret",)},
    "POST /oauth/revoke": {"never": ("wrong-secret",)},
    "POST /oauth/introspect": {"never": ("wrong-secret",), "by-secret": ("owners-token",)},
}


class Row(NamedTuple):
    """One line of the table."""

    route: str
    state: str
    cells: dict[str, str]


def rows(table: str = TABLE) -> list[Row]:
    """Read the table.

    Raises:
        ValueError: A line has more or fewer cells than there are actors, or a cell that is no outcome.
    """
    header, *lines = [line.split() for line in table.splitlines() if line.strip()]
    if tuple(header[1:]) != ACTORS:
        raise ValueError(f"the header names {header[1:]}, the actors are {ACTORS}")
    found: list[Row] = []
    route = ""
    for line in lines:
        if line[1].startswith("/"):
            route = " ".join(line)
            continue
        state, *cells = line
        wrong = [cell for cell in cells if cell not in OUTCOMES]
        if len(cells) != len(ACTORS) or wrong:
            raise ValueError(f"{route}, {state}: {len(cells)} cells for {len(ACTORS)} actors; no outcomes: {wrong}")
        found.append(Row(route, state, dict(zip(ACTORS, cells, strict=True))))
    return found
