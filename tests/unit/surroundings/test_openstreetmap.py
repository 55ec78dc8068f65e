"""Extracts of OpenStreetMap as networks."""

import bz2
import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from registry.surroundings.errors import (
    NetworkFileNotReadable,
    NetworkFileTruncated,
    NetworkOutsideProjection,
    NetworkWithoutWays,
)
from registry.surroundings.graph import NO, UNKNOWN, YES, Graph, Kind, Surface
from registry.surroundings.readers import osm
from registry.surroundings.readers.notes import Reading
from registry.surroundings.readers.osm_tags import NODE_KEYS, WAY_KEYS, Walked, passed, walked
from tests.perf.city import city
from tests.support.networks import REDON, TALENCE, real, same

LON, LAT = 0.2, 48.0
"""Node ``n`` lies 0.001° further east than node ``n - 1``: 74.6 m."""
Ways = dict[int, tuple[list[int], dict[str, str]]]
FOOTWAY = {"highway": "footway"}


def xml(
    ways: Ways, nodes: dict[int, dict[str, str]] | None = None, absent: tuple[int, ...] = (), head: str = ""
) -> str:
    refs = sorted({ref for refs, _ in ways.values() for ref in refs} - set(absent))
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">', head]
    for ref in refs:
        tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in (nodes or {}).get(ref, {}).items())
        lines.append(f'<node id="{ref}" version="1" lat="{LAT}" lon="{LON + ref / 1000:.4f}">{tags}</node>')
    for number, (way, said) in ways.items():
        inner = "".join(f'<nd ref="{ref}"/>' for ref in way) + "".join(
            f'<tag k="{k}" v="{v}"/>' for k, v in said.items()
        )
        lines.append(f'<way id="{number}" version="1" timestamp="2024-05-06T00:00:00Z">{inner}</way>')
    return "\n".join([*lines, "</osm>"])


def reading(tmp_path: Path, *args: Any, **kwargs: Any) -> Reading:
    path = tmp_path / "made.osm"
    path.write_text(xml(*args, **kwargs))
    return osm.read(path, srid=2154)


def graph(tmp_path: Path, *args: Any, **kwargs: Any) -> Graph:
    return reading(tmp_path, *args, **kwargs).graph


def tags(**given: str) -> Walked | None:
    named = {key.replace("__", ":"): value for key, value in given.items()}
    assert set(named) <= set(WAY_KEYS)
    return walked(tuple(named.get(key) for key in WAY_KEYS))


def test_ways_are_split_where_they_meet_and_nowhere_else(tmp_path: Path) -> None:
    found = graph(tmp_path, {1: ([1, 2, 3, 4, 5], FOOTWAY), 2: ([3, 9], FOOTWAY)})
    assert (len(found.nodes), len(found.start)) == (4, 3)
    assert found.object_id.tolist() == [1, 1, 2]
    assert np.diff(found.first_bend).tolist() == [3, 3, 2]
    assert found.length_m == pytest.approx([149, 149, 447], rel=0.01)


def test_line_of_an_edge_runs_from_its_start_to_its_end(tmp_path: Path) -> None:
    found = graph(tmp_path, {1: ([5, 1, 3], FOOTWAY), 2: ([1, 2], FOOTWAY)})
    assert np.array_equal(found.bends[found.first_bend[:-1]], found.nodes[found.start])
    assert np.array_equal(found.bends[found.first_bend[1:] - 1], found.nodes[found.end])


