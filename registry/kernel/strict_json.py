"""Read JSON that says one thing only.

JSON has corners in which two readers see two things (RFC 8259 §4, §6, §8.1): a name given twice, a byte order mark,
NaN, other encodings than UTF-8. What might be misread is refused.
"""

import json
from typing import Any, Final

from registry.kernel.validation import Wrong

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read(raw: bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        Wrong: It is not JSON in UTF-8, or could be read in two ways; ``field`` where a name of it is at fault.
    """
    if not raw.strip():
        raise Wrong("Le corps est vide.", "The body is empty.")
    if raw.startswith(_BYTE_ORDER_MARK):
        raise Wrong("Le texte commence par une marque d'ordre (BOM).", "The text begins with a byte order mark (BOM).")
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Wrong(
            f"L'octet {error.start} n'est pas de l'UTF-8 valide.", f"Byte {error.start} is not valid UTF-8."
        ) from None
    except json.JSONDecodeError as error:
        place = error.lineno, error.colno
        raise Wrong(
            "JSON illisible à la ligne {}, colonne {}.".format(*place),
            "Unreadable JSON at line {}, column {}: ".format(*place) + f"{error.msg}.",
        ) from None
    except RecursionError:
        raise Wrong("Trop de niveaux imbriqués.", "Too many nested levels.") from None
    except Wrong:
        raise
    except ValueError:  # int() refuses more than 4,300 digits
        raise Wrong("Un nombre a trop de chiffres.", "A number has too many digits.") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise Wrong(
            "Ce nom est donné deux fois dans un objet.", "This name is given twice in one object.", field=_twice(pairs)
        )
    return read


def _twice(pairs: list[tuple[str, Any]]) -> str | None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    return None


def _no_constant(name: str) -> None:
    raise Wrong(f"« {name} » n'est pas du JSON.", f"'{name}' is not JSON.")
