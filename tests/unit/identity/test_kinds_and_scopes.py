"""Every kind and every scope has its label in both languages."""

from registry.access.scopes import LABELS as SCOPE_LABELS
from registry.access.scopes import Scope, allowed_for
from registry.vocabulary.organisations import LABELS, OrganisationKind


def test_every_kind_and_scope_is_labelled_in_both_languages() -> None:
    assert set(LABELS) == set(OrganisationKind)
    assert set(SCOPE_LABELS) == set(Scope)
    for label in (*LABELS.values(), *SCOPE_LABELS.values()):
        assert label.fr
        assert label.en


def test_only_a_landlord_may_hold_stock() -> None:
    stock = {Scope.STOCK_READ, Scope.STOCK_WRITE}
    assert {kind for kind in OrganisationKind if stock & allowed_for(kind)} == {OrganisationKind.LANDLORD}
