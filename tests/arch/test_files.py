"""What the committed files may not hold: too much, secrets, addresses of an index, places of one machine."""

import json
import re
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest

from tests.support.tree import ROOT

LONGEST_MODULE: Final = 400  # lines; past it a module is split by use case
INDEXES: Final = re.compile(
    "|".join([
        r"pypi\.(?:org|python)", r"python" + r"hosted\.org", r"registry\." + r"npmjs", r"registry\." + r"yarnpkg",
        r"--(?:extra-)?index" + r"-url", r"--find" + r"-links [^\n]*http", r"\bdevpi\b", r"\bartifactory\b",
        r"https?://[^\s/]*/(?:simple|root/pypi)\b",
    ])
)  # fmt: skip
MACHINES: Final = re.compile(r"(?<![\w.$}>])/(?:root|home/\w+|Users/\w+|work/\w+|builds/\w+)/[\w.]")
KEYS: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----|\bareg_[A-Za-z0-9_-]{20,}")
RUNS: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{40,}={0,2}(?![\w+/=-])")
PUBLIC: Final = frozenset(
    {"f83OJ3D2xF1Bg8vub9tL" + "e1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue65" + "9LNpXW6pCyStikYjKIWI5a0"}
)
"""The public key of RFC 7515, appendix A.3: the document's example of one."""
LOCKED: Final = re.compile(r"[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+(?: ; .*)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?")
HASH: Final = re.compile(r"[0-9a-f]+|sha512-[A-Za-z0-9+/]{86}==")
GENERATED: Final = frozenset({".png", ".jpg", ".woff2", ".ico", ".pdf"})


@lru_cache
def committed() -> dict[str, str]:
    """Return the text of every file under version control, or of every file in a tree without it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: what is committed cannot be known")
    names = [name for name in listed.stdout.split("\0") if name and Path(name).suffix not in GENERATED]
    return {name: (ROOT / name).read_text() for name in names if (ROOT / name).is_file()}


def secret_in(text: str) -> str | None:
    """Return what looks like a key: a long run of mixed letters and digits that is not a hash and not words."""
    for match in RUNS.finditer(text):
        run = match[0]
        classes = [sum(map(test, run)) for test in (str.isupper, str.islower, str.isdigit)]
        if not HASH.fullmatch(run) and min(classes) >= 3 and run not in PUBLIC:
            return run
    found = KEYS.search(text)
    return found[0] if found else None


def test_module_of_the_product_stays_short() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in (ROOT / "registry").rglob("*.py")}
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_locks_carry_hashes_and_nothing_but_names() -> None:
    locks = {name: text for name, text in committed().items() if re.fullmatch(r"requirements[\w-]*\.txt", name)}
    assert len(locks) >= 3
    for name, text in locks.items():
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert [line for line in lines if not LOCKED.fullmatch(line)] == [], name


def test_locks_of_npm_carry_hashes_and_no_address_to_fetch_from() -> None:
    locks = {name: json.loads(text) for name, text in committed().items() if name.endswith("package-lock.json")}
    assert locks
    for name, lock in locks.items():
        packages = [package for place, package in lock["packages"].items() if place]
        assert packages, name
        assert all(re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"]) for package in packages), name
        assert not [package for package in packages if "resolved" in package], name


def test_no_committed_file_names_an_index() -> None:
    found = {name: match[0] for name, text in committed().items() if (match := INDEXES.search(text))}
    assert found == {}


def test_no_committed_file_names_a_place_of_one_machine() -> None:
    found = {name: match[0] for name, text in committed().items() if (match := MACHINES.search(text))}
    if len(ROOT.parts) > 2:  # "/registry" would be a word
        found |= {name: str(ROOT) for name, text in committed().items() if str(ROOT) in text}
    assert found == {}


def test_no_committed_file_holds_a_secret() -> None:
    found = {name: run for name, text in committed().items() if (run := secret_in(text))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "key = 'q83vEjRWeJq83vEjRW" + "eJASNFZ4mrze8BI0VniavN7wE='",
        "-----BEGIN PRIVATE" + " KEY-----",
        "secret: areg_" + "x" * 32,
    ],
)
def test_secret_is_found(text: str) -> None:
    assert secret_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "--hash=sha256:" + "0a" * 32,
        "fk_homes_organisation_id_residence_id_building_id_buildings",
        "tests/integration/listings/test_zones_where_enough_is_registered.py",
    ],
)
def test_hash_name_or_path_is_no_secret(text: str) -> None:
    assert secret_in(text) is None


@pytest.mark.parametrize("text", ["see /ro" + "ot/notes", "cd /ho" + "me/someone/registry", "/wo" + "rk/main/registry"])
def test_place_of_one_machine_is_found(text: str) -> None:
    assert MACHINES.search(text)


@pytest.mark.parametrize("text", ["https://example.org/root/x", "$HOME/work/x", ".local/root/x", "/v1/homes/a"])
def test_address_or_relative_path_is_none(text: str) -> None:
    assert not MACHINES.search(text)
