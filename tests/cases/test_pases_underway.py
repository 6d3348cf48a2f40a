"""The pases of open files bear a mark: who looks for what others hold looks among them alone."""

import pytest

from tests.cases.conftest import Town
from tests.cases.test_desistimientos import FRIDAY, accepts, desists
from tests.cases.test_ended_requests import answers_at_a_unit, process_of, resolves
from tests.cases.test_observations import presents
from tests.cases.test_standstills import resolution
from workflows.models import Filing, Movement
from workflows.selectors.trays import Tab, seat_of, tray_counts, tray_page
from workflows.services import engine


@pytest.fixture
def filing(town: Town) -> Filing:
    """A filing that mesa de partes handed to the unit that answers it."""
    filing = presents(procedure="").filing
    answers_at_a_unit(town, filing)
    return filing


def elsewhere(town: Town) -> tuple[int, int]:
    """Return how many files mesa de partes is told that others hold, and how many it is shown."""
    clerk = town.person("auxiliar-mesa-de-partes")
    post = clerk.appointments.get().post
    seat = seat_of(clerk.pk, post.unit, [post], FRIDAY)
    return tray_counts(seat).elsewhere, len(tray_page(seat, Tab.ELSEWHERE).rows)


def marked(filing: Filing) -> set[bool]:
    return set(Movement.objects.filter(expediente=filing.expediente).values_list("is_underway", flat=True))


def test_what_was_handed_over_is_told_while_its_file_is_open(town: Town, filing: Filing) -> None:
    assert marked(filing) == {True}
    assert elsewhere(town) == (1, 1)

    engine.cancel(process_of(filing), by=None, at=FRIDAY)

    assert marked(filing) == {False}
    assert elsewhere(town) == (0, 0)


def test_a_file_that_is_archived_comes_to_rest(town: Town, filing: Filing) -> None:
    found = desists(filing)
    accepts(town, found, resolution(town, filing, FRIDAY))
    assert marked(filing) == {True}

    town.decides(town.task(process_of(filing), "archivar"), "jefe-archivo-central", "archived", at=FRIDAY)

    assert marked(filing) == {False}


def test_a_file_where_another_process_goes_on_keeps_the_mark(town: Town, filing: Filing) -> None:
    first = process_of(filing)
    desists(filing)
    resolves(town, filing)

    engine.cancel(first, by=None, at=FRIDAY)

    assert marked(filing) == {True}
    assert elsewhere(town) == (1, 1)


def test_what_begins_anew_in_a_file_at_rest_marks_all_its_pases(town: Town, filing: Filing) -> None:
    desists(filing)
    engine.cancel(process_of(filing), by=None, at=FRIDAY)
    assert marked(filing) == {False}

    resolves(town, filing)

    assert marked(filing) == {True}
    assert elsewhere(town) == (1, 1)
