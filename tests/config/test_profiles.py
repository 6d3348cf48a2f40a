"""The five profiles: without fault, complete, printing their numbers exactly, loaded once and brought up to date."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from config import profiles
from docs_store.models import DocumentKind, Series, SeriesPattern
from docs_store.rules.numbering import render
from docs_store.services import profile as docs_store
from law import selectors as law
from law.rules.business_days import business_days_between, is_business_day
from ledger.models import Entry
from organization import selectors as organization
from organization.enums import Role
from organization.errors import OtherEntity, SeatTaken
from organization.models import Appointment, Person, Post, Unit, UnitAlias, UnitName
from organization.rules.holding import covers, valid_on
from organization.services import profile as organization_profile
from tests.config.conftest import ENTITIES, add, change, folder_of
from workflows.services.scripts import read_script

AT = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("America/Lima"))
TODAY = date(2026, 11, 21)
Queries = Callable[[int], AbstractContextManager[object]]

# kind, unit, day, value, number as the entity printed it
PRINTED = {
    "callao-2011": [
        ("resolucion", "alcaldia", "2011-12-29", 1555, "1555-2011-MPC-AL"),
        ("resolucion-gm", "gm", "2011-06-01", 181, "181-2011-MPC-GM"),
        ("resolucion-gm", "gm", "2010-01-16", 200, "000200"),
        ("informe", "gi", "2011-12-26", 315, "315-2011-MPC/GM-GI"),
        ("memorandum-multiple", "gm", "2011-10-28", 50, "050-2011-MPC-GM"),
        ("ordenanza", "concejo", "2011-10-28", 13, "000013"),
    ],
    "pichari-2023": [
        ("resolucion", "alcaldia", "2023-07-06", 296, "0296-2023-MDP/A"),
        ("resolucion", "alcaldia", "2023-11-10", 423, "423-2023-A-MDP/LC"),
        ("acta", "comite", "2023-08-18", 1, "001-2023"),
        ("acta", "comite", "2023-08-31", 2, "002-2023"),
        ("informe", "ois", "2023-09-11", 432, "432-2023-MDP/OIS/FAGL-J"),
        ("informe", "ois", "2023-10-30", 496, "496-2023-MDP/DIS/FAGL-J"),
        ("informe", "oaj", "2023-10-13", 3, "003-2023-MDP-GM-OAJ/NEE"),
        ("opinion-legal", "oaj", "2023-11-08", 740, "740-2023-MDP-GM-OAJ/NEE"),
        ("informe", "gm", "2023-11-08", 262, "262-2023-MDP/GM/EMHA"),
    ],
    "cajamarca-2011": [
        ("resolucion", "presidencia", "2011-08-11", 45, "45-2011-GR.CAJ/P"),
        ("oficio", "cis", "2011-08-02", 87, "0087-2011-GR.CAJ/GRPPAT/CIS"),
        ("directiva", "cis", "2011-08-02", 2, "002-2011-GR.CAJ-GRPPAT/CIS"),
        ("resolucion-ggr", "ggr", "2011-02-01", 9, "009-2011-GR.CAJ/GGR"),
        ("resolucion-ggr", "ggr", "2010-11-01", 472, "472-2010-GR.CAJ/GGR"),
        ("ordenanza", "consejo-regional", "2005-09-01", 20, "020-2005-GR.CAJ-CR"),
    ],
    "invermet-2013": [
        ("resolucion", "sgp", "2013-12-27", 294, "294-2013-INVERMET-SGP"),
        ("memorandum", "opp", "2013-12-12", 251, "251-2013-INVERMET-OPP"),
        ("informe", "oaj", "2013-12-19", 123, "123-2013-INVERMET-OAJ"),
    ],
    "mtpe-2017": [
        ("resolucion", "despacho-ministerial", "2017-12-29", 251, "251-2017-TR"),
        ("oficio", "ogetic", "2017-12-06", 30, "030-2017-MTPE/4/13"),
        ("informe", "ogaj", "2017-12-20", 1631, "1631-2017-MTPE/4/8"),
    ],
}
CASES = [(entity, *printed) for entity, lines in PRINTED.items() for printed in lines]
COMMON_KINDS = {
    "resolucion", "informe", "memorandum", "oficio", "carta", "acta", "opinion-legal", "proveido", "cargo",
    "exposicion", "anexo", "escrito", "archivo",
}  # fmt: skip


# The five profiles


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_reference_profile_has_no_fault(entity: str) -> None:
    assert profiles.check(entity) == []


def test_all_five_are_there() -> None:
    assert sorted(PRINTED) == ENTITIES == profiles.names()


@pytest.mark.parametrize("case", CASES, ids=[case[-1] for case in CASES])
def test_a_number_comes_out_of_its_profile_as_the_entity_printed_it(case: tuple[str, str, str, str, int, str]) -> None:
    entity, kind, unit, day, value, printed = case
    on = date.fromisoformat(day)
    papers, _faults = docs_store.read_profile(folder_of(entity))
    about, _faults = organization_profile.read_profile(folder_of(entity))

    series = {line.slug for line in papers.series if (line.kind, line.unit) == (kind, unit)}
    patterns = [line for line in papers.patterns if line.series in series and covers(line, on)]
    name = valid_on([line for line in about.names if line.unit == unit], on)
    heads = {post.slug for post in about.posts if post.unit == unit and post.is_head}
    holder = valid_on([line for line in about.appointments if line.post in heads], on)
    initials = {person.username: person.initials for person in about.people}

    assert len(patterns) == 1
    assert name is not None
    number = render(
        patterns[0].pattern,
        seq=value,
        year=on.year,
        siglas=name.siglas,
        siglas_path=name.siglas_path,
        initials=initials[holder.username] if holder else "",
    )
    assert number == printed


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_unit_can_write_and_every_register_counts(entity: str) -> None:
    papers, _faults = docs_store.read_profile(folder_of(entity))
    about, _faults = organization_profile.read_profile(folder_of(entity))

    numbered = {(line.kind, line.unit) for line in papers.series}
    desks = {unit.slug for unit in about.units if not unit.is_outside and unit.parent}

    assert {kind.slug for kind in papers.kinds} >= COMMON_KINDS
    for kind in ("informe", "memorandum", "oficio", "carta"):
        assert {unit for unit in desks if (kind, unit) not in numbered} == set()


@pytest.mark.parametrize("entity", ENTITIES)
def test_whoever_acts_in_the_case_held_the_post_then_and_one_post_is_vacant_today(entity: str) -> None:
    about, _faults = organization_profile.read_profile(folder_of(entity))
    script = read_script(folder_of(entity) / "case.toml")

    moments = [(script.opened_at, script.opened_by), *((step.at, step.by) for step in script.steps)]
    for at, post in moments:
        assert [line for line in about.appointments if line.post == post and covers(line, at.date())], (post, at)
        assert [line for line in about.appointments if line.post == post and covers(line, TODAY)], post
    held = {line.post for line in about.appointments if covers(line, TODAY)}
    assert len({post.slug for post in about.posts} - held) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("entity", ENTITIES)
def test_a_profile_loads_and_loading_it_again_does_nothing(entity: str, django_assert_num_queries: Queries) -> None:
    assert profiles.load(entity, at=AT) is True
    before = Entry.objects.count()

    with django_assert_num_queries(1):
        assert profiles.load(entity, at=AT) is False

    assert Entry.objects.count() == before
    assert organization.entity().slug == entity
    assert Unit.objects.filter(role=Role.INTAKE).count() == 1
    assert [post.slug for post in organization.vacant_posts(TODAY)]
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert DocumentKind.objects.filter(slug="resolucion", is_act=True).exists()
    assert is_business_day(law.calendar_of(organization.entity().place), date(2026, 11, 20))


@pytest.mark.django_db
def test_every_room_s_load_is_idempotent_by_itself() -> None:
    profiles.load("callao-2011", at=AT)
    kinds = ["law.loaded", "organization.loaded", "docs_store.loaded"]
    before = Entry.objects.filter(kind__in=kinds).count()

    for room in profiles.ROOMS:
        parsed, _faults = room.read_profile(folder_of("callao-2011"))
        room.load_profile(parsed, at=AT)

    assert before == len(kinds)
    assert Entry.objects.filter(kind__in=kinds).count() == before


@pytest.mark.django_db
def test_pichari_loads_as_it_was_on_each_day() -> None:
    profiles.load("pichari-2023", at=AT)
    unit = Unit.objects.get(slug="ois")

    assert organization.unit_label(unit, date(2023, 9, 11)) == "OIS"
    assert organization.unit_label(unit, date(2023, 10, 30)) == "DIS"
    assert UnitAlias.objects.filter(unit=unit).count() >= 5
    head = organization.holder_of(Post.objects.get(slug="jefe-ois"), date(2023, 9, 11))
    assert head is not None and head.initials == "FAGL"
    place = organization.entity().place
    assert business_days_between(law.calendar_of(place), date(2023, 8, 18), date(2023, 11, 10)) == 58
    assert not is_business_day(law.calendar_of(place), date(2026, 6, 24))


@pytest.mark.django_db
def test_in_the_demo_people_get_its_known_password(settings_demo: None) -> None:
    profiles.load("callao-2011", at=AT)

    assert Person.objects.get(username="alcalde").check_password("demo")


@pytest.fixture
def settings_demo(settings: object) -> Iterator[None]:
    setattr(settings, "DEMO", True)  # noqa: B010 -- the fixture has no such attribute for the type checker
    return iter([None])


# One installation, one entity


@pytest.mark.django_db
def test_a_second_entity_is_refused_and_nothing_of_it_stays() -> None:
    profiles.load("callao-2011", at=AT)
    before = (Unit.objects.count(), Series.objects.count(), Entry.objects.count())

    with pytest.raises(OtherEntity, match="Esta instalación sirve a"):
        profiles.load("invermet-2013", at=AT)

    assert (Unit.objects.count(), Series.objects.count(), Entry.objects.count()) == before


# Changes of a profile


@pytest.mark.django_db
def test_a_changed_profile_is_brought_up_to_date(copy: Path) -> None:
    profiles.load("pichari-2023", at=AT)
    change(copy, "entity.toml", 'city = "Pichari"', 'city = "Quimbiri"')
    change(copy, "unit_aliases.csv", "ois,UI\n", "")
    change(copy, "unit_names.csv", "ois,División de Informática y Sistemas,DIS", "ois,División de Sistemas,DSI")
    change(copy, "unit_names.csv", "2023-09-30", "2023-09-29")
    change(copy, "unit_names.csv", "2023-10-01", "2023-09-30")
    change(
        copy,
        "patterns.csv",
        "resolucion-alcaldia,{seq:03}-{year}-A-MDP/LC,2023-09-01",
        "resolucion-alcaldia,{seq}-{year}-MDP,2023-10-01",
    )
    change(copy, "patterns.csv", "2023-08-31", "2023-09-30")

    assert profiles.load("pichari-2023", at=AT) is True

    assert organization.entity().city == "Quimbiri"
    assert not UnitAlias.objects.filter(siglas="UI").exists()
    assert list(UnitName.objects.filter(unit__slug="ois").values_list("siglas", "valid_from")) == [
        ("OIS", date(2005, 1, 1)),
        ("DSI", date(2023, 9, 30)),
    ]
    assert list(
        SeriesPattern.objects.filter(series__slug="resolucion-alcaldia").values_list("pattern", "valid_from")
    ) == [("{seq:04}-{year}-MDP/A", date(2005, 1, 1)), ("{seq}-{year}-MDP", date(2023, 10, 1))]


@pytest.mark.django_db
def test_an_appointment_made_here_is_not_run_over_by_the_profile(copy: Path) -> None:
    profiles.load("pichari-2023", at=AT)
    post, person = Post.objects.get(slug="jefe-orh"), Person.objects.get(username="alcalde")
    Appointment.objects.create(post=post, person=person, from_on=date(2026, 1, 1), act="Resolución 1")
    add(copy, "appointments.csv", "jefe-orh,jefe-opp,2026-06-01,,Resolución 2")

    with pytest.raises(SeatTaken, match="Jefe de Recursos Humanos"):
        profiles.load("pichari-2023", at=AT)

    assert Appointment.objects.filter(post=post).count() == 1


@pytest.mark.django_db
def test_a_series_that_gave_numbers_cannot_become_another(copy: Path) -> None:
    profiles.load("pichari-2023", at=AT)
    Series.objects.get(slug="acta-comite").years.create(year=2026)
    change(copy, "series.csv", "acta-comite,acta,comite", "acta-comite,acta,")

    with pytest.raises(CommandError, match="«acta-comite» ya dio números"):
        call_command("load_entity", "pichari-2023")
