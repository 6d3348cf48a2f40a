"""Absences and grants as rows: who exercises a post, what is refused, what the ledger keeps (DR-08, DR-09)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ledger.models import Entry
from organization import errors, selectors, services
from organization.enums import Capacity, GrantKind, LinkKind, Role
from organization.models import Absence, Grant, Person, Post
from organization.rules.competence import ActKind
from tests.factories import LIMA, make_entity, make_person, make_post, make_unit

pytestmark = pytest.mark.django_db
AT = datetime(2023, 11, 5, 9, 0, tzinfo=LIMA)
FIRST, LAST = date(2023, 11, 6), date(2023, 11, 17)
BEFORE, INSIDE, AFTER = FIRST - timedelta(1), date(2023, 11, 10), LAST + timedelta(1)
ANY = ActKind("oficio")


class House:
    """A manager, a lawyer who may cover them, and the secretary who writes it down."""

    def __init__(self) -> None:
        make_entity()
        self.post, self.own_post = make_post(title="Gerente Municipal"), make_post(title="Jefe de Asesoría")
        self.luis, self.rita = make_person("luis", post=self.post), make_person("rita", post=self.own_post)
        self.by = make_person("secretaria", post=make_post(unit=make_unit(role=Role.SECRETARIAT)))

    def away(self, person: Person | None = None, first: date = FIRST, last: date | None = LAST) -> Absence:
        return services.register_absence(
            person=person or self.luis, from_on=first, to_on=last, reason="Licencia", by=self.by, at=AT
        )

    def grants(self, kind: GrantKind = GrantKind.SUBSTITUTION, **values: object) -> Grant:
        rows = {"post": self.post, "person": self.rita, "own_post": self.own_post, "from_on": FIRST, "to_on": LAST}
        rows |= {"act": "R.A. 419-2023-A-MDP/LC"}
        return services.grant_capacity(grant=Grant(kind=kind, **(rows | values)), by=self.by, at=AT)

    def holder(self, on: date, post: Post | None = None) -> Person | None:
        return selectors.holder_of(post or self.post, on)


@pytest.fixture
def house() -> House:
    return House()


def test_dr_09_a_post_goes_to_the_substitute_on_the_first_day_and_returns_after_the_last(house: House) -> None:
    house.away()
    house.grants()

    assert [house.holder(day) for day in (BEFORE, FIRST, LAST, AFTER)] == [
        house.luis,
        house.rita,
        house.rita,
        house.luis,
    ]
    assert [house.post in selectors.posts_of(house.rita, day) for day in (BEFORE, FIRST, LAST, AFTER)] == [
        False,
        True,
        True,
        False,
    ]
    assert [selectors.posts_of(house.luis, day) for day in (BEFORE, FIRST, LAST, AFTER)] == [
        [house.post],
        [],
        [],
        [house.post],
    ]


def test_an_absent_holder_without_a_substitute_leaves_the_post_to_nobody_but_not_vacant(house: House) -> None:
    house.away()

    assert house.holder(INSIDE) is None
    assert house.post not in selectors.vacant_posts(INSIDE)
    with pytest.raises(errors.HolderIsAbsent):
        selectors.competent_for(house.post, INSIDE, kind=ANY)


def test_competence_comes_with_people_and_the_acts(house: House) -> None:
    absence, grant = house.away(), house.grants()

    found = selectors.competent_for(house.post, INSIDE, kind=ANY)

    assert (found.person, found.capacity, found.titular, found.grant) == (
        house.rita,
        Capacity.SUBSTITUTION,
        house.luis,
        grant,
    )
    assert [(link.kind, link.pk) for link in found.chain[1:3]] == [
        (LinkKind.ABSENCE, absence.pk),
        (LinkKind.GRANT, grant.pk),
    ]
    with pytest.raises(errors.SignerIsAbsent):
        selectors.competent_for(house.post, INSIDE, kind=ANY, person=house.luis)


def test_an_encargatura_covers_a_vacant_post(house: House) -> None:
    vacant = make_post(title="Jefe de Logística")
    house.grants(GrantKind.CHARGE, post=vacant)

    assert house.holder(INSIDE, vacant) == house.rita
    assert [seat.person for seat in selectors.seats_on(INSIDE) if seat.post == vacant] == [house.rita]
    assert vacant in selectors.vacant_posts(INSIDE)


def test_a_delegate_sees_the_work_and_the_holder_keeps_it(house: House) -> None:
    house.grants(GrantKind.SIGNATURE)

    assert house.holder(INSIDE) == house.luis
    assert house.post in selectors.posts_of(house.rita, INSIDE)


def test_an_absence_that_ends_early_returns_the_post_the_day_after(house: House) -> None:
    absence = house.away(last=None)
    house.grants()

    services.end_absence(absence=absence, to_on=INSIDE, by=house.by, at=AT)

    assert house.holder(INSIDE) == house.rita
    assert house.holder(INSIDE + timedelta(1)) == house.luis


def test_a_grant_that_ends_early_leaves_the_rest_uncovered(house: House) -> None:
    house.away()
    grant = house.grants()

    services.end_grant(grant=grant, to_on=INSIDE, by=house.by, at=AT)

    assert house.holder(INSIDE) == house.rita
    assert house.holder(INSIDE + timedelta(1)) is None
    assert Grant.objects.get().to_on == INSIDE


def test_a_grant_is_not_prolonged_into_anothers_days(house: House) -> None:
    first = house.grants(to_on=INSIDE)
    other = make_person(post=(post := make_post()))
    house.grants(person=other, own_post=post, from_on=INSIDE + timedelta(1))

    with pytest.raises(errors.AlreadyCovered):
        services.end_grant(grant=first, to_on=LAST, by=house.by, at=AT)
    assert Grant.objects.get(pk=first.pk).to_on == INSIDE


def test_who_covered_a_post_in_the_past_can_still_be_asked(house: House) -> None:
    house.away()
    house.grants()
    services.end_grant(grant=Grant.objects.get(), to_on=LAST, by=house.by, at=AT + timedelta(900))

    assert house.holder(INSIDE) == house.rita


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"act": "  "}, errors.ActMissing),
        ({"to_on": BEFORE}, errors.DatesCrossed),
    ],
)
def test_a_grant_without_an_act_or_with_crossed_dates_leaves_nothing(
    house: House, values: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        house.grants(**values)
    assert not Grant.objects.exists()
    assert not Entry.objects.filter(kind="post.granted").exists()


def test_a_ring_of_delegations_is_refused(house: House) -> None:
    house.grants(GrantKind.COMPETENCE)

    with pytest.raises(errors.CycleOfDelegations):
        house.grants(GrantKind.COMPETENCE, post=house.own_post, person=house.luis, own_post=house.post)


def test_absences_of_one_person_do_not_overlap_and_need_a_reason(house: House) -> None:
    house.away()

    with pytest.raises(errors.AbsenceOverlaps, match="Licencia"):
        house.away(first=LAST, last=None)
    with pytest.raises(errors.ActMissing, match="motivo"):
        services.register_absence(person=house.rita, from_on=FIRST, to_on=LAST, reason=" ", by=house.by, at=AT)


def test_each_write_is_one_entry_with_both_people_and_the_dates(house: House) -> None:
    absence, grant = house.away(), house.grants(scope=["oficio"])
    services.end_grant(grant=grant, to_on=INSIDE, by=house.by, at=AT)
    services.end_absence(absence=absence, to_on=INSIDE, by=house.by, at=AT)

    kinds = ["person.absent", "post.granted", "post.grant_ended", "person.absence_ended"]
    assert list(Entry.objects.order_by("pk").values_list("kind", flat=True))[-4:] == kinds
    entry = Entry.objects.get(kind="post.granted")
    assert entry.subject == f"post:{house.post.pk}"
    assert entry.facts == {
        "grant": grant.pk,
        "kind": "substitution",
        "person": house.rita.pk,
        "own_post": house.own_post.pk,
        "from_on": "2023-11-06",
        "to_on": "2023-11-17",
        "scope": ["oficio"],
        "document": None,
    }
