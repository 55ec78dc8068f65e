"""Zones never hold fewer than k dwellings, and nothing about them gives a residence away."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from registry.listings.zoning import COMMUNE, Cell, Dwellings, Rule, Zone, ZoneKey, square, zones

RULE = Rule(k=11, k_residences=3)


def block(x: int, y: int, *counts: int, commune: str = "33063", quarters: tuple[str, ...] = ()) -> list[Dwellings]:
    """Residences of ``counts`` dwellings in one cell of 500 m."""
    return [Dwellings(Cell(commune, x, y), (commune, x, y, i, quarters), quarters, n) for i, n in enumerate(counts)]


def by_cell(found: list[Zone]) -> dict[Cell, ZoneKey]:
    return {cell: zone.key for zone in found for cell in zone.cells}


def test_zone_where_four_cells_each_satisfy_the_rule_is_the_small_cell() -> None:
    parts = [part for x in (0, 1) for y in (0, 1) for part in block(x, y, 5, 5, 5)]
    assert {zone.key.size_m for zone in zones(parts, RULE)} == {500}


def test_zone_where_one_neighbour_fails_stays_undivided() -> None:
    parts = [*block(0, 0, 50, 50, 50), *block(1, 0, 3)]
    assert {zone.key for zone in zones(parts, RULE)} == {ZoneKey("33063", 1000, 0, 0)}


def test_zone_with_many_dwellings_of_one_residence_fails_the_rule() -> None:
    assert {zone.key.size_m for zone in zones(block(0, 0, 400), RULE)} == {COMMUNE}


def test_zone_of_failing_squares_takes_in_the_smallest_neighbour() -> None:
    parts = [*block(0, 0, 4), *block(8, 8, 10, 10, 10), *block(16, 16, 90, 90, 90)]
    found = by_cell(zones(parts, RULE))
    assert found[Cell("33063", 0, 0)].size_m == found[Cell("33063", 8, 8)].size_m == COMMUNE
    assert found[Cell("33063", 16, 16)].size_m != COMMUNE


def test_zone_of_a_cell_on_two_communes_counts_each_commune_alone() -> None:
    parts = [*block(0, 0, 20, 20, 20), *block(0, 0, 1, commune="33281")]
    found = by_cell(zones(parts, RULE))
    assert found[Cell("33063", 0, 0)].size_m == 500
    assert found[Cell("33281", 0, 0)].size_m == COMMUNE


def test_quarters_where_the_remainder_is_small_are_hidden() -> None:
    shown = [*block(0, 0, 9, 9, 9, quarters=("q:a",)), *block(0, 0, 9, 9, 9, quarters=("q:b",))]
    hidden = [*block(0, 0, 9, 9, 9, quarters=("q:a",)), *block(0, 0, 2, quarters=("q:b",))]
    assert [zone.quarters_shown for zone in zones(shown, RULE)] == [True]
    assert [zone.quarters_shown for zone in zones(hidden, RULE)] == [False]


def test_zone_held_wide_while_narrowing_is_not_allowed_stays_wide() -> None:
    parts = [part for x in (0, 1) for y in (0, 1) for part in block(x, y, 5, 5, 5)]
    held = {Cell("33063", x, y): 1000 for x in (0, 1) for y in (0, 1)}
    assert {zone.key.size_m for zone in zones(parts, RULE, held)} == {1000}
    assert {zone.key.size_m for zone in zones(parts, RULE, {Cell("33063", 0, 0): COMMUNE})} == {COMMUNE}


def test_zone_that_lost_dwellings_widens_whatever_was_held() -> None:
    parts = [*block(0, 0, 5, 5, 5), *block(1, 0, 1)]
    held = {Cell("33063", 0, 0): 500, Cell("33063", 1, 0): 500}
    assert min(zone.key.size_m for zone in zones(parts, RULE, held)) > 500


coordinates = st.integers(-6, 6)
dwellings = st.builds(
    lambda commune, x, y, residence, quarter, count: Dwellings(
        Cell(commune, x, y), (residence, x // 3), (quarter,) if quarter else (), count
    ),
    st.sampled_from(["33063", "33281"]), coordinates, coordinates, st.integers(0, 60),
    st.sampled_from(["", "q:a", "q:b"]), st.integers(1, 30),
)  # fmt: skip


@given(st.lists(dwellings, max_size=80))
def test_zones_of_any_stock_satisfy_the_rule_or_are_a_whole_commune(parts: list[Dwellings]) -> None:
    found = zones(parts, RULE)
    covered = [cell for zone in found for cell in zone.cells]
    assert sorted(covered) == sorted({part.cell for part in parts}), "every cell in exactly one zone"
    inside = by_cell(found)
    held: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    for part in parts:
        held[inside[part.cell]].append(part)
    for key, members in held.items():
        alone = all(inside[part.cell] == key for part in parts if part.cell.commune == key.commune)
        assert RULE.holds(members) or (key.size_m == COMMUNE and alone)


@given(st.lists(dwellings, max_size=80))
def test_zones_of_any_stock_never_leave_a_remainder_between_squares(parts: list[Dwellings]) -> None:
    """No square contains a smaller shown one: what a shown square leaves over would be a place."""
    inside = by_cell(zones(parts, RULE))
    for cell, key in inside.items():
        for other, smaller in inside.items():
            if cell.commune == other.commune and 0 < smaller.size_m < key.size_m:
                assert square(other, key.size_m) != (key.x, key.y)


@given(st.lists(dwellings, max_size=60), st.data())
def test_zones_while_held_never_narrow(parts: list[Dwellings], data: st.DataObject) -> None:
    before = {cell: key.size_m for cell, key in by_cell(zones(parts, RULE)).items()}
    added = data.draw(st.lists(dwellings, max_size=20))
    after = by_cell(zones([*parts, *added], RULE, before))
    for cell, size in before.items():
        now = after[cell].size_m
        assert now == COMMUNE or COMMUNE < size <= now