def test_ring_that_touches_the_rest_once_keeps_its_length(tmp_path: Path) -> None:
    found = graph(tmp_path, {1: ([1, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes"}), 2: ([1, 9], FOOTWAY)})
    ring = found.kind == Kind.PEDESTRIAN_AREA
    assert ring.sum() == 2
    assert found.length_m[ring].sum() == pytest.approx(6 * 74.6, rel=0.01)
    assert not (found.start == found.end).any()


def test_clipped_way_keeps_what_is_there_and_ends_at_the_frontier(tmp_path: Path) -> None:
    found = reading(tmp_path, {1: ([1, 2, 3, 4, 5, 6], FOOTWAY), 2: ([2, 9], FOOTWAY)}, absent=(4,))
    assert found.notes.counts["absent-node"] == 1
    assert len(found.graph.start) == 4
    assert found.graph.frontier.sum() >= 2
    at = found.graph.nodes[found.graph.frontier]
    assert len(np.unique(at[:, 0])) == len(at)


def test_nodes_beyond_the_box_are_frontier(tmp_path: Path) -> None:
    box = f'<bounds minlat="{LAT - 0.01}" minlon="{LON}" maxlat="{LAT + 0.01}" maxlon="{LON + 0.0045}"/>'
    found = graph(tmp_path, {1: ([1, 2], FOOTWAY), 2: ([2, 3], FOOTWAY), 3: ([3, 8], FOOTWAY)}, head=box)
    assert found.frontier[np.argsort(found.nodes[:, 0])].tolist() == [False, False, False, True]


def test_points_without_length_between_them_are_one_node(tmp_path: Path) -> None:
    path = tmp_path / "made.osm"
    text = xml({1: ([1, 2], FOOTWAY), 2: ([2, 3], FOOTWAY), 3: ([3, 4], FOOTWAY)})
    path.write_text(text.replace(f'lon="{LON + 0.003:.4f}"', f'lon="{LON + 0.002:.4f}"'))
    found = osm.read(path, srid=2154)
    assert (len(found.graph.nodes), len(found.graph.start)) == (3, 2)
    assert found.notes.counts["edge-without-length"] == 1
    n = len(found.graph.nodes)
    joined = coo_array((np.ones(2), (found.graph.start, found.graph.end)), shape=(n, n))
    assert connected_components(joined, directed=False)[0] == 1


def test_way_of_one_point_is_left_out_and_counted(tmp_path: Path) -> None:
    found = reading(tmp_path, {1: ([1, 1], FOOTWAY), 2: ([2, 3], FOOTWAY)})
    assert found.graph.object_id.tolist() == [2]


def test_kerb_between_two_edges_is_on_the_crossing(tmp_path: Path) -> None:
    ways: Ways = {1: ([1, 2], FOOTWAY), 2: ([2, 9], {"highway": "footway", "footway": "crossing"})}
    found = graph(tmp_path, ways, nodes={2: {"barrier": "kerb", "kerb": "raised"}})
    crossing = found.kind == Kind.CROSSING
    assert found.kerb_m[crossing] == pytest.approx([0.14])
    assert np.isnan(found.kerb_m[~crossing]).all()


def test_kerb_of_a_crossing_is_not_met_by_who_follows_the_street(tmp_path: Path) -> None:
    crossing = {2: {"highway": "crossing", "kerb": "raised"}}
    street = {"highway": "residential"}
    assert np.isnan(graph(tmp_path, {1: ([1, 2, 3], street)}, nodes=crossing).kerb_m).all()
    both = graph(tmp_path, {1: ([1, 2, 3], street), 2: ([7, 2, 9], FOOTWAY)}, nodes=crossing)
    assert np.isfinite(both.kerb_m[both.kind == Kind.PATH]).all()
    assert np.isnan(both.kerb_m[both.kind == Kind.STREET]).all()


def test_bollards_with_a_width_narrow_one_edge_and_split_the_way(tmp_path: Path) -> None:
    found = graph(tmp_path, {1: ([1, 2, 9], FOOTWAY)}, nodes={2: {"barrier": "bollard", "maxwidth:physical": "0.8"}})
    assert len(found.start) == 2
    narrow = np.isfinite(found.width_m)
    assert found.width_m[narrow] == pytest.approx([0.8])
    assert found.length_m[narrow] < 80


WIDE = {"highway": "footway", "width": "3"}


@pytest.mark.parametrize(
    ("barrier", "widths"),
    [
        ({"barrier": "cycle_barrier"}, [math.nan, 3.0]),
        ({"barrier": "gate"}, [math.nan, 3.0]),
        ({"barrier": "cycle_barrier", "spacing": "1.2", "opening": "0.7"}, [0.7, 3.0]),
        ({"barrier": "cycle_barrier", "maxwidth:physical": "1.1"}, [1.1, 3.0]),
        ({"barrier": "gate", "wheelchair": "yes"}, [3.0, 3.0]),
        ({"barrier": "bollard"}, [3.0]),
    ],
)
def test_gap_that_nobody_measured_leaves_the_width_of_one_edge_unknown(
    tmp_path: Path, barrier: dict[str, str], widths: list[float]
) -> None:
    found = graph(tmp_path, {1: ([1, 2, 9], WIDE)}, nodes={2: barrier})
    got = found.width_m[np.argsort(found.length_m)].tolist()
    assert [round(width, 2) for width in got] == pytest.approx(widths, nan_ok=True)


def test_gap_never_widens_a_path_that_is_too_narrow_already(tmp_path: Path) -> None:
    found = graph(tmp_path, {1: ([1, 2, 9], {**WIDE, "width": "0.7"})}, nodes={2: {"barrier": "gate"}})
    assert found.width_m == pytest.approx([0.7, 0.7])


@pytest.mark.parametrize(
    ("barrier", "wheelchair"),
    [
        ({"barrier": "step"}, NO),
        ({"barrier": "step", "height": "0.02"}, UNKNOWN),
        ({"barrier": "step", "wheelchair": "yes"}, UNKNOWN),
        ({"barrier": "horse_stile"}, NO),
        ({"barrier": "kerb", "kerb": "raised"}, UNKNOWN),
        ({"barrier": "bollard"}, UNKNOWN),
    ],
)
def test_barrier_that_no_wheelchair_passes_bars_it_unless_it_is_told_otherwise(
    tmp_path: Path, barrier: dict[str, str], wheelchair: int
) -> None:
    """A step of known height and a kerb bar by their height."""
    found = graph(tmp_path, {1: ([1, 2, 9], FOOTWAY)}, nodes={2: barrier})
    assert (NO in found.wheelchair.tolist()) == (wheelchair == NO)


def test_gate_that_is_closed_to_the_public_parts_the_way(tmp_path: Path) -> None:
    ways: Ways = {1: ([1, 2, 3], FOOTWAY)}
    shut = graph(tmp_path, ways, nodes={2: {"barrier": "gate", "access": "private"}})
    n = len(shut.nodes)
    pairs = coo_array((np.ones(2), (shut.start, shut.end)), shape=(n, n))
    assert connected_components(pairs, directed=False)[0] == 2
    assert len(graph(tmp_path, ways, nodes={2: {"barrier": "gate", "access": "private", "foot": "yes"}}).nodes) < 4


def test_steps_of_a_flight_that_is_split_are_shared_out(tmp_path: Path) -> None:
    steps = {"highway": "steps", "step_count": "12", "handrail": "yes"}
    found = graph(tmp_path, {1: ([1, 2, 4], steps), 2: ([2, 9], FOOTWAY)})
    flight = found.kind == Kind.STEPS
    assert sorted(found.steps[flight].tolist()) == [4, 8]
    assert (found.handrail[flight] == YES).all()


def test_platform_that_no_way_reaches_is_left_out(tmp_path: Path) -> None:
    found = reading(tmp_path, {1: ([1, 2], FOOTWAY), 2: ([5, 6], {"railway": "platform"})})
    assert found.graph.object_id.tolist() == [1]
    assert found.notes.counts["edge-of-lone-platform"] == 1


def test_value_that_cannot_be_meant_is_unknown_and_reported_with_its_object(tmp_path: Path) -> None:
    found = reading(tmp_path, {7: ([1, 2], {"highway": "footway", "width": "120"})})
    assert np.isnan(found.graph.width_m).all()
    assert [(fault.field, fault.value) for fault in found.notes.doubts] == [("width", "w7")]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"highway": "footway"}, Kind.PATH), ({"highway": "footway", "footway": "sidewalk"}, Kind.PAVEMENT),
        ({"highway": "footway", "footway": "crossing"}, Kind.CROSSING), ({"highway": "steps"}, Kind.STEPS),
        ({"highway": "steps", "conveying": "yes"}, Kind.ESCALATOR), ({"highway": "elevator"}, Kind.LIFT),
        ({"highway": "corridor"}, Kind.CORRIDOR), ({"indoor": "corridor"}, Kind.CORRIDOR),
        ({"highway": "footway", "indoor": "yes"}, Kind.CORRIDOR), ({"highway": "pedestrian"}, Kind.PEDESTRIAN_AREA),
        ({"highway": "residential"}, Kind.STREET), ({"highway": "footway", "ramp": "yes"}, Kind.RAMP),
        ({"public_transport": "platform"}, Kind.PLATFORM), ({"highway": "trunk", "foot": "yes"}, Kind.STREET),
        ({"highway": "service", "access": "private", "foot": "yes"}, Kind.STREET),
        ({"highway": "motorway"}, None), ({"highway": "trunk"}, None), ({"highway": "footway", "foot": "no"}, None),
        ({"highway": "footway", "access": "private"}, None), ({"highway": "construction"}, None),
        ({"highway": "primary", "foot": "use_sidepath"}, None), ({"highway": "primary", "motorroad": "yes"}, None),
        ({"barrier": "wall"}, None), ({}, None),
    ],
)  # fmt: skip
def test_way_is_walked_as_its_tags_say(given: dict[str, str], kind: Kind | None) -> None:
    found = walked(tuple(given.get(key) for key in WAY_KEYS))
    assert (None if found is None else found.kind) == kind


