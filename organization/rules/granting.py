"""What may be granted, beside the grants that stand: a pure function of dated rows (DR-08)."""

from collections.abc import Iterable, Sequence

from organization import errors
from organization.enums import GrantKind
from organization.rules.competence import COVERS, DELEGATIONS, Given, Held, Named, span_words
from organization.rules.holding import covers, overlap


def check_new_grant(new: Given, standing: Iterable[Given], held: Iterable[Held]) -> None:
    """Check a grant before it is given, beside those that stand.

    :raises GrantRefused: it is for who holds the post, or another covers it, or it delegates a delegation or in a ring.
    """
    others = [grant for grant in standing if grant.pk != new.pk and overlap(grant, new)]
    rows = [row for row in held if row.person == new.person and overlap(row, new)]
    if any(row.post == new.post for row in rows) or new.post == new.own_post:
        raise errors.GranteeRefused(errors.own_post_sentence(new.person, new.post))
    if not any(row.post == new.own_post and _holds_throughout(row, new) for row in rows):
        raise errors.GranteeRefused(errors.no_post_sentence(new.person, new.own_post))
    if new.kind in DELEGATIONS:
        _check_delegation(new, [grant for grant in others if grant.kind in DELEGATIONS])
    _check_uncovered(new, others)


def _holds_throughout(row: Held, new: Given) -> bool:
    """Return whether the appointment covers the grant; one whose end nobody set yet is enough for its first day."""
    return covers(row, new.first) and (row.last is None or (new.last is not None and new.last <= row.last))


def _check_uncovered(new: Given, others: Sequence[Given]) -> None:
    """Two people never have one post's acts at once: neither two covers, nor two delegates of one competence."""
    group = COVERS if new.kind in COVERS else frozenset({new.kind})
    for other in others:
        is_rival = other.post == new.post and other.kind in group
        if new.kind == GrantKind.SIGNATURE:
            is_rival = is_rival and other.person == new.person
        if is_rival and (new.kind in COVERS or _scopes_meet(new, other)):
            raise errors.AlreadyCovered(errors.covered_sentence(new.post, other.person, span_words(other)))


def _check_delegation(new: Given, others: Sequence[Given]) -> None:
    ring = _ring(new, others)
    if ring:
        raise errors.CycleOfDelegations(errors.ring_sentence(" → ".join(map(str, ring))))
    for other in others:
        received, onward = (other, new) if other.own_post == new.post else (new, other)
        if received.own_post == onward.post and received.scope & onward.scope:
            raise errors.DelegationOfDelegation(
                errors.onward_sentence(onward.post, received.post, ", ".join(sorted(received.scope & onward.scope)))
            )


def _ring(new: Given, others: Sequence[Given]) -> list[Named]:
    """Return the posts from who delegates, along delegations of kinds that meet, back to who delegates; or none."""
    paths, seen = [[new.post, new.own_post]], {new.own_post}
    while paths:
        path = paths.pop()
        for other in others:
            if other.post != path[-1] or not _scopes_meet(new, other):
                continue
            if other.own_post == new.post:
                return [*path, new.post]
            if other.own_post not in seen:
                seen.add(other.own_post)
                paths.append([*path, other.own_post])
    return []


def _scopes_meet(one: Given, other: Given) -> bool:
    return not one.scope or not other.scope or bool(one.scope & other.scope)
