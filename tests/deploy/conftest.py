"""One copy of the checkout for each process, in a path that is unkind to careless quoting."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.deploy.checkout import Checkout, checkout_in

FULL = os.environ.get("REGISTRY_TEST_SCALE") == "full"

full_scale = pytest.mark.skipif(not FULL, reason="takes minutes: REGISTRY_TEST_SCALE=full")


@pytest.fixture(scope="session")
def shared_checkout() -> Iterator[Checkout]:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    with checkout_in("Registre d'accessibilité, 100 % (copie)") as made:
        yield made


@pytest.fixture
def checkout(shared_checkout: Checkout) -> Iterator[Checkout]:
    """A copy in which nothing runs, before and after."""
    shared_checkout.assert_nothing_runs()
    yield shared_checkout
    shared_checkout.kill_everything()
