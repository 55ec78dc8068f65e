"""Read a Mapbox Vector Tile (specification 2.1): layers with their features' properties and geometry."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from registry.kernel.geo import HALF_WORLD_M, LonLat, TileAddress, to_mercator

_VALUES: Final = {1: "text", 2: "float", 3: "double", 4: "int", 5: "int", 6: "sint", 7: "bool"}


@dataclass
class Feature:
    """``points``: every position of the geometry, in parts of the tile's side from its north-western corner."""

    properties: dict[str, Any]
    points: list[tuple[int, int]]


@dataclass
class Layer:
    extent: int
    features: list[Feature] = field(default_factory=list)

    @property
    def properties(self) -> list[dict[str, Any]]:
        return [feature.properties for feature in self.features]


def containing(z: int, place: LonLat) -> TileAddress:
    """Return the tile of a zoom that a place lies in."""
    x, y = to_mercator(place)
    side = TileAddress(z, 0, 0).side_m
    return TileAddress(z, math.floor((x + HALF_WORLD_M) / side), math.floor((HALF_WORLD_M - y) / side))


def layers(tile: bytes) -> dict[str, Layer]:
    """Return the layers of a tile by name; a name that comes twice is an error."""
    found: dict[str, Layer] = {}
    for number, value in _fields(tile):
        assert number == 3, f"a tile has layers alone, not field {number}"
        name, layer = _layer(value)
        assert name not in found, name
        found[name] = layer
    return found


def _layer(given: bytes) -> tuple[str, Layer]:
    name, extent, version = "", 4096, 1
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in _fields(given):
        if number == 1:
            name = value.decode()
        elif number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            extent = value
        elif number == 15:
            version = value
    assert version == 2
    return name, Layer(extent, [_feature(each, keys, values) for each in features])


def _feature(given: bytes, keys: list[str], values: list[Any]) -> Feature:
    tags, commands = [], []
    for number, value in _fields(given):
        if number == 2:
            tags = list(_varints(value))
        elif number == 4:
            commands = list(_varints(value))
    return Feature(
        {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}, _points(commands)
    )


def _points(commands: list[int]) -> list[tuple[int, int]]:
    found, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count if command in {1, 2} else 0):
            x, y, at = x + _signed(commands[at]), y + _signed(commands[at + 1]), at + 2
            found.append((x, y))
    return found


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _value(given: bytes) -> Any:
    ((number, value),) = _fields(given)
    kind = _VALUES[number]
    if kind == "text":
        return value.decode()
    if kind in {"float", "double"}:
        return struct.unpack("<f" if kind == "float" else "<d", value)[0]
    return bool(value) if kind == "bool" else _signed(value) if kind == "sint" else value


def _fields(given: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a protobuf message: numbers as such, everything else as bytes."""
    at = 0
    while at < len(given):
        key, at = _varint(given, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(given, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(given, at)
        else:
            size = {1: 8, 5: 4}[kind]
        assert at + size <= len(given), "cut off"
        yield key >> 3, given[at : at + size]
        at += size


def _varints(given: bytes) -> Iterator[int]:
    at = 0
    while at < len(given):
        value, at = _varint(given, at)
        yield value


def _varint(given: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (given[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if given[at - 1] < 128:
            return value, at
