"""Visados: given with one's own key, void when the text changes, checked again at any time."""

from datetime import timedelta

import pytest

from docs_store.models import Version
from ledger.models import Entry
from signing import services as signing
from signing.enums import VisadoKind
from signing.errors import VisadoRefused
from signing.models import Visado
from tests.signing.acts import AT, PIN, Signer, make_act, make_signer, make_text


def _give(signer: Signer, text: Version, kind: VisadoKind = VisadoKind.VISTO) -> Visado:
    return signing.give_visado(version=text, kind=kind, post=signer.post, person=signer.person, pin=PIN, at=AT)


def test_a_visado_is_the_visadors_own_signature_over_the_content() -> None:
    signer, text = make_signer("Jefe de OAJ"), make_text()

    visado = _give(signer, text)

    assert signing.valid_visados(text.document) == [visado]
    assert signing.verify_visado(visado)
    entry = Entry.objects.get(kind="document.visado_given")
    assert entry.facts["content_sha256"] == visado.content_sha256


@pytest.mark.parametrize("change", ["kind", "content_sha256", "cms", "person", "post"])
def test_a_visado_that_was_tampered_with_does_not_verify(change: str) -> None:
    signer, other = make_signer("Jefe de OAJ"), make_signer("Otro")
    visado = _give(signer, make_text())
    values = {
        "kind": VisadoKind.CONFORMIDAD,
        "content_sha256": "0" * 64,
        "cms": b"x" + bytes(visado.cms)[1:],
        "person": other.person,
        "post": other.post,
    }

    setattr(visado, change, values[change])

    assert not signing.verify_visado(visado)


def test_an_edit_voids_the_visados_of_the_former_text() -> None:
    signer, text = make_signer("Jefe de OAJ"), make_text()
    visado = _give(signer, text)
    make_text(text.document, "El plan cambió.")

    voided = signing.void_visados(document=text.document, reason="El texto cambió.", by=signer.person, at=AT)

    visado.refresh_from_db()
    assert voided == [visado]
    assert (visado.voided_at, visado.void_reason) == (AT, "El texto cambió.")
    assert signing.valid_visados(text.document) == []
    assert Entry.objects.filter(kind="document.visado_voided").count() == 1


def test_a_visado_that_still_fits_the_text_stands() -> None:
    signer, text = make_signer("Jefe de OAJ"), make_text()
    visado = _give(signer, text)
    make_text(text.document)

    voided = signing.void_visados(document=text.document, reason="Se guardó igual.", by=signer.person, at=AT)

    assert voided == []
    assert signing.valid_visados(text.document) == [visado]


def test_a_post_gives_each_kind_once() -> None:
    signer, text = make_signer("Jefe de OAJ"), make_text()
    _give(signer, text)

    with pytest.raises(VisadoRefused):
        _give(signer, text)
    assert _give(signer, text, VisadoKind.RUBRIC).pk


def test_only_a_text_is_endorsed() -> None:
    act = make_act()

    with pytest.raises(VisadoRefused):
        _give(act.signers[0], act.version)


def test_a_void_visado_may_be_given_again() -> None:
    signer, text = make_signer("Jefe de OAJ"), make_text()
    _give(signer, text)
    changed = make_text(text.document, "El plan cambió.")
    signing.void_visados(document=text.document, reason="El texto cambió.", by=signer.person, at=AT)

    again = signing.give_visado(
        version=changed,
        kind=VisadoKind.VISTO,
        post=signer.post,
        person=signer.person,
        pin=PIN,
        at=AT + timedelta(days=1),
    )

    assert signing.valid_visados(text.document) == [again]
