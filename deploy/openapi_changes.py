"""What a change of the API's document breaks for those who use it.

A request that was right must stay right, and an answer must not hold less than it did. Not counted as a break: a new
value in a code list of an answer, since the vocabulary grows, and clients are told to keep codes that they do not know.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

Schema = dict[str, Any]
Document = dict[str, Any]

_METHODS: Final = frozenset({"get", "put", "post", "patch", "delete"})
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_FIXED: Final = ("pattern", "format", "not", "prefixItems")


def breaking(old: Document, new: Document) -> list[str]:
    """Return what a client of ``old`` cannot do, or not find, with ``new``: one sentence each."""
    return list(dict.fromkeys(_Comparison(old, new).run()))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def run(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method in _METHODS & operations.keys():
                where = f"{method.upper()} {path}"
                present = self._new["paths"].get(path, {}).get(method)
                if present is None:
                    yield f"{where}: removed"
                else:
                    yield from self._operation(where, operations[method], present)

    def _operation(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{where}: operationId is now {new['operationId']}"
        scopes = [{scope for given in one.get("security", ()) for asked in given.values() for scope in asked}
                  for one in (old, new)]  # fmt: skip
        yield from (f"{where}: needs the scope {scope}" for scope in sorted(scopes[1] - scopes[0]))
        yield from self._parameters(where, old.get("parameters", ()), new.get("parameters", ()))
        yield from self._request(where, old.get("requestBody"), new.get("requestBody"))
        yield from self._responses(where, old["responses"], new["responses"])

    def _parameters(self, where: str, old: Any, new: Any) -> Iterator[str]:
        before, after = ({(given["in"], given["name"]): given for given in side} for side in (old, new))
        for key, given in before.items():
            place = f"{where}: parameter {key[1]}"
            if key not in after:
                yield f"{place} removed"
                continue
            if after[key].get("required") and not given.get("required"):
                yield f"{place} is now required"
            yield from self._schema(place, given["schema"], after[key]["schema"], asked=True)
        yield from (
            f"{where}: parameter {key[1]} is new and required"
            for key, given in after.items()
            if key not in before and given.get("required")
        )

    def _request(self, where: str, old: Schema | None, new: Schema | None) -> Iterator[str]:
        if old is None:
            if new is not None and new.get("required"):
                yield f"{where}: a body is now required"
            return
        for media_type, content in old["content"].items():
            present = (new or {"content": {}})["content"].get(media_type)
            if present is None:
                yield f"{where}: no longer takes {media_type}"
            else:
                yield from self._schema(f"{where}: body", content["schema"], present["schema"], asked=True)

    def _responses(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        for status, given in old.items():
            if not status.startswith("2"):
                continue
            if status not in new:
                yield f"{where}: no longer answers {status}"
                continue
            before, after = self._resolved(given, self._old), self._resolved(new[status], self._new)
            yield from (
                f"{where}: {status} no longer has the header {name}"
                for name in before.get("headers", {}).keys() - after.get("headers", {}).keys()
            )
            for media_type, content in before.get("content", {}).items():
                if media_type not in after.get("content", {}):
                    yield f"{where}: {status} no longer as {media_type}"
                else:
                    schema = after["content"][media_type]["schema"]
                    yield from self._schema(f"{where}: answer", content["schema"], schema, asked=False)

    def _schema(self, where: str, old: Schema, new: Schema, *, asked: bool) -> Iterator[str]:
        """Compare two schemas, of what is ``asked`` of clients or of what they are answered."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), asked)
        if all(pair[:2]):
            if pair in self._seen:
                return
            self._seen.add(pair)
        before, after = self._variants(old, self._old), self._variants(new, self._new)
        # What clients may send must still be taken; what they may be answered, they must have known.
        needed, offered = (before, after) if asked else (after, before)
        for variant in needed:
            against = [(variant, other) if asked else (other, variant) for other in offered if _like(variant, other)]
            if not against:
                verb = "no longer takes" if asked else "may now be"
                yield f"{where} {verb} {_named(variant)}"
                continue
            findings = [list(self._variant(where, one, other, asked=asked)) for one, other in against]
            yield from min(findings, key=len)

    def _variant(self, where: str, old: Schema, new: Schema, *, asked: bool) -> Iterator[str]:
        if asked:
            yield from _narrowed(where, old, new)
        yield from self._properties(where, old, new, asked=asked)
        for key in ("items", "additionalProperties"):
            if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
                yield from self._schema(f"{where}[]", old[key], new[key], asked=asked)

    def _properties(self, where: str, old: Schema, new: Schema, *, asked: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        yield from (f"{where}.{name} removed" for name in before if name not in after)
        required = set(old.get("required", ())), set(new.get("required", ()))
        if asked:
            yield from (f"{where}.{name} is now required" for name in sorted(required[1] - required[0]))
        else:
            yield from (f"{where}.{name} may now be absent" for name in sorted(required[0] - required[1])
                        if name in after)  # fmt: skip
        for name in before.keys() & after.keys():
            yield from self._schema(f"{where}.{name}", before[name], after[name], asked=asked)

    def _variants(self, schema: Schema, document: Document) -> list[Schema]:
        """Return the alternatives of a schema, each with one type at most."""
        whole = self._merged(schema, document)
        for key in ("anyOf", "oneOf"):
            if key in whole:
                return [variant for option in whole[key] for variant in self._variants(option, document)]
        if isinstance(whole.get("type"), list):
            return [{**whole, "type": one} for one in whole["type"]]
        return [whole]

    def _merged(self, schema: Schema, document: Document) -> Schema:
        whole = dict(self._resolved(schema, document))
        for part in whole.pop("allOf", ()):
            merged = self._merged(part, document)
            properties = {**whole.get("properties", {}), **merged.get("properties", {})}
            required = [*whole.get("required", ()), *merged.get("required", ())]
            whole = {**whole, **merged, "properties": properties, "required": required}
        return whole

    @staticmethod
    def _resolved(schema: Schema, document: Document) -> Schema:
        while "$ref" in schema:
            found: Any = document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
        return schema


def _kind(schema: Schema) -> str | None:
    if "const" in schema:
        return _JSON_TYPES.get(type(schema["const"]))
    if "enum" in schema and "type" not in schema:
        return _JSON_TYPES.get(type(schema["enum"][0]))
    return schema.get("type")


_JSON_TYPES: Final[dict[type, str]] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def _like(one: Schema, other: Schema) -> bool:
    """Return whether two alternatives are of one type; a schema without a type is like every other."""
    kinds = {_kind(one), _kind(other)}
    return len(kinds) == 1 or None in kinds or kinds == {"integer", "number"}


def _named(schema: Schema) -> str:
    return str(schema.get("const") or _kind(schema) or "this")


def _values(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _narrowed(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Name what ``new`` takes less of."""
    if _kind(old) == "number" and _kind(new) == "integer":
        yield f"{where} no longer takes fractions"
    before, after = _values(old), _values(new)
    if after is not None and (before is None or not before <= after):
        gone = "only some values" if before is None else ", ".join(sorted(map(str, before - after)))
        yield f"{where} no longer takes {gone}" if before is not None else f"{where} now takes {gone}"
    tighter: tuple[tuple[tuple[str, ...], Callable[[Any, Any], bool]], ...] = (
        (_LOWER, lambda was, now: now > was),
        (_UPPER, lambda was, now: now < was),
        (_FIXED, lambda was, now: bool(now != was)),
    )
    for keys, is_tighter in tighter:
        for key in keys:
            if key in new and (key not in old or is_tighter(old[key], new[key])):
                yield f"{where}: {key} is now {new[key]}"
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield f"{where} no longer takes other names"
