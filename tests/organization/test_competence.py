"""Who is competent on a day, and by which acts (DR-08, DR-09): the pure rules."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organization import errors
from organization.enums import Capacity, GrantKind, LinkKind
from organization.rules.competence import (
    ActKind,
    Away,
    Competence,
    Facts,
    Given,
    Held,
    Named,
    competent_for,
    exercised_by,
    may_work,
)
from organization.rules.granting import check_new_grant
from organization.rules.holding import Span, covers

MAYOR, MANAGER, LAWYER = Named(1, "Alcalde"), Named(2, "Gerente Municipal"), Named(3, "Jefe de Asesoría")
ANA, LUIS, RITA = Named(11, "Ana Quispe"), Named(12, "Luis Prueba"), Named(13, "Rita Muestra")
FIRST, LAST = date(2023, 11, 6), date(2023, 11, 17)
INSIDE, BEFORE, AFTER = date(2023, 11, 10), FIRST - timedelta(1), LAST + timedelta(1)
HELD = (
    Held(1, MAYOR, ANA, date(2023, 1, 1), None, "credencial"),
    Held(2, MANAGER, LUIS, date(2023, 1, 2), None, "R.A. 004-2023"),
    Held(3, LAWYER, RITA, date(2023, 1, 2), None, "R.A. 318-2023"),
)
AWAY = Away(1, LUIS, FIRST, LAST, "licencia")
ORDINANCE, RESOLUTION = ActKind("oficio"), ActKind("resolucion-alcaldia", is_signature_delegable=False)


def granted(kind: GrantKind = GrantKind.SUBSTITUTION, *scope: str, post: Named = MANAGER, **values: object) -> Given:
    rows = {"pk": 1, "person": RITA, "own_post": LAWYER, "first": FIRST, "last": LAST, "act": "R.A. 419-2023"}
    return Given(kind=kind, post=post, scope=frozenset(scope), **(rows | values))  # type: ignore[arg-type]


def ask(
    facts: Facts, day: date = INSIDE, person: Named | None = None, post: Named = MANAGER, kind: ActKind = ORDINANCE
) -> Competence:
    return competent_for(kind, post, day, facts, person)


COVERED = Facts(HELD, (AWAY,), (granted(),))


def test_the_holder_is_competent_by_their_appointment() -> None:
    found = ask(Facts(HELD))

    assert (found.person, found.capacity, found.titular) == (LUIS, Capacity.OWN, None)
    assert [(link.kind, link.act) for link in found.chain] == [(LinkKind.APPOINTMENT, "R.A. 004-2023")]


def test_a_substitute_acts_from_the_first_day_of_the_absence_to_the_last_without_a_gap() -> None:
    who = [(ask(COVERED, day).person, ask(COVERED, day).capacity) for day in (BEFORE, FIRST, INSIDE, LAST, AFTER)]

    own, substitute = (LUIS, Capacity.OWN), (RITA, Capacity.SUBSTITUTION)
    assert who == [own, substitute, substitute, substitute, own]


def test_the_chain_of_a_substitute_names_both_people_in_the_order_of_the_acts() -> None:
    found = ask(COVERED)

    assert found.titular == LUIS
    assert [(link.kind, link.person) for link in found.chain] == [
        (LinkKind.APPOINTMENT, LUIS),
        (LinkKind.ABSENCE, LUIS),
        (LinkKind.GRANT, RITA),
        (LinkKind.APPOINTMENT, RITA),
    ]


def test_an_absentee_is_refused_with_their_absence_at_the_end_of_the_chain() -> None:
    with pytest.raises(errors.SignerIsAbsent, match="Luis Prueba está ausente desde el lunes 6") as refused:
        ask(COVERED, person=LUIS)

    assert [link.kind for link in refused.value.chain] == [LinkKind.APPOINTMENT, LinkKind.ABSENCE]  # type: ignore[attr-defined]


def test_an_absent_substitute_is_refused() -> None:
    facts = Facts(HELD, (AWAY, Away(2, RITA, INSIDE, INSIDE, "salud")), (granted(),))

    with pytest.raises(errors.SignerIsAbsent, match="Rita"):
        ask(facts)
    assert exercised_by(MANAGER, INSIDE, facts) == []


@pytest.mark.parametrize(
    ("facts", "person", "refusal", "sentence"),
    [
        (Facts(HELD, (AWAY,)), None, errors.HolderIsAbsent, "Registre una suplencia"),
        (Facts(HELD[:1]), None, errors.PostIsVacant, "registre una encargatura"),
        (Facts(HELD, (), (granted(),)), RITA, errors.HolderIsPresent, "no está ausente"),
        (Facts(HELD, (), (granted(GrantKind.CHARGE),)), RITA, errors.PostIsHeld, "tiene titular"),
        (Facts(HELD, (AWAY,), (granted(last=BEFORE, first=BEFORE),)), RITA, errors.GrantNotInForce, "Hace falta otro"),
        (Facts(HELD, (AWAY,), (granted(GrantKind.SUBSTITUTION, "informe"),)), RITA, errors.OutOfScope, "solo: informe"),
        (Facts(HELD[:2], (AWAY,), (granted(),)), None, errors.GranteeHasNoPost, "ya no ocupa"),
        (Facts(HELD), RITA, errors.NotAppointed, "ni tiene encargo"),
        (Facts((*HELD, Held(4, MANAGER, RITA, FIRST, None, "x"))), None, errors.SeatHeldTwice, "2 titulares"),
    ],
)
def test_each_refusal_says_which_link_fails_and_what_would_mend_it(
    facts: Facts, person: Named | None, refusal: type[Exception], sentence: str
) -> None:
    with pytest.raises(refusal, match=sentence):
        ask(facts, person=person)


def test_who_is_in_charge_acts_while_the_post_is_vacant() -> None:
    found = ask(Facts((HELD[0], HELD[2]), (), (granted(GrantKind.CHARGE),)))

    assert (found.person, found.capacity, found.titular) == (RITA, Capacity.CHARGE, None)


def test_dr_08_a_signature_is_not_delegated_for_acts_that_exhaust_the_route() -> None:
    facts = Facts(HELD, (), (granted(GrantKind.SIGNATURE, post=MAYOR),))

    with pytest.raises(errors.SignatureNotDelegable, match="agota la vía administrativa o sanciona"):
        ask(facts, person=RITA, post=MAYOR, kind=RESOLUTION)
    assert ask(facts, person=RITA, post=MAYOR).capacity == Capacity.SIGNATURE
    assert ask(facts, person=ANA, post=MAYOR).capacity == Capacity.OWN


def test_dr_08_a_delegated_competence_signs_them_and_its_delegator_does_not_meanwhile() -> None:
    facts = Facts(HELD, (), (granted(GrantKind.COMPETENCE, RESOLUTION.slug, post=MAYOR),))
    found = ask(facts, post=MAYOR, kind=RESOLUTION)

    assert (found.person, found.capacity, found.titular) == (RITA, Capacity.COMPETENCE, ANA)
    with pytest.raises(errors.DelegatedAway, match="termine antes la delegación"):
        ask(facts, person=ANA, post=MAYOR, kind=RESOLUTION)
    assert ask(facts, person=ANA, post=MAYOR).capacity == Capacity.OWN


def test_a_delegated_signature_falls_while_who_decides_is_absent() -> None:
    with pytest.raises(errors.HolderIsAbsent, match="Registre una suplencia"):
        ask(Facts(HELD, (AWAY,), (granted(GrantKind.SIGNATURE),)), person=RITA)


# What may be granted


def test_delegations_in_a_ring_are_refused_with_the_ring() -> None:
    one = granted(GrantKind.COMPETENCE, post=MANAGER)
    back = granted(GrantKind.COMPETENCE, post=LAWYER, pk=2, person=LUIS, own_post=MANAGER)

    with pytest.raises(errors.CycleOfDelegations, match="Jefe de Asesoría → Gerente Municipal → Jefe de Asesoría"):
        check_new_grant(back, [one], HELD)


def test_what_was_received_by_delegation_is_not_delegated_on() -> None:
    received = granted(GrantKind.COMPETENCE, "oficio", post=MAYOR, person=LUIS, own_post=MANAGER)
    onward = granted(GrantKind.COMPETENCE, "oficio", "carta", post=MANAGER, pk=2)

    with pytest.raises(errors.DelegationOfDelegation, match="«oficio» por delegación de «Alcalde»"):
        check_new_grant(onward, [received], HELD)
    with pytest.raises(errors.DelegationOfDelegation):
        check_new_grant(received, [onward], HELD)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (granted(GrantKind.CHARGE, pk=2, first=LAST, last=None), errors.AlreadyCovered),
        (granted(pk=2, person=LUIS, own_post=MANAGER), errors.GranteeRefused),
        (granted(pk=2, own_post=MAYOR), errors.GranteeRefused),
    ],
)
def test_a_second_cover_and_a_grantee_without_a_post_are_refused(new: Given, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_new_grant(new, [granted()], HELD)


# Properties

PEOPLE, POSTS = [Named(n, f"Persona {n}") for n in range(4)], [Named(n, f"Puesto {n}") for n in range(3)]
START = date(2023, 1, 1)
DAYS = st.integers(0, 30).map(lambda days: START + timedelta(days))


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date | None]:
    first = draw(DAYS)
    return first, draw(st.none() | st.integers(0, 15).map(lambda days: first + timedelta(days)))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    person, post = st.sampled_from(PEOPLE), st.sampled_from(POSTS)
    scope = st.frozensets(st.sampled_from(["oficio", "informe"]), max_size=2)
    kind = st.sampled_from(list(GrantKind))
    held = [
        Held(n, draw(post), draw(person), *draw(spans()), "acto", draw(st.booleans()))
        for n in range(draw(st.integers(0, 5)))
    ]
    away = [Away(n, draw(person), *draw(spans()), "licencia") for n in range(draw(st.integers(0, 3)))]
    given_ = [
        Given(n, draw(kind), draw(post), draw(person), draw(post), *draw(spans()), "acto", draw(scope))
        for n in range(draw(st.integers(0, 4)))
    ]
    return Facts(tuple(held), tuple(away), tuple(given_))


def answers(found: Facts, post: Named, day: date) -> Iterator[Competence]:
    for person in (None, *PEOPLE):
        try:
            yield competent_for(ORDINANCE, post, day, found, person)
        except errors.NotCompetent as refusal:
            assert "%(" not in str(refusal)
            assert str(refusal).endswith(".")


@settings(max_examples=400, deadline=None)
@given(facts(), st.sampled_from(POSTS), DAYS)
def test_competence_is_one_present_and_dated_whatever_the_rows(found: Facts, post: Named, day: date) -> None:
    competent = list(answers(found, post, day))
    single = {held.post for held in found.held if held.is_single_seat and covers(held, day)}

    own = {answer.person for answer in competent if answer.capacity == Capacity.OWN}
    assert len(own) <= 1 or post not in single
    absent = {away.person for away in found.away if covers(away, day)}
    assert not absent & {answer.person for answer in competent}
    assert not absent & set(exercised_by(post, day, found))
    assert not any(may_work(post, day, found, person) for person in absent)
    for answer in competent:
        assert answer.chain
        assert all(covers(Span(link.first, link.last), day) for link in answer.chain)
        assert may_work(post, day, found, answer.person) or answer.capacity != Capacity.OWN
