"""Who may act as a post on a day, and by which acts: a pure function of dated rows.

A person is competent by their own appointment, or by a grant: suplencia while the holder is absent, encargatura while
the post is vacant or its holder absent, delegation of a competence, delegation of the signature (LPAG, of delegation,
delegation of signature and suplencia; DR-08, DR-09). Who delegated a competence does not exercise it meanwhile; who
delegated their signature still may. An absentee acts in no capacity.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from law.rules.dates import day_long
from organization import errors
from organization.enums import Capacity, GrantKind, LinkKind
from organization.rules.competence_facts import Aside, Away, Facts, Given, Held, Named
from organization.rules.holding import Dated, covers, valid_on

__all__ = [
    "COVERS",
    "DELEGATIONS",
    "ActKind",
    "Aside",
    "Away",
    "Competence",
    "Facts",
    "Given",
    "Held",
    "Link",
    "Named",
    "competent_for",
    "exercised_by",
    "may_work",
    "span_words",
]
COVERS = frozenset({GrantKind.SUBSTITUTION, GrantKind.CHARGE})
DELEGATIONS = frozenset({GrantKind.SIGNATURE, GrantKind.COMPETENCE})


@dataclass(frozen=True)
class ActKind:
    """A kind of act by its code; one that exhausts the route or sanctions is not signed by delegation of signature."""

    slug: str = ""
    is_signature_delegable: bool = True


@dataclass(frozen=True)
class Link:
    """One act of a chain, with its days."""

    kind: LinkKind
    pk: int
    person: Named
    post: Named | None
    first: date
    last: date | None
    act: str


@dataclass(frozen=True)
class Competence:
    """A person, as what, and the acts that make them so, in their order. ``titular`` is whom they act for."""

    person: Named
    capacity: Capacity
    chain: tuple[Link, ...]
    titular: Named | None = None
    grant: Given | None = None


@dataclass(frozen=True)
class _Case:
    """One question: this kind of act, as this post, on this day; with the rows that answer it."""

    kind: ActKind
    post: Named
    day: date
    facts: Facts
    titulars: tuple[Held, ...] = field(default=())

    @property
    def given(self) -> list[Given]:
        return [grant for grant in self.facts.given if grant.post == self.post]

    def absence(self, person: Named) -> Away | None:
        return valid_on((a for a in self.facts.away if a.person == person), self.day)

    def abstention(self, person: Named) -> Aside | None:
        return valid_on((a for a in self.facts.aside if a.person == person), self.day)

    def sits(self, person: Named, post: Named) -> Held | None:
        """Return the appointment by which a grantee or designee sits in the post for which they were chosen."""
        rows = (held for held in self.facts.held if held.person == person and held.post == post)
        return valid_on(rows, self.day)

    def values(self, **more: object) -> dict[str, Any]:
        return {"post": self.post, "day": day_long(self.day), "slug": self.kind.slug, **more}


def competent_for(kind: ActKind, post: Named, day: date, facts: Facts, person: Named | None = None) -> Competence:
    """Return who is competent for the kind of act as the post that day, and the chain of acts that makes them so.

    :param person: ask for this person alone; without one, for whom the act falls to.
    :raises NotCompetent: nobody, or not this person; its sentence names the link that fails and what would mend it.
    """
    case = _case(kind, post, day, facts)
    return _first(case) if person is None else _of(case, person)


def may_work(post: Named, day: date, facts: Facts, person: Named) -> bool:
    """Return whether the person sees and moves the post's work that day, in whatever capacity and scope."""
    case = _case(ActKind(), post, day, facts)
    if any(held.person == person for held in case.titulars):
        return case.absence(person) is None
    return any(_is_in_force(case, grant) for grant in case.given if grant.person == person)


def exercised_by(post: Named, day: date, facts: Facts) -> list[Named]:
    """Return who exercises the whole post that day: its present holders, newest first, else who covers it."""
    case = _case(ActKind(), post, day, facts)
    present = [held.person for held in case.titulars if case.absence(held.person) is None]
    if present:
        return present
    return [grant.person for grant in case.given if grant.kind in COVERS and _is_in_force(case, grant)][:1]


def _case(kind: ActKind, post: Named, day: date, facts: Facts) -> _Case:
    rows = [held for held in facts.held if held.post == post and covers(held, day)]
    return _Case(kind, post, day, facts, tuple(sorted(rows, key=lambda held: held.first, reverse=True)))


