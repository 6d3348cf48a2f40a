"""An office that writes: a unit, the post that heads it, who holds it, and the series that number what it writes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from config import backends
from docs_store.models import Document, DocumentKind, Expediente, Series
from organization.models import Person, Post, Unit
from tests import factories


@dataclass
class Office:
    unit: Unit
    post: Post
    chief: Person
    kind: DocumentKind
    series: Series
    expediente: Expediente

    def document(self, **values: Any) -> Document:
        given: dict[str, Any] = {"unit": self.unit, "post": self.post, "created_by": self.chief, **values}
        return factories.make_document(self.expediente, **{"kind": self.kind, **given})


@pytest.fixture
def office(db: None) -> Office:
    factories.make_entity()
    unit = factories.make_unit("ois", name="Oficina de Informática y Sistemas", siglas="OIS", siglas_path="MDP/OIS")
    post = factories.make_post("jefe-ois", unit=unit, title="Jefe de Informática y Sistemas")
    chief = factories.make_person("fgonzales", post=post, given_names="Félix", surnames="Gonzales", initials="FAGL")
    kind = factories.make_kind("informe", name="Informe")
    series = factories.make_series(
        "informe-ois", kind=kind, unit=unit, pattern="{seq:03}-{year}-{siglas_path}/{initials}-J"
    )
    factories.make_series("expediente", pattern="{seq}-{year}")
    return Office(unit, post, chief, kind, series, factories.make_expediente(units=(unit,)))


@pytest.fixture
def blocked_archive(settings: Settings, tmp_path: Path) -> Path:
    """A folder for the archive that cannot be written: a file stands there. Remove it and it can."""
    folder = tmp_path / "archive"
    folder.write_text("")
    settings.ARCHIVE = backends.adapter("ARCHIVE_URL", f"file://{folder}")
    return folder
