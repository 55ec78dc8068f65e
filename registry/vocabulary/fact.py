"""What one entry of the vocabulary says: see ``home``, ``common_parts`` and ``outside`` for the tables themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from registry.kernel.text import Text

HABITATION: Final = "Arrêté du 24 décembre 2015 (bâtiments d'habitation)"
IN_FORCE: Final = date(2016, 4, 1)
"""Of that decree, which took the place of the one of 1 August 2006."""

Version = Literal["2026.1", "2026.2"]
VERSIONS: Final[tuple[Version, ...]] = get_args(Version)
"""Of the vocabulary, the oldest first: year and number. A later one only adds facts; the others keep their sense."""

Kind = Literal["yes_no", "measure", "choice"]
Part = Literal["home", "common_parts", "surroundings"]
Place = Literal["home", "residence"]
Scheme = Literal["acceslibre", "cnig", "vera", "bat", "ahr", "rpls"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a measure counts as a feature, and which text says so."""

    comparison: Literal[">=", "<="]
    value: int
    source: str
    date: date


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class When:
    """The condition under which a fact means anything: that another one is not stated to be something else.

    ``excludes``: whether to state the fact where the condition does not hold denies the other one, and is refused;
    otherwise it only says nothing more.
    """

    code: str
    value: str
    excludes: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known about a home, the way to it, or what surrounds it.

    Attributes:
        section: Under which heading a form shows it; see :data:`registry.vocabulary.facts.SECTIONS`.
        since: The version of the vocabulary that introduced it; see :func:`registry.vocabulary.facts.codes_of`.
        kind: ``yes_no`` takes "yes" or "no"; ``measure`` a whole number in ``unit``; ``choice`` one of ``choices``.
        part: Whether it belongs to the home, to the building's common parts or to the surroundings.
        stated_on: What it is stated of. Where a home states nothing, what its residence states of the common parts
            counts for it.
        number: Its place among the features that a search filters by; ``None``: no search does.
        when: What must hold for it to mean anything.
        counts: Whether completeness counts it.
        minimum: Least plausible measure; below it the unit is probably wrong. So ``maximum``, above it.
        source: The text that defines it, where one does.
        crosswalks: What it is called elsewhere: a field of acceslibre, ``layer.column`` of the CNIG standard, a label
            of VERA, a category of BAT or AHR that asks for it, a variable of RPLS.
    """

    code: str
    kind: Kind
    part: Part
    section: str
    since: Version
    label: Text
    help: Text
    stated_on: tuple[Place, ...] = ("home",)
    number: int | None = None
    source: str | None = None
    unit: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    threshold: Threshold | None = None
    choices: tuple[Choice, ...] = ()
    when: When | None = None
    counts: bool = True
    crosswalks: Mapping[Scheme, str] = field(default_factory=dict)

    @property
    def source_date(self) -> date | None:
        """Since when the text that defines it is in force; ``None`` where its name says of when it is."""
        return IN_FORCE if self.source and self.source.startswith(HABITATION) else None

    @property
    def feature(self) -> int:
        """Its place among the features; only for one that has one."""
        assert self.number is not None
        return self.number