@pytest.mark.parametrize(
    ("incline", "per_cent"),
    [("5%", 5), ("-5 %", -5), ("5", 5), ("2,5%", 2.5), ("1:12", 8.333), ("-1:10", -10), ("3°", 5.24), ("up", math.nan),
     ("steep", math.nan), ("250%", math.nan)],
)  # fmt: skip
def test_incline_is_read_in_per_cent(incline: str, per_cent: float) -> None:
    found = tags(highway="footway", incline=incline)
    assert found is not None
    assert found.slope_pct == pytest.approx(per_cent, abs=0.01, nan_ok=True)


@pytest.mark.parametrize(
    ("width", "metres"),
    [("1.5", 1.5), ("1,5 m", 1.5), ("90 cm", 0.9), ("2;0.9", 0.9), ("4 ft", 1.219), ("narrow", math.nan),
     ("0", math.nan), ("-1", math.nan), ("120", math.nan)],
)  # fmt: skip
def test_width_is_read_in_metres(width: str, metres: float) -> None:
    found = tags(highway="footway", width=width)
    assert found is not None
    assert found.width_m == pytest.approx(metres, abs=0.001, nan_ok=True)


def test_surface_is_the_worse_of_material_and_state() -> None:
    for said, surface in (
        ({"surface": "asphalt"}, Surface.SMOOTH),
        ({"surface": "asphalt", "smoothness": "bad"}, Surface.UNEVEN),
        ({"surface": "sand", "smoothness": "excellent"}, Surface.LOOSE),
        ({"surface": "lava"}, Surface.UNKNOWN),
    ):
        found = tags(highway="path", **said)
        assert found is not None
        assert found.surface == surface


