"""Posts that begin and end while their unit lives: who may hold them, and where their work goes."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from ledger.models import Entry
from organization import selectors as organization
from organization import services as house
from organization.enums import GrantKind
from organization.errors import ActMissing, PostEnds
from organization.models import Appointment, Grant, Person, Post, Unit
from organization.selectors.timeline import tree_between
from organization.services.profile import load_profile, read_profile
from tests.cases.conftest import MONDAY, Town
from tests.organization.test_exchange import run
from workflows.models import Movement, Process
from workflows.services import successions

TODAY = MONDAY.date()
ONE_DAY = timedelta(days=1)
TUESDAY = MONDAY + ONE_DAY
ENDING, HEIR = "especialista-ois", "jefe-ois"


def post(slug: str) -> Post:
    return Post.objects.select_related("unit").get(slug=slug)


@pytest.fixture
def secretary(town: Town) -> Person:
    return town.person("secretario-general")


def ends(secretary: Person, *, slug: str = ENDING, to_on: date = TODAY, heir: str = HEIR, act: str = "O.M. 9") -> Post:
    return house.end_post(post=post(slug), to_on=to_on, successor=post(heir), act=act, by=secretary, at=MONDAY)


@pytest.mark.django_db
def test_a_post_ends_with_who_holds_it_and_is_no_vacancy_afterwards(secretary: Person) -> None:
    held = Appointment.objects.get(post__slug=ENDING)
    ends(secretary)

    held.refresh_from_db()
    assert held.to_on == TODAY
    for day, is_there in ((TODAY, True), (TODAY + ONE_DAY, False)):
        assert (ENDING in {place.post.slug for place in organization.places_on(day)}) is is_there
    assert ENDING not in {row.slug for row in organization.vacant_posts(TODAY + ONE_DAY)}
    entry = Entry.objects.get(kind="post.ended")
    assert entry.facts == {"to_on": "2026-11-16", "successor": post(HEIR).pk, "act": "O.M. 9"}
    assert Entry.objects.filter(kind="post.left", subject=f"post:{held.post_id}").exists()


@pytest.mark.django_db
def test_its_open_work_goes_to_the_post_that_takes_over_the_day_after(town: Town, secretary: Person) -> None:
    process: Process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")
    type(task).objects.filter(pk=task.pk).update(post=post(ENDING))
    ends(secretary, heir="jefe-opp")

    assert successions.follow(MONDAY).moved == 0
    assert successions.follow(TUESDAY).moved == 1
    assert successions.follow(TUESDAY).moved == 0

    task.refresh_from_db()
    assert (task.post, task.unit) == (post("jefe-opp"), Unit.objects.get(slug="opp"))
    assert "El puesto terminó" in Movement.objects.filter(task=task).latest("pk").proveido
    assert organization.post_after(post(ENDING), TODAY + ONE_DAY) == (post("jefe-opp"), post("jefe-opp").unit)
    assert organization.post_after(post(ENDING), TODAY) == (post(ENDING), post(ENDING).unit)


@pytest.mark.django_db
def test_the_chart_draws_it_while_it_lived(secretary: Person) -> None:
    ends(secretary)

    def drawn(first: date, last: date) -> set[str]:
        return {life.post.slug for branch in tree_between(first, last, on=last) for life in branch.posts}

    assert ENDING in drawn(TODAY - ONE_DAY, TODAY + ONE_DAY)
    assert ENDING not in drawn(TODAY + ONE_DAY, TODAY + 2 * ONE_DAY)
    Post.objects.filter(slug="especialista-oaj").update(valid_from=TODAY + ONE_DAY)
    assert "especialista-oaj" not in drawn(TODAY - ONE_DAY, TODAY)


@pytest.mark.django_db
def test_nobody_is_appointed_or_covers_outside_its_days(town: Town, secretary: Person) -> None:
    ends(secretary)
    other = town.person("jefe-opp")
    Post.objects.filter(slug="especialista-oaj").update(valid_from=TODAY + 5 * ONE_DAY)

    for slug, first, last in (
        (ENDING, TODAY + ONE_DAY, None),
        (ENDING, TODAY, None),
        ("especialista-oaj", TODAY, None),
    ):
        with pytest.raises(PostEnds, match=r"existe desde el|termina el"):
            house.appoint(post=post(slug), person=other, from_on=first, to_on=last, act="R.A. 1", by=other, at=MONDAY)
    grant = Grant(
        kind=GrantKind.CHARGE,
        post=post(ENDING),
        person=other,
        own_post=post("jefe-opp"),
        from_on=TODAY + ONE_DAY,
        act="R.A. 2",
    )
    with pytest.raises(PostEnds, match="termina el lunes 16 de noviembre"):
        house.grant_capacity(grant=grant, by=secretary, at=MONDAY)
    assert not Grant.objects.exists()


@pytest.mark.django_db
def test_a_head_that_ends_with_its_unit_takes_nobody_afterwards(town: Town, secretary: Person) -> None:
    units = {unit.slug: unit for unit in Unit.objects.all()}
    house.merge_units(
        units=[units["ois"]], into=units["opp"], on=TODAY + 9 * ONE_DAY, act="O.M. 1", by=secretary, at=MONDAY
    )
    other = town.person("jefe-oaj")

    with pytest.raises(PostEnds, match="o elija el puesto que lo sucede"):
        house.appoint(
            post=post("jefe-ois"), person=other, from_on=TODAY + 9 * ONE_DAY, to_on=None, act="R.A. 1",
            by=secretary, at=MONDAY,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "refusal", "told"),
    [
        ({"act": " "}, ActMissing, "acto"),
        ({"slug": "jefe-ois", "heir": ENDING}, PostEnds, "dirige su unidad"),
        ({"heir": ENDING}, PostEnds, "no existe el día siguiente"),
        ({"to_on": date(1990, 1, 1)}, PostEnds, "no existe ese día"),
    ],
)
def test_a_post_that_cannot_end_so_stays(
    secretary: Person, values: dict[str, str], refusal: type[Exception], told: str
) -> None:
    with pytest.raises(refusal, match=told):
        ends(secretary, **values)  # type: ignore[arg-type]
    assert not Post.objects.filter(valid_to__isnull=False).exists()


@pytest.mark.django_db
def test_a_post_does_not_end_twice(secretary: Person) -> None:
    ends(secretary)
    with pytest.raises(PostEnds, match="ya termina"):
        ends(secretary)


@pytest.mark.django_db
def test_its_days_go_out_and_come_in_with_the_profile(secretary: Person, tmp_path: Path) -> None:
    ends(secretary)
    run("export_entity", str(tmp_path))
    folder = tmp_path / "pichari-2023"

    [line] = [row for row in (folder / "posts.csv").read_text().splitlines() if row.startswith(f"{ENDING},")]
    assert line.endswith(",jefe-ois,,2026-11-16")
    assert run("diff_entity", str(folder)) == "Sin diferencias.\n"
    assert "× posts especialista-ois" not in run("diff_entity", str(folder))
    profile, faults = read_profile(folder)
    assert not faults
    load_profile(profile, at=MONDAY)
    assert post(ENDING).valid_to == TODAY


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("especialista-ois,ois,Especialista,0,1,,jefe-ois,2026-01-02,2026-01-01", "Termina antes de empezar"),
        ("especialista-ois,ois,Especialista,0,1,,,,2026-01-01", "Escriba en «successor»"),
        ("jefe-ois,ois,Jefe,1,1,,jefe-opp,,2026-01-01", "La jefatura termina con su unidad"),
    ],
)
def test_each_fault_of_its_days_names_the_line(tmp_path: Path, cells: str, sentence: str) -> None:
    folder = tmp_path / "pichari-2023"
    shutil.copytree(Path(settings.BASE_DIR) / "entities" / "pichari-2023", folder)
    file = folder / "posts.csv"
    lines = file.read_text().splitlines()
    head = "slug,unit,title,is_head,is_single_seat,next_unit,successor,valid_from,valid_to"
    given = lines[0].count(",")
    rows = [row + "," * (8 - given) for row in lines[1:] if not row.startswith(cells.split(",", 1)[0] + ",")]
    file.write_text("\n".join([head, *rows, cells, ""]))

    _profile, faults = read_profile(folder)

    assert sentence in " ".join(fault.sentence for fault in faults if fault.file.endswith("posts.csv"))
