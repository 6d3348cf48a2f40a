"""A signed act stays PDF/A-2a and PDF/UA-1, and other people's tools accept it."""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from docs_store.ports import Place, VisadoBlock
from signing import services as signing
from signing.services.authority import trust_list
from signing.signer import get_validator
from tests.signing.acts import AT, Act, emit, make_act, make_signer, read, sign, signed_act, typeset_act
from tests.signing.test_attacks import pdfsig_says

VERAPDF = os.environ.get("VERAPDF", "")


def _states(act: Act) -> dict[str, bytes]:
    """Return the act's bytes with its places reserved and after each signature."""
    states = {"0-reserved.pdf": read(act.version)}
    for order in range(1, len(act.signers) + 1):
        states[f"{order}-signed.pdf"] = read(sign(act, order).after)
    return states


@pytest.mark.skipif(not VERAPDF, reason="VERAPDF is not set: the command that runs veraPDF")
def test_an_act_conforms_before_and_after_each_signature_and_a_cargo_when_sealed(tmp_path: Path) -> None:
    states = _states(make_act("Gerente Municipal", "Secretario General"))
    plain = typeset_act([make_signer("Alcalde")])
    visados = (VisadoBlock("Jefe de OAJ", "Nelly Espinoza", "Doy visto bueno", AT),)
    states["visados.pdf"] = typeset_act([], visados=visados).pdf
    states["sealed.pdf"] = signing.seal(plain.pdf, plain.places[0], AT, received_by="Ventanilla 2")
    states["sealed-unseen.pdf"] = signing.seal(plain.pdf, None, AT)
    for name, pdf in states.items():
        (tmp_path / name).write_bytes(pdf)

    told = subprocess.run(
        [*shlex.split(VERAPDF), *(str(tmp_path / name) for name in states)], capture_output=True, text=True, check=False
    )

    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(lines) == 2 * len(states), told.stderr
    assert [line for line in lines if not line.get("compliant")] == []


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler) is not installed")
def test_pdfsig_and_pyhanko_agree_on_an_act(tmp_path: Path) -> None:
    _act, pdf = signed_act("Gerente Municipal", "Alcalde")

    said = pdfsig_says(pdf, tmp_path)
    findings = get_validator().inspect(pdf, trust_list()).signatures

    assert ["Signature is Valid." in signature for signature in said] == [True, True]
    assert "- Total document signed" in said[-1]
    assert [finding.is_bottom_line for finding in findings] == [True, True]
    assert findings[-1].covers_file


def test_a_stamp_fills_its_place_and_says_who_signs_and_why() -> None:
    from docs_store.selectors import read_file

    act = make_act("Gerente Municipal")
    signature = sign(act)
    emit(act, signature.after)

    drawn = _stamp_text(read(signature.after))

    assert "Gerente Municipal" in drawn
    assert act.signers[0].person.full_name in drawn
    assert "Motivo: Soy el autor del documento" in drawn
    assert "10/11/2023 15:22:07" in drawn
    assert read_file(read(signature.after), "application/pdf").pages == act.version.pages


def _stamp_text(pdf: bytes) -> str:
    """Return what the signature's appearance says: pdfium draws it into the page first."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    texts = []
    for page in document:
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return " ".join(" ".join(texts).split())


def test_a_seal_stands_in_its_place() -> None:
    plain = typeset_act([make_signer("Alcalde")])

    sealed = signing.seal(plain.pdf, Place(1, plain.places[0].page, 104, 180, 78, 21), AT, received_by="Ventanilla 2")

    assert "Recibido por Ventanilla 2" in _stamp_text(sealed)