def test_ramp_beside_steps_counts_only_where_it_is_for_wheelchairs() -> None:
    for said, ramp in (({"ramp": "yes"}, UNKNOWN), ({"ramp": "no"}, NO), ({"ramp__wheelchair": "yes"}, YES)):
        found = tags(highway="steps", **said)
        assert found is not None
        assert found.ramp == ramp


TEXT = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["yes", "no", "footway", "steps", "1e9", "-3", "1:0", "9;x"])
)


@given(st.tuples(*[TEXT] * len(WAY_KEYS)), st.tuples(*[TEXT] * len(NODE_KEYS)))
def test_no_tag_breaks_the_reader(way: tuple[str | None, ...], node: tuple[str | None, ...]) -> None:
    walked(("footway", *way[1:]))
    walked(way)
    passed(node)


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2"])
def test_file_is_read_whatever_its_compression(tmp_path: Path, suffix: str) -> None:
    content = xml({1: ([1, 2], FOOTWAY)}).encode()
    path = tmp_path / f"made{suffix}"
    packed = {".osm": content, ".osm.gz": gzip.compress(content), ".osm.bz2": bz2.compress(content)}
    path.write_bytes(packed[suffix])
    assert len(osm.read(path, srid=2154).graph.start) == 1


def test_data_are_of_the_day_that_the_file_states_or_of_its_newest_way(tmp_path: Path) -> None:
    ways: Ways = {1: ([1, 2], FOOTWAY)}
    assert graph(tmp_path, ways).sources[0]["data_date"] == "2024-05-06"
    stated = graph(tmp_path, ways, head='<meta osm_base="2025-01-02T00:00:00Z"/>')
    assert stated.sources[0]["data_date"] == "2025-01-02"