def _first(case: _Case) -> Competence:
    """Return whom the act falls to; who abstained from the expediente gives way to whom the act designates."""
    _check_one_seat(case)
    try:
        found = _falls_to(case)
        _check_aside(case, found.person, found.chain)
    except errors.HasAbstained:
        designated = valid_on((a for a in case.facts.aside if a.post == case.post), case.day)
        if designated is None:
            raise
        return _by_designation(case, designated)
    return found


def _check_aside(case: _Case, person: Named, chain: tuple[Link, ...] = ()) -> None:
    aside = case.abstention(person)
    if aside is not None:
        told = {"span": span_words(aside), "act": aside.act, "designee": aside.designee}
        raise errors.HasAbstained(chain=(*chain, _abstention(aside)), **case.values(person=person, **told))


def _by_designation(case: _Case, aside: Aside) -> Competence:
    """Return the competence of whom the act designates.

    :raises NotCompetent: they are absent, or hold the post no longer for which they were chosen.
    """
    held = next((held for held in case.titulars if held.person == aside.person), None)
    chain = (*([_appointment(held)] if held else []), _abstention(aside))
    _check_aside(case, aside.designee, chain)
    absence = case.absence(aside.designee)
    if absence is not None:
        values = case.values(person=aside.designee, span=span_words(absence))
        raise errors.SignerIsAbsent(chain=(*chain, _absence(absence)), **values)
    own = case.sits(aside.designee, aside.own_post)
    if own is None:
        values = case.values(person=aside.designee, own_post=aside.own_post, act=aside.act)
        raise errors.GranteeHasNoPost(chain=chain, **values)
    return Competence(aside.designee, Capacity.DESIGNATION, (*chain, _appointment(own)), aside.person)


def _falls_to(case: _Case) -> Competence:
    """Return the delegate of the competence, the present holder, or who covers them."""
    delegate = _delegation(case)
    if delegate is not None:
        return _by_grant(case, delegate)
    present = [held for held in case.titulars if case.absence(held.person) is None]
    if present:
        return _by_appointment(case, next((h for h in present if case.abstention(h.person) is None), present[0]))
    cover = [grant for grant in case.given if grant.kind in COVERS and covers(grant, case.day)]
    if cover:
        return _by_grant(case, max(cover, key=lambda grant: grant.first))
    _refuse_uncovered(case)
    raise errors.PostIsVacant(**case.values())


def _refuse_uncovered(case: _Case) -> None:
    for held in case.titulars:
        absence = case.absence(held.person)
        if absence is not None:
            chain = (_appointment(held), _absence(absence))
            values = case.values(person=held.person, span=span_words(absence))
            raise errors.HolderIsAbsent(chain=chain, **values)


def _of(case: _Case, person: Named) -> Competence:
    """Return in which capacity the person is competent, or say which of their links fails."""
    _check_one_seat(case)
    own = next((held for held in case.titulars if held.person == person), None)
    _check_present(case, person, own)
    if own is not None:
        return _by_appointment(case, own)
    if any(aside.designee == person and aside.post == case.post for aside in case.facts.aside):
        found = _first(case)
        if found.person == person:
            return found
    grants = [grant for grant in case.given if grant.person == person]
    refusals: list[errors.NotCompetent] = []
    for grant in sorted(grants, key=lambda grant: (covers(grant, case.day), grant.first), reverse=True):
        try:
            return _by_grant(case, grant)
        except errors.NotCompetent as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    titular = case.titulars[0].person if case.titulars else errors.nobody()
    raise errors.NotAppointed(**case.values(person=person, titular=titular))


def _check_one_seat(case: _Case) -> None:
    people = {held.person for held in case.titulars}
    if len(people) > 1 and any(held.is_single_seat for held in case.titulars):
        names = ", ".join(sorted(map(str, people)))
        chain = tuple(map(_appointment, case.titulars))
        raise errors.SeatHeldTwice(chain=chain, **case.values(count=len(people), people=names))


def _check_present(case: _Case, person: Named, own: Held | None) -> None:
    absence = case.absence(person)
    if absence is not None:
        chain = (*([_appointment(own)] if own else []), _absence(absence))
        raise errors.SignerIsAbsent(chain=chain, **case.values(person=person, span=span_words(absence)))
    _check_aside(case, person, (_appointment(own),) if own else ())


