"""Requests of a crowd, and the judgement of every answer by what its caller may see."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import httpx

from tests.integration.isolation.crowd import ANCHOR, HOMES, TAG, Crowd, Person

NDJSON: Final = "application/x-ndjson"


class Violation(NamedTuple):
    """Something that must not be.

    ``kind``: "foreign row" (seen), "foreign write", "missing" (what must be found is not), "wrong answer",
    "refused" (by the second wall), "server error", "left bound" (a connection).
    """

    kind: str
    detail: str


@dataclass
class Request:
    """One request of one person.

    Attributes:
        expected: Statuses that may answer it.
        look: Judges the body of a 2xx answer.
    """

    name: str
    person: Person
    method: str
    url: str
    expected: set[int]
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content: str | None = None
    look: Callable[[Any], Iterator[Violation]] | None = None

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        sent: dict[str, Any] = {"content": self.content} if self.content is not None else {}
        if self.body is not None:
            sent = {"json": self.body}
        headers = {**self.person.member.headers, **self.headers}
        return await client.request(self.method, self.url, params=self.query, headers=headers, **sent)

    def judge(self, answer: httpx.Response, *, hurt: bool) -> Iterator[Violation]:
        """Yield what is wrong with the answer.

        Args:
            answer: The whole answer.
            hurt: The database was made to fail under this request: any error but a foreign row is its right.
        """
        where = f"{self.name} of {self.person.tag}: {answer.status_code} {answer.text[:300]}"
        foreign = set(TAG.findall(answer.text)) - {self.person.tag} - set(TAG.findall(self.url + str(self.body)))
        if foreign:
            yield Violation("foreign row", f"{foreign} in {where}")
        if answer.status_code >= 500:
            if not hurt:
                yield Violation("server error", where)
        elif answer.status_code not in self.expected:
            refused = '"nothing-visible"' in answer.text
            yield Violation("refused" if refused else "missing" if answer.status_code >= 400 else "wrong answer", where)
        elif answer.status_code < 300 and self.look is not None:
            yield from (Violation(kind, f"{detail} in {where}") for kind, detail in self.look(answer.json()))


class Traffic:
    """Draws requests; every choice comes from one generator, so a seed repeats them."""

    def __init__(self, crowd: Crowd, random_: random.Random) -> None:
        self.crowd = crowd
        self.random = random_
        self._own = {
            self._put_home: 20, self._get_home: 14, self._get_anchor: 6, self._delete_home: 6, self._batch: 7,
            self._list_homes: 7, self._put_residence: 4, self._get_residence: 4, self._list_residences: 3,
        }  # fmt: skip
        self._shared = {
            self._search: 16, self._search_landlord: 8, self._search_area: 5, self._item: 8, self._territories: 3,
        }  # fmt: skip
        self._wrong = [
            self._foreign_residence, self._foreign_territory, self._foreign_home, self._broken_body, self._old_version,
            self._broken_cursor,
        ]  # fmt: skip

    def draw(self) -> Request:
        """Return the next good request."""
        person = self.random.choice(self.crowd.people)
        kinds = {**self._own, **self._shared} if person.is_landlord else self._shared
        return self.random.choices(list(kinds), list(kinds.values()))[0](person)

    def draw_wrong(self) -> Request:
        """Return a request that must be refused."""
        return self.random.choice(self._wrong)(self.random.choice(self.crowd.landlords))

    def _ref(self, person: Person) -> tuple[str, bool]:
        if self.random.random() < 0.3:
            return person.ref(ANCHOR), True
        return person.ref(self.random.randrange(HOMES)), False

    def _put_home(self, person: Person) -> Request:
        ref, anchor = self._ref(person)
        given = person.home(self.random, anchor=anchor)
        return Request("PUT home", person, "PUT", f"/v1/homes/{ref}", {200, 201}, body=given, look=_is_ref(ref))

    def _get_home(self, person: Person) -> Request:
        ref = person.ref(self.random.randrange(HOMES))
        return Request("GET home", person, "GET", f"/v1/homes/{ref}", {200, 404}, look=_is_ref(ref))

    def _get_anchor(self, person: Person) -> Request:
        ref = person.ref(ANCHOR)
        return Request("GET anchor", person, "GET", f"/v1/homes/{ref}", {200}, look=_is_ref(ref))

    def _delete_home(self, person: Person) -> Request:
        ref = person.ref(self.random.randrange(HOMES))
        return Request("DELETE home", person, "DELETE", f"/v1/homes/{ref}", {204, 404})

    def _batch(self, person: Person) -> Request:
        names = self.random.sample(range(HOMES), self.random.randrange(1, HOMES))
        lines = [{"ref": person.ref(name), **person.home(self.random)} for name in names]

        def look(body: Any) -> Iterator[Violation]:
            if body["rejected"] or [line["ref"] for line in body["lines"]] != [line["ref"] for line in lines]:
                yield Violation("wrong answer", "lines")

        headers = {"Content-Type": NDJSON}
        if self.random.random() < 0.3:
            headers["Idempotency-Key"] = f"key-{self.random.randrange(10**12)}"
        content = "\n".join(map(json.dumps, lines))
        return Request("batch", person, "POST", "/v1/homes:batch", {200}, headers=headers, content=content, look=look)

    def _list_homes(self, person: Person) -> Request:
        def look(body: Any) -> Iterator[Violation]:
            refs = [item["ref"] for item in body["items"]]
            if refs != sorted(set(refs)) or not refs:
                yield Violation("wrong answer", "order")
            if not body["next"] and person.ref(ANCHOR) not in refs:
                yield Violation("missing", "the anchor")

        query = {"limit": self.random.choice([3, 50])}
        return Request("list homes", person, "GET", "/v1/homes", {200}, query, look=look)

    def _put_residence(self, person: Person) -> Request:
        url = f"/v1/residences/{person.residence}"
        return Request(
            "PUT residence", person, "PUT", url, {200}, body=person.building(self.random),
            look=_is_ref(person.residence),
        )  # fmt: skip

    def _get_residence(self, person: Person) -> Request:
        url = f"/v1/residences/{person.residence}"
        return Request("GET residence", person, "GET", url, {200}, look=_is_ref(person.residence))

    def _list_residences(self, person: Person) -> Request:
        def look(body: Any) -> Iterator[Violation]:
            if [item["ref"] for item in body["items"]] != [person.residence]:
                yield Violation("missing", "the residence")

        return Request("list residences", person, "GET", "/v1/residences", {200}, look=look)

    def _search(self, person: Person) -> Request:
        where = self.random.choice(person.territories)
        query: dict[str, Any] = {"limit": self.random.choice([5, 20, 50]), "count": "true"}
        query |= self.random.choice(
            [
                {"near": f"{where.lon},{where.lat}", "within_m": 30_000}, {"commune": where.communes[0]},
                {"territory": where.slug}, {}, {"availability": "now", "sort": "freshness"},
            ]
        )  # fmt: skip
        return Request("search", person, "GET", "/v1/listings", {200}, query, look=self._only_visible(person))

    def _search_landlord(self, person: Person) -> Request:
        """Ask for one landlord's listings: its anchor is among them, or nothing is."""
        whose = self.random.choice(self.crowd.landlords)
        visible = str(whose.member.id) in person.landlords

        def look(body: Any) -> Iterator[Violation]:
            yield from self._only_visible(person)(body)
            found = {item["id"] for item in body["items"]}
            if visible and whose.anchor not in found:
                yield Violation("missing", f"the anchor of {whose.tag}")
            if {item["landlord"]["id"] for item in body["items"]} - {str(whose.member.id)}:
                yield Violation("wrong answer", "another landlord's")

        query = {"landlord": str(whose.member.id), "limit": 50}
        return Request("search landlord", person, "GET", "/v1/listings", {200}, query, look=look)

    def _search_area(self, person: Person) -> Request:
        lon, lat = (where := self.random.choice(person.territories)).lon, where.lat
        ring = [[lon - 0.2, lat - 0.2], [lon + 0.2, lat - 0.2], [lon, lat + 0.2], [lon - 0.2, lat - 0.2]]
        body = {"area": {"type": "Polygon", "coordinates": [ring]}, "limit": 50}
        return Request(
            "search area", person, "POST", "/v1/listings/search", {200}, body=body, look=self._only_visible(person)
        )

    def _item(self, person: Person) -> Request:
        """Read an anchor: there for those who may see it, and for nobody else."""
        whose = self.random.choice(self.crowd.landlords)

        def look(body: Any) -> Iterator[Violation]:
            yield from self._only_visible(person)({"items": [body]})
            if body["id"] != whose.anchor:
                yield Violation("wrong answer", "another listing")

        expected = {200} if str(whose.member.id) in person.landlords else {404}
        return Request("item", person, "GET", f"/v1/listings/{whose.anchor}", expected, look=look)

    def _territories(self, person: Person) -> Request:
        def look(body: Any) -> Iterator[Violation]:
            found = {item["id"] for item in body["items"]}
            if found - person.slugs:
                yield Violation("foreign row", f"territories {found}")
            elif found != person.slugs:
                yield Violation("missing", "a territory")

        return Request("territories", person, "GET", "/v1/territories", {200}, look=look)

    def _only_visible(self, person: Person) -> Callable[[Any], Iterator[Violation]]:
        def look(body: Any) -> Iterator[Violation]:
            for item in body["items"]:
                landlord, slug = item["landlord"]["id"], item["territory"]
                own = landlord == str(person.member.id)
                if not own and (landlord not in person.landlords or slug not in person.slugs):
                    yield Violation("foreign row", f"listing of {landlord} in {slug}")

        return look

    # What must be refused, and say nothing while it is.

    def _somebody_else(self, person: Person) -> Person:
        return self.random.choice([other for other in self.crowd.landlords if other is not person])

    def _foreign_residence(self, person: Person) -> Request:
        given = {**person.home(self.random), "residence_ref": self._somebody_else(person).residence}
        return Request("foreign residence", person, "PUT", f"/v1/homes/{person.ref('X')}", {422}, body=given)

    def _foreign_home(self, person: Person) -> Request:
        url = f"/v1/homes/{self._somebody_else(person).ref(ANCHOR)}"
        return Request("foreign home", person, self.random.choice(["GET", "DELETE"]), url, {404})

    def _foreign_territory(self, person: Person) -> Request:
        slugs = {place.slug for place in self.crowd.places} - person.slugs or {"nowhere"}
        return Request("foreign territory", person, "GET", "/v1/listings", {400}, {"territory": min(slugs)})

    def _broken_body(self, person: Person) -> Request:
        url, headers = f"/v1/homes/{person.ref('X')}", {"Content-Type": "application/json"}
        return Request("broken body", person, "PUT", url, {400}, headers=headers, content="{")

    def _old_version(self, person: Person) -> Request:
        url, headers = f"/v1/homes/{person.ref(ANCHOR)}", {"If-Match": '"0"'}
        body = person.home(self.random, anchor=True)
        return Request("old version", person, "PUT", url, {412}, headers=headers, body=body)

    def _broken_cursor(self, person: Person) -> Request:
        return Request("broken cursor", person, "GET", "/v1/homes", {400}, {"cursor": "AAAAAAAAAAAAAAAAAAAA"})


def _is_ref(ref: str) -> Callable[[Any], Iterator[Violation]]:
    def look(body: Any) -> Iterator[Violation]:
        if body["ref"] != ref:
            yield Violation("wrong answer", f"another object than {ref}")

    return look
