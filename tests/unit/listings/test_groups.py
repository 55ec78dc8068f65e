"""No grade and no band singles a residence out: not today, and not by what was shown before."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.listings.groups import Former, Group, Member, group
from registry.listings.reach import PLACES, WORTH, said_by, statements
from registry.vocabulary.grid import GRADES
from registry.vocabulary.services import Family

K, RESIDENCES = 5, 3
Told = tuple[str | None, int]


def named(number: int) -> uuid.UUID:
    return uuid.UUID(int=number + 1)


def member(number: int, told: Told, before: Iterable[Former] = (), homes: int = 2) -> Member:
    return Member(named(number), homes, statements(*told), frozenset(before))


def grouped(members: Sequence[Member], *, may_split: bool = True) -> list[Group]:
    return group(members, WORTH, k=K, k_residences=RESIDENCES, may_split=may_split)


def shown(groups: Iterable[Group]) -> dict[uuid.UUID, Told]:
    return {residence: said_by(made.held) for made in groups for residence in made.cores}


def once_more(groups: Iterable[Group]) -> dict[uuid.UUID, Former]:
    return {residence: Former(made.name, *core) for made in groups for residence, core in made.cores.items()}


def bits(family: Family, band: int) -> int:
    return band << PLACES[family, "wheelchair"]


bands = st.builds(
    lambda first, second: bits(Family.PHARMACY, first) | bits(Family.FOOD, second),
    st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
told = st.tuples(st.sampled_from([None, *GRADES]), bands)


@given(st.lists(st.tuples(told, st.integers(1, 6)), max_size=40))
def test_what_is_shown_is_true_of_as_many_residences_and_dwellings_as_the_rule_asks(
    residences: list[tuple[Told, int]],
) -> None:
    members = [member(number, said, homes=homes) for number, (said, homes) in enumerate(residences)]
    found = shown(grouped(members))
    assert len(found) == len(members), "each residence is in one group"
    alike: dict[Told, list[Member]] = defaultdict(list)
    for each in members:
        alike[found[each.residence]].append(each)
    for said, together in alike.items():
        if len(members) >= RESIDENCES and sum(each.homes for each in members) >= K:
            assert len(together) >= RESIDENCES
            assert sum(each.homes for each in together) >= K
        else:
            assert said == (None, 0), "too few for anything to be shown"
        for each in together:
            assert not (statements(*said) & ~each.statements).any(), "nothing is promised"


steps = st.lists(
    st.tuples(
        st.lists(told, min_size=1, max_size=4),  # who comes
        st.lists(st.tuples(st.integers(0, 30), told), max_size=4),  # whose value changes
        st.booleans(),  # whether a month has passed
    ),
    min_size=2, max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(told, min_size=6, max_size=16), steps)
def test_remembering_every_group_of_a_residence_leaves_as_many_as_the_rule_asks(
    first: list[Told], changes: list[tuple[list[Told], list[tuple[int, Told]], bool]]
) -> None:
    values = dict(enumerate(first))
    candidates: dict[uuid.UUID, set[uuid.UUID]] = {}
    before: dict[uuid.UUID, Former] = {}
    for new, changed, a_month_later in [([], [], True), *changes]:
        values |= {number: said for number, said in changed if number in values}
        values |= dict(enumerate(new, start=len(values)))
        members = [
            member(number, said, {before[named(number)]} if named(number) in before else ())
            for number, said in values.items()
        ]
        groups = grouped(members, may_split=a_month_later)
        before = once_more(groups)
        for made in groups:
            for residence in made.cores:
                candidates.setdefault(residence, set(made.cores)).intersection_update(made.cores)
                assert len(candidates[residence]) >= RESIDENCES


def test_lone_residence_of_a_rare_grade_is_shown_with_that_of_its_neighbours() -> None:
    found = shown(grouped([member(0, ("A", 0)), *(member(n, ("C", 0)) for n in range(1, 6))]))
    assert set(found.values()) == {("C", 0)}


def test_residence_that_is_not_assessable_hides_the_grades_of_too_few_neighbours() -> None:
    assert set(shown(grouped([member(0, (None, 0)), *(member(n, ("C", 0)) for n in range(1, 5))])).values()) == {
        (None, 0)
    }


def test_two_kinds_of_residences_that_are_many_enough_are_each_shown_as_they_are() -> None:
    near, far = ("B", bits(Family.PHARMACY, 3)), ("D", bits(Family.PHARMACY, 1))
    found = shown(grouped([member(n, near if n % 2 else far) for n in range(6)]))
    assert [found[named(n)] for n in range(6)] == [far, near] * 3


def test_nearer_and_farther_together_are_shown_by_the_wider_band() -> None:
    found = shown(grouped([member(n, (None, bits(Family.FOOD, 2 + (n == 0)))) for n in range(3)]))
    assert set(found.values()) == {(None, bits(Family.FOOD, 2))}


def test_group_is_not_cut_before_a_month_is_over() -> None:
    first = grouped([member(n, ("C", 0)) for n in range(6)])
    before = once_more(first)
    later = [member(n, ("A" if n < 3 else "C", 0), {before[named(n)]}) for n in range(6)]
    assert set(shown(grouped(later, may_split=False)).values()) == {("C", 0)}
    assert set(shown(grouped(later, may_split=True)).values()) == {("A", 0), ("C", 0)}


def test_residences_that_were_shown_alike_are_not_told_apart_once_their_groups_were_joined() -> None:
    """The two groups fall together when one loses a member; nobody is then paired with half of another group."""
    former = [Former(named(0), named(0))] * 3 + [Former(named(3), named(3))] * 2
    joined = grouped([member(n, ("B", 0), {former[n]}) for n in range(5)])
    assert len(joined) == 1
    before = once_more(joined)
    crosswise = [member(n, ("A" if n in {0, 3, 5} else "B", 0), {before[named(n)]} if n < 5 else ()) for n in range(6)]
    assert len(grouped(crosswise)) == 1


def test_group_that_loses_its_last_neighbours_shows_nothing() -> None:
    before = once_more(grouped([member(n, ("A", 0)) for n in range(3)]))
    left = grouped([member(n, ("A", 0), {before[named(n)]}) for n in range(2)])
    assert set(shown(left).values()) == {(None, 0)}


def test_residence_that_comes_new_joins_those_who_lose_least_by_it() -> None:
    near, far = ("B", bits(Family.PHARMACY, 3)), ("D", bits(Family.PHARMACY, 1))
    before = once_more(grouped([member(n, near if n % 2 else far) for n in range(6)]))
    old = [member(n, near if n % 2 else far, {before[named(n)]}) for n in range(6)]
    found = shown(grouped([*old, member(6, near)], may_split=False))
    assert found[named(6)] == near
    assert found[named(0)] == far


def test_grouping_of_a_large_commune_takes_no_order_from_its_input() -> None:
    chance = np.random.default_rng(3)
    members = [
        member(n, ([*GRADES, None][chance.integers(6)], bits(Family.FOOD, int(chance.integers(4))))) for n in range(400)
    ]
    assert shown(grouped(members)) == shown(grouped(members[::-1]))
