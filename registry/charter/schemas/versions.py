"""The versions of a charter: what is drafted, read, signed and compared."""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from registry.charter.schemas import Adhesion, Terms
from registry.kernel.canonical_json import canonical
from registry.kernel.fields import PRINTABLE, WHOLE, FullDate, Printable, is_printable
from registry.kernel.validation import Wrong

Status = Literal["draft", "proposed", "in_force", "superseded"]
Part = Literal["charter", "data_sharing"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
"""The charter, then the data-sharing agreement: in the order in which they are read."""
MOST_ARTICLES: Final = 200
MAX_VERSION: Final = 1_000_000
_LINES: Final = PRINTABLE.replace(r"\u0000-\u001f", r"\u0000-\u0009\u000b-\u001f")
_TERMS: Final = sorted(Terms.model_fields)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _lines(value: str) -> str:
    if not all(is_printable(line) for line in value.split("\n")):
        raise Wrong("caractère de contrôle ou invisible", "control or invisible character")
    return value


def _term(value: str) -> str:
    if value not in Terms.model_fields:
        known = ", ".join(_TERMS)
        raise Wrong(f"clause inconnue ; connues : {known}", f"unknown term; known: {known}")
    return value


Line = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
Lines = Annotated[
    str, AfterValidator(_lines), Field(min_length=1, max_length=20_000, json_schema_extra={"pattern": _LINES})
]
TermName = Annotated[str, AfterValidator(_term), Field(json_schema_extra={"enum": _TERMS})]
Version = Annotated[int, Field(ge=1, le=MAX_VERSION), WHOLE]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ArticleTitle(Strict):
    """In both languages."""

    fr: Line
    en: Line


class ArticleText(Strict):
    """In both languages; lines end in a line feed."""

    fr: Lines
    en: Lines


class Article(Strict):
    """What members agree, in words; where a term says the same in figures, its name."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$", max_length=20, description="1.2, say.")]
    part: Annotated[
        Part,
        Field(
            description="Of the charter or of the data-sharing agreement, which is read after it. An article of before"
            " there were parts has none in its version, nor in the digest: it is the charter's."
        ),
    ] = "charter"
    title: ArticleTitle
    text: ArticleText
    terms: Annotated[
        tuple[TermName, ...], Field(max_length=len(_TERMS), description="Names of the terms that it rests on.")
    ] = ()


class CharterDraft(Strict):
    """A draft as its coordinator writes it. What is left out is as in ``based_on``, or else as by default."""

    based_on: Annotated[Version | None, Field(description="A version of this charter.")] = None
    articles: Annotated[
        tuple[Article, ...] | None, Field(max_length=MOST_ARTICLES, description="In order, within each part.")
    ] = None
    terms: Annotated[Terms | None, Field(description="All of them: one that is left out is as by default.")] = None

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen: set[str] = set()
        for article in self.articles or ():
            if article.code in seen:
                raise Wrong(
                    f"deux articles portent le code « {article.code} »",
                    f"two articles have the code '{article.code}'",
                    field="articles",
                )
            seen.add(article.code)
        return self


class CharterProposal(Strict):
    """Until when members are asked to sign; nothing happens on that day by itself."""

    reply_by: Annotated[FullDate, Field(description="Until when you ask for signatures; today or later.")]


def _name(value: str) -> str:
    name = re.sub(r"\s+", " ", value).strip()
    if not name:
        raise Wrong("vide", "empty")
    return name


PersonName = Annotated[Printable, StringConstraints(min_length=1, max_length=200), AfterValidator(_name)]


class SignatureIn(Strict):
    """A person's signature for the organisation, of the text that they read: charter and data-sharing agreement."""

    text_sha256: Annotated[
        Digest,
        Field(description="Of the articles of both parts and the terms that were read: text_sha256 there."),
    ]
    signed_by: Annotated[PersonName, Field(description="Name of the person who signs for the organisation.")]
    signed_as: Annotated[PersonName, Field(description="Their function in it.")]


class CharterVersionSummary(BaseModel):
    """A version without its text."""

    version: int
    status: Status
    proposed_at: dt.datetime | None
    reply_by: dt.date | None = Field(description="Until when its coordinator asks for signatures.")
    in_force_from: dt.datetime | None
    superseded_at: dt.datetime | None
    text_sha256: str = Field(
        description='SHA-256, in hexadecimal, of {"articles": …, "terms": …} as this version has them, written by RFC'
        " 8785 (JSON Canonicalization Scheme): of charter and data-sharing agreement, as one text. Of a draft it"
        " changes with the draft."
    )


class CharterVersionPage(BaseModel):
    items: list[CharterVersionSummary]
    next: str | None


class CharterVersionOut(CharterVersionSummary):
    """A version with its articles, of the charter and of the data-sharing agreement, and its terms, as signed."""

    articles: list[Article]
    terms: Terms


class ArticleChange(BaseModel):
    """What became of an article; ``moved`` is one of unchanged words that stands elsewhere in its part."""

    code: str
    change: Literal["added", "removed", "changed", "moved"]
    before: Article | None
    after: Article | None


class TermChange(BaseModel):
    term: str = Field(description="Dotted: index_grid.weights.L.")
    before: Any = Field(description="Null: it did not exist.")
    after: Any = Field(description="Null: it exists no more.")


class CharterComparison(BaseModel):
    """What is different in ``version`` from what ``compared_with`` says."""

    version: int
    compared_with: int
    articles: list[ArticleChange]
    terms: list[TermChange]


class Signatory(BaseModel):
    id: uuid.UUID
    name: str


class SignatureOut(BaseModel):
    """Who signed which text, and when; kept after it ended."""

    id: uuid.UUID
    organisation: Signatory
    charter_version: int
    text_sha256: str | None = Field(description="Null for a signature of before digests were kept.")
    signed_by: str
    signed_as: str | None = Field(description="Null for a signature of before functions were kept.")
    signed_at: dt.datetime
    withdrawn_at: dt.datetime | None = Field(description="When the adhesion was ended or refused, if it was.")


class SignaturePage(BaseModel):
    items: list[SignatureOut]
    next: str | None


class AdhesionOut(Adhesion):
    """An organisation's adhesion, as the territory's coordinator sees it."""

    organisation: Signatory


class AdhesionPage(BaseModel):
    items: list[AdhesionOut]
    next: str | None


def part_of(article: Mapping[str, Any]) -> Part:
    """Return the part of an article as it was written: the charter's, where it was written before there were parts."""
    given: Part = article.get("part", "charter")
    return given


def by_part(articles: Sequence[Mapping[str, Any]]) -> dict[Part, list[dict[str, Any]]]:
    """Return the articles of each part in their order, each with its part; a part without any is empty."""
    return {part: [{**each, "part": part} for each in articles if part_of(each) == part] for part in PARTS}


def text_sha256(articles: Sequence[Any], terms: Mapping[str, Any]) -> str:
    """Return the digest of a version's text, from JSON values: what a signatory computes and signs."""
    return hashlib.sha256(canonical({"articles": articles, "terms": terms})).hexdigest()


DRAFT_EXAMPLE: Final[dict[str, Any]] = {
    "articles": [
        {
            "code": "1",
            "title": {"fr": "Fraîcheur des données", "en": "Fresh data"},
            "text": {
                "fr": "Chaque bailleur confirme l'état de ses logements au moins tous les 35 jours.",
                "en": "Each landlord confirms how its homes stand at least every 35 days.",
            },
            "terms": ["freshness_days"],
        },
        {
            "code": "2",
            "part": "data_sharing",
            "title": {"fr": "Précision du lieu", "en": "Precision of the place"},
            "text": {
                "fr": "Un logement est montré en un point d'une maille d'au moins 11 logements et 3 résidences.",
                "en": "A home is shown at a point of a cell of at least 11 dwellings and 3 residences.",
            },
            "terms": ["location_precision", "k", "k_residences"],
        },
    ],
    "terms": {"freshness_days": 35},
}
PROPOSAL_EXAMPLE: Final[dict[str, Any]] = {"reply_by": "2999-03-31"}
SIGNATURE_EXAMPLE: Final[dict[str, Any]] = {
    "text_sha256": "0f" * 32, "signed_by": "Jeanne Essai", "signed_as": "Directrice générale",
}  # fmt: skip
