"""Every paper is PDF/A-2a and PDF/UA-1, as veraPDF finds it. ``VERAPDF`` is the command."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from docs_store import typesetting
from docs_store.ports import Draft, Section
from docs_store.typesetting import TEMPLATES, typeset
from tests.docs_store import papers
from tests.docs_store.papers import ACT, CARGO, DRAFT, FRAME, RUBRICS, TALON, VISADO, act_frame, signers
from tests.docs_store.test_typesetting_printable import COMMON
from tests.docs_store.test_typesetting_receipts import SEAL, STAMP

VERAPDF = os.environ.get("VERAPDF", "")
LONG = Section("Capítulo", ("La oficina revisó el proyecto con su responsable, su costo y su indicador. " * 12,) * 9)


def all_papers() -> dict[str, bytes]:
    drafts = {name: typeset(DRAFT, replace(FRAME, template=name)).pdf for name in TEMPLATES}
    previews = {
        f"{name}-proyecto": typeset(DRAFT, replace(FRAME, template=name, label="", cvd="")).pdf for name in TEMPLATES
    }
    long_draft = Draft(subject="Plan de la oficina", sections=(LONG, Section(COMMON, (COMMON,))))
    annex = replace(FRAME, template="anexo", kind_name="Anexo", label="", signers=(), rubrics=RUBRICS)
    return {
        **drafts,
        **previews,
        "acto": typeset(ACT, act_frame(visados=(VISADO,) * 6, signers=signers(3), motto="«Año del Ejemplo»")).pdf,
        "anexo-rubricas": typeset(long_draft, annex).pdf,
        "informe-largo": typeset(long_draft, FRAME).pdf,
        "vacio": typeset(Draft(), FRAME).pdf,
        "cargo": typesetting.typeset_cargo(CARGO, FRAME).pdf,
        "constancia": typesetting.typeset_cargo(replace(CARGO, is_automatic=True, files=CARGO.files * 12), FRAME).pdf,
        "rollo": typesetting.typeset_roll(CARGO, FRAME),
        "talon": typesetting.typeset_talon(TALON),
        "firma": typesetting.typeset_stamp(STAMP),
        "sello": typesetting.typeset_seal(SEAL),
        "encabezado": typeset(DRAFT, replace(FRAME, entity_name="Ente Ω", unit_name=papers.LONG_UNIT)).pdf,
    }


@pytest.mark.skipif(not shutil.which(VERAPDF or "no"), reason="VERAPDF does not name the veraPDF command")
def test_every_paper_is_pdf_a_and_pdf_ua(tmp_path: Path) -> None:
    for name, pdf in all_papers().items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    files = sorted(map(str, tmp_path.iterdir()))

    answer = subprocess.run([VERAPDF, *files], capture_output=True, text=True, check=False)

    verdicts = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [v for v in verdicts if not v.get("compliant")] == []
    assert len(verdicts) == 2 * len(files)