@pytest.mark.parametrize(("name", "content"), [("a.osm", b"hello"), ("a.osm", b"<html></html>"), ("a.csv", b"a;b")])
def test_file_of_something_else_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NetworkFileNotReadable, match=name):
        osm.read(tmp_path / name, srid=2154)


@pytest.mark.parametrize("suffix", [".osm.gz", ".osm", ".osm.pbf", ".osm.bz2"])
def test_file_cut_short_is_refused_by_name(tmp_path: Path, suffix: str) -> None:
    if suffix == ".osm.pbf":
        whole = city(tmp_path / "city.osm.pbf", side=12, shops=5).path.read_bytes()
    else:
        text = xml({n: ([n, n + 1], FOOTWAY) for n in range(1, 300)}).encode()
        whole = {".osm.gz": gzip.compress(text), ".osm.bz2": bz2.compress(text), ".osm": text}[suffix]
    path = tmp_path / f"short{suffix}"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NetworkFileTruncated, match="short"):
        osm.read(path, srid=2154)


def test_file_without_walkable_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkWithoutWays):
        graph(tmp_path, {1: ([1, 2], {"highway": "motorway"})})


def test_ways_without_their_nodes_are_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(NetworkWithoutWays, match="2 nodes"):
        graph(tmp_path, {1: ([1, 2], FOOTWAY)}, absent=(1, 2))


def test_place_outside_of_the_projection_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "far.osm"
    path.write_text(xml({1: ([1, 2], FOOTWAY)}).replace(f'lat="{LAT}"', 'lat="-89.9"'))
    for srid in (2154, 4326, 1):
        with pytest.raises(NetworkOutsideProjection):
            osm.read(path, srid=srid)


def test_extract_of_la_reunion_needs_its_own_projection(tmp_path: Path) -> None:
    path = tmp_path / "reunion.osm"
    path.write_text(
        xml({1: ([1, 2], FOOTWAY)}).replace(f'lat="{LAT}"', 'lat="-20.9"').replace('lon="0.20', 'lon="55.45')
    )
    with pytest.raises(NetworkOutsideProjection, match="EPSG:2154"):
        osm.read(path, srid=2154)
    assert osm.read(path, srid=2975).graph.srid == 2975


def test_redon_is_read_as_it_is_known() -> None:
    found = osm.read(real(REDON), srid=2154).graph
    walked_km = found.length_m[found.kind != Kind.PLATFORM].sum() / 1000
    assert walked_km == pytest.approx(23.3, abs=0.1)
    assert found.sources[0]["data_date"] == "2019-09-09"
    counted = found.steps[found.kind == Kind.STEPS]
    assert (counted > 0).sum() >= 10
    n = len(found.nodes)
    pairs = coo_array((np.ones(len(found.start)), (found.start, found.end)), shape=(n, n))
    part = connected_components(pairs, directed=False)[1]
    assert np.bincount(part).max() / n > 0.98
    assert found.frontier.any()


def test_talence_is_read_as_it_is_known() -> None:
    found = osm.read(real(TALENCE), srid=2154).graph
    assert found.length_m.sum() / 1000 == pytest.approx(57.3, abs=0.1)
    assert len(np.unique(found.object_id[found.kind == Kind.STEPS])) == 26


def test_same_file_gives_the_same_network(tmp_path: Path) -> None:
    path = city(tmp_path / "city.osm.pbf", side=8, shops=10).path
    assert same(osm.read(path, srid=2154).graph, osm.read(path, srid=2154).graph)