def _delegation(case: _Case) -> Given | None:
    """Return the delegation by which the competence for this kind of act is another's that day, if it is."""
    if not case.kind.slug:
        return None
    rows = (grant for grant in case.given if grant.kind == GrantKind.COMPETENCE and covers(grant, case.day))
    return next((grant for grant in rows if grant.reaches(case.kind.slug)), None)


def _by_appointment(case: _Case, held: Held) -> Competence:
    delegated = _delegation(case)
    if delegated is not None:
        chain = (_appointment(held), _grant(delegated))
        raise errors.DelegatedAway(chain=chain, **_told(case, delegated))
    return Competence(held.person, Capacity.OWN, (_appointment(held),))


def _by_grant(case: _Case, grant: Given) -> Competence:
    """Return the competence that the grant gives.

    :raises NotCompetent: one of its links fails that day.
    """
    titular = case.titulars[0] if case.titulars else None
    away = case.absence(titular.person) if titular else None
    before = [*([_appointment(titular)] if titular else []), *([_absence(away)] if away else [])]
    chain = (*before, _grant(grant))
    _check_grant(case, grant, chain)
    _check_ground(case, grant, titular, away, chain)
    own = case.sits(grant.person, grant.own_post)
    assert own is not None
    return Competence(
        grant.person, Capacity(grant.kind), (*chain, _appointment(own)), titular.person if titular else None, grant
    )


def _check_grant(case: _Case, grant: Given, chain: tuple[Link, ...]) -> None:
    """Check the grant itself: its days, its scope, and that who received it is there and in their own post."""
    told = _told(case, grant)
    if not covers(grant, case.day):
        raise errors.GrantNotInForce(chain=chain, **told)
    if not grant.reaches(case.kind.slug):
        raise errors.OutOfScope(chain=chain, **told)
    absence = case.absence(grant.person)
    if absence is not None:
        raise errors.SignerIsAbsent(
            chain=(*chain, _absence(absence)), **case.values(person=grant.person, span=span_words(absence))
        )
    if case.sits(grant.person, grant.own_post) is None:
        raise errors.GranteeHasNoPost(chain=chain, **told)


def _check_ground(case: _Case, grant: Given, titular: Held | None, away: Away | None, chain: tuple[Link, ...]) -> None:
    """Check what the kind of grant rests on: an absent holder, an empty post, a holder who decides."""
    told = _told(case, grant) | {"titular": titular.person if titular else ""}
    if grant.kind == GrantKind.SIGNATURE:
        if not case.kind.is_signature_delegable:
            raise errors.SignatureNotDelegable(chain=chain, **(told | {"titular": told["titular"] or case.post}))
        if titular is not None and away is not None:
            raise errors.HolderIsAbsent(chain=chain, **case.values(person=titular.person, span=span_words(away)))
    if titular is None and grant.kind in {GrantKind.SUBSTITUTION, GrantKind.SIGNATURE}:
        raise errors.PostIsVacant(chain=chain, **told)
    is_present = any(case.absence(held.person) is None for held in case.titulars)
    if is_present and grant.kind == GrantKind.SUBSTITUTION:
        raise errors.HolderIsPresent(chain=chain, **told)
    if is_present and grant.kind == GrantKind.CHARGE:
        raise errors.PostIsHeld(chain=chain, **told)


def _is_in_force(case: _Case, grant: Given) -> bool:
    try:
        _by_grant(case, grant)
    except errors.NotCompetent:
        return False
    return True


def _told(case: _Case, grant: Given) -> dict[str, Any]:
    scope = ", ".join(sorted(grant.scope))
    return case.values(
        kind=grant.kind.label,
        person=grant.person,
        own_post=grant.own_post,
        act=grant.act,
        span=span_words(grant),
        scope=scope,
    )


def span_words(span: Dated) -> str:
    """Return ``desde el lunes 6 de noviembre de 2023 hasta el viernes 17 de noviembre de 2023``."""
    return errors.span_sentence(day_long(span.first), day_long(span.last) if span.last else "")


def _appointment(held: Held) -> Link:
    return Link(LinkKind.APPOINTMENT, held.pk, held.person, held.post, held.first, held.last, held.act)


def _absence(away: Away) -> Link:
    return Link(LinkKind.ABSENCE, away.pk, away.person, None, away.first, away.last, away.act)


def _grant(given: Given) -> Link:
    return Link(LinkKind.GRANT, given.pk, given.person, given.post, given.first, given.last, given.act)


def _abstention(aside: Aside) -> Link:
    return Link(LinkKind.ABSTENTION, aside.pk, aside.person, aside.post, aside.first, aside.last, aside.act)
