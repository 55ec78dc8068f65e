"""Zones never hold fewer than k dwellings, and nothing about them, or about their changes, gives a residence away."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from registry.listings.zoning import (
    BASE_M,
    COMMUNE,
    Cell,
    Dwellings,
    Land,
    Rule,
    Zone,
    ZoneKey,
    may_show_quarters,
    parent,
    square,
    standing,
    zone_of,
    zones,
)

RULE = Rule(k=11, k_residences=3)
TOWN = "33063"
NEXT = "33281"


def block(x: int, y: int, *counts: int, commune: str = TOWN, quarters: tuple[str, ...] = ()) -> list[Dwellings]:
    """Residences of ``counts`` dwellings in one cell of 500 m."""
    return [Dwellings(Cell(commune, x, y), (commune, x, y, i, quarters), quarters, n) for i, n in enumerate(counts)]


def town(*cells: tuple[int, int]) -> list[Dwellings]:
    """Fifteen dwellings in three residences in each cell, and as many far away: the commune leaves enough over."""
    return [part for x, y in (*cells, (400, 400)) for part in block(x, y, 5, 5, 5)]


def land_around(*cells: tuple[int, int], commune: str = TOWN) -> Land:
    return {commune: set(cells)}


def key_at(found: list[Zone], x: int, y: int, commune: str = TOWN) -> ZoneKey:
    keys = {zone.key for zone in found}
    key = zone_of(Cell(commune, x, y), keys.__contains__)
    assert key is not None
    return key


def covers(zone: Zone, cell: Cell) -> bool:
    """Tell whether the shape of ``zone`` contains ``cell``."""
    around = standing([square(cell, BASE_M)])
    return zone.key in around and not around & zone.taken


def shape(found: list[Zone]) -> set[tuple[ZoneKey, frozenset[ZoneKey]]]:
    return {(zone.key, zone.taken) for zone in found}


FOUR = ((0, 0), (1, 0), (0, 1), (1, 1))


def test_zone_where_a_cell_satisfies_the_rule_and_so_does_the_rest_is_the_cell() -> None:
    found = zones(town(*FOUR, (2, 2)), RULE)
    assert key_at(found, 0, 0) == ZoneKey(TOWN, 500, 0, 0)


def test_zone_beside_a_small_neighbour_takes_it_in_with_the_smallest_that_stood() -> None:
    parts = [*block(0, 0, 50, 50, 50), *block(1, 0, 40, 40, 40), *block(0, 1, 9, 9, 9), *block(1, 1, 3), *town((2, 2))]
    found = zones(parts, RULE)
    assert key_at(found, 0, 0).size_m == key_at(found, 1, 0).size_m == 500
    assert key_at(found, 0, 1) == key_at(found, 1, 1) == ZoneKey(TOWN, 1000, 0, 0)
    (rest,) = [zone for zone in found if zone.key == ZoneKey(TOWN, 1000, 0, 0)]
    assert rest.taken == {ZoneKey(TOWN, 500, 0, 0), ZoneKey(TOWN, 500, 1, 0)}


def test_zone_beside_an_empty_cell_reaches_over_it() -> None:
    """Else the first home there would be alone in what its neighbours leave over."""
    found = zones(town((0, 0), (1, 0), (0, 1), (2, 2)), RULE)
    sizes = [key_at(found, x, y).size_m for x, y in FOUR]
    assert sorted(sizes) == [500, 500, 1000, 1000]
    assert key_at(found, 1, 1).size_m == 1000


def test_zone_beside_a_cell_outside_the_commune_does_not_reach_over_it() -> None:
    parts = town((0, 0), (1, 0), (0, 1), (2, 2))
    found = zones(parts, RULE, land=land_around((0, 0), (1, 0), (0, 1), (2, 2), (400, 400)))
    assert {key_at(found, x, y).size_m for x, y in ((0, 0), (1, 0), (0, 1))} == {500}


def test_zone_outside_the_commune_counts_as_land_where_a_home_is_registered() -> None:
    parts = [*town((0, 0), (1, 0), (0, 1), (2, 2)), *block(1, 1, 1)]
    found = zones(parts, RULE, land=land_around((0, 0), (1, 0), (0, 1), (2, 2), (400, 400)))
    assert key_at(found, 1, 1).size_m == 1000


def test_zone_with_many_dwellings_of_one_residence_fails_the_rule() -> None:
    assert {zone.key.size_m for zone in zones(block(0, 0, 400), RULE)} == {COMMUNE}


def test_zone_counts_the_dwellings_of_a_residence_on_two_cells_as_of_one() -> None:
    parts = [Dwellings(Cell(TOWN, x, 0), name, (), 20) for x in (0, 1) for name in ("A", "B")]
    assert {zone.key.size_m for zone in zones(parts, RULE)} == {COMMUNE}


def test_zone_of_failing_squares_takes_in_the_smallest_neighbour() -> None:
    found = zones([*block(0, 0, 4), *block(8, 8, 10, 10, 10), *block(16, 16, 90, 90, 90)], RULE)
    assert key_at(found, 0, 0).size_m == key_at(found, 8, 8).size_m == COMMUNE
    assert key_at(found, 16, 16).size_m != COMMUNE


def test_zone_of_the_only_square_of_a_larger_commune_is_the_commune() -> None:
    parts = block(0, 0, 50, 50, 50)
    assert {zone.key.size_m for zone in zones(parts, RULE)} == {COMMUNE}
    assert {zone.key.size_m for zone in zones(parts, RULE, land=land_around((0, 0), (9, 9)))} == {COMMUNE}
    assert {zone.key.size_m for zone in zones(parts, RULE, land=land_around((0, 0)))} == {500}


def test_zone_of_a_cell_on_two_communes_counts_each_commune_alone() -> None:
    found = zones([*town(*FOUR, (2, 2)), *block(0, 0, 1, commune=NEXT)], RULE)
    assert key_at(found, 0, 0).size_m == 500
    assert key_at(found, 0, 0, NEXT).size_m == COMMUNE


def test_zone_held_wide_while_narrowing_is_not_allowed_stays_wide() -> None:
    before = zones([*block(0, 0, 5, 5, 5), *town((2, 2))], RULE)
    parts = town(*FOUR, (2, 2))
    assert key_at(zones(parts, RULE), 0, 0).size_m == 500
    held = zones(parts, RULE, may_stand=standing(zone.key for zone in before))
    assert key_at(held, 0, 0) == key_at(before, 0, 0)


def test_zone_that_lost_dwellings_widens_whatever_stood() -> None:
    before = standing(zone.key for zone in zones(town(*FOUR, (2, 2)), RULE))
    parts = [*town((1, 0), (0, 1), (1, 1), (2, 2)), *block(0, 0, 1)]
    assert key_at(zones(parts, RULE, may_stand=before), 0, 0).size_m == 1000


def test_zone_of_a_commune_seen_for_the_first_time_is_divided_at_once() -> None:
    stood = standing(zone.key for zone in zones(block(0, 0, 1, commune=NEXT), RULE))
    assert key_at(zones(town(*FOUR, (2, 2)), RULE, may_stand=stood), 0, 0).size_m == 500


def shown(parts: list[Dwellings], *combinations: tuple[str, ...]) -> bool:
    return may_show_quarters(Zone(ZoneKey(TOWN, 500, 0, 0), frozenset(), tuple(parts)), RULE, combinations)


def test_quarters_are_shown_where_every_part_satisfies_the_rule() -> None:
    parts = [*block(0, 0, 9, 9, 9, quarters=("q:a",)), *block(0, 0, 9, 9, 9, quarters=("q:b",))]
    assert shown(parts, ("q:a",), ("q:b",))


def test_quarters_where_the_remainder_is_small_are_hidden() -> None:
    parts = [*block(0, 0, 9, 9, 9, quarters=("q:a",)), *block(0, 0, 2, quarters=("q:b",))]
    assert not shown(parts, ("q:a",), ("q:b",))
    assert not shown(parts, ("q:a",)), "a home is registered in a part that the shapes do not know"


def test_quarters_where_a_part_is_empty_are_hidden() -> None:
    """Else they would vanish for all in the minute in which the first home of that part appears."""
    parts = block(0, 0, 9, 9, 9, quarters=("q:a",))
    assert shown(parts, ("q:a",))
    assert not shown(parts, ("q:a",), ())


def test_quarters_of_two_layers_are_hidden_where_their_common_part_is_small() -> None:
    both, one = block(0, 0, 2, quarters=("q:a", "s:z")), block(0, 0, 9, 9, 9, quarters=("q:a",))
    assert not shown([*both, *one], ("q:a",), ("q:a", "s:z"))


def test_quarters_of_a_zone_without_a_shape_are_hidden() -> None:
    zone = Zone(ZoneKey(TOWN, COMMUNE, 0, 0), frozenset(), tuple(block(0, 0, 9, 9, 9, quarters=("q:a",))))
    assert not may_show_quarters(zone, RULE, None)


coordinates = st.integers(-6, 6)
dwellings = st.builds(
    lambda commune, x, y, residence, quarter, count: Dwellings(
        Cell(commune, x, y), (residence, x // 3), (quarter,) if quarter else (), count
    ),
    st.sampled_from([TOWN, NEXT]), coordinates, coordinates, st.integers(0, 60),
    st.sampled_from(["", "q:a", "q:b"]), st.integers(1, 30),
)  # fmt: skip
stocks = st.lists(dwellings, max_size=80)
lands = st.none() | st.fixed_dictionaries({TOWN: st.sets(st.tuples(coordinates, coordinates), max_size=169)})
everywhere: Land = {commune: {(x, y) for x in range(-6, 7) for y in range(-6, 7)} for commune in (TOWN, NEXT)}


@given(stocks, lands)
def test_zones_of_any_stock_satisfy_the_rule_or_are_a_whole_commune(parts: list[Dwellings], land: Land | None) -> None:
    found = zones(parts, RULE, land=land)
    for zone in found:
        alone = [other for other in found if other.key.commune == zone.key.commune] == [zone]
        assert RULE.holds(zone.dwellings) or (zone.key.size_m == COMMUNE and alone)
    counted = [part for zone in found for part in zone.dwellings]
    assert sorted(counted, key=repr) == sorted(parts, key=repr), "every dwelling is in exactly one zone"


@given(stocks, st.sampled_from([None, everywhere]), coordinates, coordinates)
def test_zones_of_any_stock_cover_every_place_once(parts: list[Dwellings], land: Land | None, x: int, y: int) -> None:
    found = zones(parts, RULE, land=land)
    for commune in {part.cell.commune for part in parts}:
        cell = Cell(commune, x, y)
        assert [zone.key for zone in found if covers(zone, cell)] == [key_at(found, x, y, commune)]


@given(stocks, stocks, st.sampled_from([None, everywhere]))
def test_zones_when_homes_are_added_do_not_change_before_the_next_narrowing(
    parts: list[Dwellings], added: list[Dwellings], land: Land | None
) -> None:
    before = zones(parts, RULE, land=land)
    known = {part.cell.commune for part in parts}
    stood = standing(zone.key for zone in before)
    after = zones([*parts, *(part for part in added if part.cell.commune in known)], RULE, land=land, may_stand=stood)
    assert shape(after) == shape(before)


@given(stocks, st.data())
def test_zones_when_homes_are_removed_only_merge(parts: list[Dwellings], data: st.DataObject) -> None:
    left = data.draw(st.lists(st.sampled_from(parts), unique=True)) if parts else []
    before = zones(parts, RULE)
    after = zones(left, RULE, may_stand=standing(zone.key for zone in before))
    merged: dict[ZoneKey, set[ZoneKey]] = defaultdict(set)
    for x in range(-6, 7):
        for y in range(-6, 7):
            for commune in {part.cell.commune for part in left}:
                merged[key_at(before, x, y, commune)].add(key_at(after, x, y, commune))
    assert all(len(into) == 1 for into in merged.values()), "no zone is torn apart"


@given(stocks, stocks)
def test_zones_while_held_never_narrow(parts: list[Dwellings], others: list[Dwellings]) -> None:
    """Whatever changed in between: no place has a smaller square around it than before."""
    before = zones(parts, RULE)
    after = zones(others, RULE, may_stand=standing(zone.key for zone in before))
    known = {part.cell.commune for part in parts} & {part.cell.commune for part in others}
    for commune in known:
        for x in range(-6, 7):
            around = standing([key_at(before, x, x, commune)])
            assert key_at(after, x, x, commune) in around


def test_parent_of_a_square_is_the_next_larger_one_also_below_the_origin() -> None:
    assert parent(ZoneKey(TOWN, 500, -1, -3)) == ZoneKey(TOWN, 1000, -1, -2)
    assert parent(ZoneKey(TOWN, 1000, -1, -2)) == ZoneKey(TOWN, 2000, -1, -1)
    assert parent(ZoneKey(TOWN, 2000, -1, -1)) == parent(ZoneKey(TOWN, COMMUNE, 0, 0)) == ZoneKey(TOWN, COMMUNE, 0, 0)
