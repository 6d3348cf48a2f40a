"""The change of a whole government on one day: one file, one transaction, every faulty line named."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import profiles
from ledger.models import Entry
from organization import selectors, services
from organization.enums import GrantKind
from organization.models import Appointment, Grant, Person, Post
from organization.services.governments import COLUMNS
from tests.factories import LIMA, NOON

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2027, 1, 1)
EVE = NEW_YEAR - timedelta(1)
FILE = profiles.PROFILES / "pichari-2023" / "government-2027.csv"


@pytest.fixture(autouse=True)
def entity() -> None:
    profiles.load("pichari-2023", at=NOON)


def run(path: Path = FILE, *args: str) -> str:
    out = StringIO()
    call_command("change_government", str(path), "--on", "2027-01-01", *args, stdout=out, stderr=out)
    return out.getvalue()


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


def holder(slug: str, moment: datetime) -> str | None:
    found = selectors.holder_of(post(slug), timezone.localdate(moment))
    return found.username if found else None


def delegate(kind: GrantKind, of: str, to: str, first: date = date(2026, 6, 1)) -> Grant:
    person = Person.objects.get(appointments__post__slug=to, appointments__to_on__isnull=True)
    return services.grant_capacity(
        grant=Grant(
            kind=kind,
            post=post(of),
            person=person,
            own_post=post(to),
            from_on=first,
            to_on=None,
            act="R.A. 100-2026",
        ),
        by=person,
        at=NOON,
    )


def test_the_government_changes_at_midnight_of_lima() -> None:
    told = run()

    before = datetime(2026, 12, 31, 23, 59, 59, tzinfo=LIMA)
    after = datetime(2027, 1, 1, 0, 0, 0, tzinfo=LIMA)
    slugs = ("alcalde", "gerente-municipal", "jefe-oaj", "jefe-opp", "jefe-oaf")
    assert [holder(slug, before) for slug in slugs] == list(slugs)
    assert [holder(slug, after) for slug in slugs] == [
        "alcalde-2027",
        "gerente-municipal-2027",
        "jefe-opp",
        None,
        "jefe-oaf",
    ]
    mayor = Appointment.objects.get(person__username="alcalde-2027")
    assert (mayor.act, mayor.document_id) == ("Credencial del Jurado Electoral Especial", None)
    assert not mayor.person.has_usable_password()
    assert "vacante Jefe de Planeamiento" in told
    assert told.endswith("Hecho.\n")


def test_what_the_leaving_ones_delegated_and_what_they_held_by_their_post_ends() -> None:
    given = delegate(GrantKind.COMPETENCE, "alcalde", "jefe-oaf")
    held = delegate(GrantKind.SUBSTITUTION, "jefe-oaf", "gerente-municipal")
    others = delegate(GrantKind.SUBSTITUTION, "jefe-ois", "jefe-oaf")

    run()

    ends = dict(Grant.objects.values_list("pk", "to_on"))
    assert ends == {given.pk: EVE, held.pk: EVE, others.pk: None}


def test_all_of_it_is_in_the_ledger_and_comes_back_out_as_files() -> None:
    run(FILE, "--by", "secretario-general")

    entry = Entry.objects.get(kind="government.changed")
    assert entry.actor == Person.objects.get(username="secretario-general").actor
    assert (entry.facts["on"], len(entry.facts["ended"]), len(entry.facts["begun"])) == ("2027-01-01", 5, 4)
    assert Entry.objects.filter(kind="post.appointed").count() == 4
    assert Entry.objects.filter(kind="post.left").count() == 5


def test_a_rehearsal_tells_the_same_and_changes_nothing() -> None:
    before = list(Appointment.objects.values_list("pk", "to_on"))
    entries = Entry.objects.count()

    told = run(FILE, "--dry-run")

    assert "asume  Alcalde: Justina Ccoicca Huamán, desde el 2027-01-01" in told
    assert told.endswith("No se cambió nada: era un ensayo.\n")
    assert list(Appointment.objects.values_list("pk", "to_on")) == before
    assert Entry.objects.count() == entries
    assert not Person.objects.filter(username="alcalde-2027").exists()


def test_every_faulty_line_is_named_and_the_whole_file_refused(tmp_path: Path) -> None:
    delegate(GrantKind.COMPETENCE, "jefe-ois", "jefe-oaf", date(2027, 2, 1))
    lines = [
        ",".join(COLUMNS),
        "alcalde,nueva,Ana,Ríos,dni,00002201,AR,,Credencial",
        "alcalde,otra,Eva,Ríos,dni,00002202,ER,,Credencial",
        "alcaldesa,nueva,,,,,,,Credencial",
        "gerente-gds,jefe-oaf,,,dni,99999999,,,R.A. 1",
        "gerente-gde,segundo,Luis,Soto,dni,00002010,LS,,R.A. 2",
        "jefe-orh,sin-datos,,,,,,,R.A. 3",
        "jefe-oci,,Ana,,,,,,R.A. 4",
        "jefe-ois,jefe-opp,,,,,,,",
        "secretario-general,carlos,Carlos,Ruiz,cedula,00002209,CR,,R.A. 5",
    ]
    file = tmp_path / "gobierno.csv"
    file.write_text("\n".join(lines))
    out = StringIO()

    with pytest.raises(CommandError, match="no se cambió nada"):
        call_command("change_government", str(file), "--on", "2027-01-01", stdout=out, stderr=out)

    told = out.getvalue()
    wanted = {
        3: "es de una sola persona y ya está en otra línea",
        4: "no es un puesto de la entidad",
        5: "es la cuenta de otra persona",
        6: "ya tiene la cuenta «alcalde»",
        7: "Falta «id_number»",
        8: "Falta «username»",
        9: "Falta «act»",
        10: "Escriba una de estas palabras",
    }
    for line, sentence in wanted.items():
        assert any(f"gobierno.csv:{line}" in row and sentence in row for row in told.splitlines()), (line, told)
    assert "que empieza el lunes 1 de febrero de 2027" in told
    assert not Appointment.objects.filter(from_on=NEW_YEAR).exists()


def test_the_same_file_again_is_refused_and_who_is_reelected_keeps_their_delegations(tmp_path: Path) -> None:
    given = delegate(GrantKind.COMPETENCE, "alcalde", "jefe-oaf")
    file = tmp_path / "gobierno.csv"
    file.write_text(",".join(COLUMNS) + "\nalcalde,alcalde,,,,,,,Credencial\n")

    run(file)

    assert Grant.objects.get(pk=given.pk).to_on is None
    assert Appointment.objects.get(post__slug="alcalde", from_on=NEW_YEAR).act == "Credencial"
    with pytest.raises(CommandError):
        run(file)
    assert Appointment.objects.filter(post__slug="alcalde").count() == 2


def test_an_empty_file_or_an_unknown_writer_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gobierno.csv"
    file.write_text(",".join(COLUMNS) + "\n")
    with pytest.raises(CommandError):
        run(file)
    with pytest.raises(CommandError):
        run(tmp_path / "no-existe.csv")
    with pytest.raises(CommandError, match="--by"):
        run(FILE, "--by", "nadie")


def test_a_post_of_a_unit_that_has_ended_is_refused(tmp_path: Path) -> None:
    gone = post("jefe-ois").unit
    gone.valid_to = EVE
    gone.save()
    file = tmp_path / "gobierno.csv"
    file.write_text(",".join(COLUMNS) + "\njefe-ois,jefe-opp,,,,,,,R.A. 1\n")

    with pytest.raises(CommandError):
        run(file)
