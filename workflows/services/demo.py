"""A Tuesday in the entity: some thirty files, made by playing the same services as the screens. Demo only."""

import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from docs_store.models import DocumentKind
from docs_store.ports import Article, Draft, Section
from law import selectors as law
from law.rules.business_days import Calendar, is_business_day
from organization import selectors as organization
from organization.models import Person, Unit
from workflows.enums import Channel, StepKind
from workflows.models import OPEN_STATUSES, Process, Task
from workflows.ports import Step
from workflows.services import cargos, cases, engine, filings, holders, papers, steps
from workflows.services.decisions import Decision
from workflows.services.presentations import PartyData, Presentation, UploadedPaper

LIMA = ZoneInfo("America/Lima")
OPENS, MINUTES_APART = 8, 37
OUTCOMES = {
    StepKind.OPINION: "favourable",
    StepKind.VISADO: "endorsed",
    StepKind.NUMBER: "numbered",
    StepKind.SIGN: "signed",
    StepKind.DERIVE: "derived",
    StepKind.NOTIFY: "notified",
    StepKind.PUBLISH: "published",
    StepKind.ARCHIVE: "archived",
}


@dataclass(frozen=True)
class DemoCase:
    """One file of the demo: how it begins, how fast it goes, and the step that it waits at."""

    route: str
    subject: str
    unit: str
    days_ago: int
    pace: int = 1
    stop: str = ""
    returned_at: str = ""
    observation: str = ""
    unopened: bool = False
    party: Mapping[str, str] = field(default_factory=dict)
    petition: str = ""
    channel: str = "counter"
    units: tuple[str, ...] = ()
    about: str = ""


def read_demo(folder: Path) -> tuple[list[DemoCase], dict[str, Any]]:
    """Return the cases of the profile, and the words of each kind of document."""
    values = tomllib.loads((folder / "demo.toml").read_text())
    words = tomllib.loads((folder.parent / "demo_words.toml").read_text())
    return [_case(line) for line in values["case"]], words


def _case(line: dict[str, Any]) -> DemoCase:
    return DemoCase(**{**line, "units": tuple(line.get("units", ()))})


@dataclass
class Demo:
    """Plays the demo's cases up to a moment."""

    words: Mapping[str, Any]
    now: datetime
    pin: str
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = law.calendar_of(organization.entity().place)

    def play(self, case: DemoCase, *, minute: int) -> Process:
        """Play one case until its step to stop at, its end, or now."""
        moments = self._moments(case, minute)
        process = self._open(case, next(moments))
        has_returned = False
        for at in moments:
            stop = "" if case.returned_at and not has_returned else case.stop
            task = self._next_task(process, case, stop, at)
            if task is None or at > self.now:
                break
            returns = task.step == case.returned_at and not has_returned
            has_returned = has_returned or returns
            self._complete(task, case, returns=returns, at=at)
        return process

    def _moments(self, case: DemoCase, minute: int) -> Iterator[datetime]:
        """Yield office moments, ``pace`` business days apart, from ``days_ago`` business days before now."""
        day = self._business_day_before(timezone.localdate(self.now), case.days_ago)
        place = minute
        while True:
            place += 1
            offset = timedelta(minutes=place * MINUTES_APART % (8 * 60))
            yield datetime.combine(day, time(OPENS), tzinfo=LIMA) + offset
            day = self._business_day_after(day, case.pace)

    def _business_day_before(self, day: date, count: int) -> date:
        while count > 0 or not is_business_day(self.calendar, day):
            day -= timedelta(days=1)
            count -= is_business_day(self.calendar, day)
        return day

    def _business_day_after(self, day: date, count: int) -> date:
        while count > 0:
            day += timedelta(days=1)
            count -= is_business_day(self.calendar, day)
        return day

    def _open(self, case: DemoCase, at: datetime) -> Process:
        unit = Unit.objects.get(slug=case.unit)
        if not case.party:
            by = self._member(unit, at)
            return cases.open_case(route=case.route, subject=case.subject, unit=unit, by=by, at=at)
        is_web = case.channel == Channel.WEB
        receipt = filings.file(
            presentation=Presentation(
                channel=Channel(case.channel),
                party=PartyData(**case.party),
                subject=case.subject,
                text=case.petition,
                files=self._papers(case, at),
                route=case.route,
            ),
            received_by=None if is_web else self._member(cargos.intake_unit(), at),
            at=at,
        )
        return Process.objects.get(expediente=receipt.expediente)

    def _papers(self, case: DemoCase, at: datetime) -> list[UploadedPaper]:
        """Return what the citizen hands in: the petition."""
        return [UploadedPaper("solicitud.txt", io.BytesIO(case.petition.encode()), "Solicitud")]

    def _next_task(self, process: Process, case: DemoCase, stop: str, at: datetime) -> Task | None:
        tasks = Task.objects.filter(process=process, status__in=OPEN_STATUSES).exclude(kind="").order_by("id")
        for task in tasks.select_related("unit", "post__unit", "process__expediente"):
            if task.step != stop and self._actor(task, at) is not None:
                return task
        if not case.unopened:
            self._open_waiting(tasks, at)
        return None

    def _open_waiting(self, tasks: Any, at: datetime) -> None:
        """Most of what waits has been looked at by its holder."""
        for task in tasks:
            by = self._actor(task, at)
            if by is not None and at <= self.now:
                holders.open_task(task_id=task.pk, by=by, at=at)

    def _actor(self, task: Task, at: datetime) -> Person | None:
        if task.post is not None:
            return organization.holder_of(task.post, timezone.localdate(at))
        return self._member(task.unit, at) if task.unit else None

    def _member(self, unit: Unit, at: datetime) -> Person:
        day = timezone.localdate(at)
        posts = sorted(unit.posts.all(), key=lambda post: not post.is_head)
        held = (organization.holder_of(post, day) for post in posts)
        return next(person for person in held if person is not None)

    def _complete(self, task: Task, case: DemoCase, *, returns: bool, at: datetime) -> None:
        by = self._actor(task, at)
        assert by is not None
        step = engine.step_of(task)
        holders.open_task(task_id=task.pk, by=by, at=at)
        if step.emits or step.drafts:
            document = papers.own_document(task, step, by=by, at=at, outcome="observed" if returns else "")
            papers.save_text(document, self._text(document.kind, case, returns=returns), by=by, at=at)
        outcome = "observed" if returns else OUTCOMES.get(StepKind(step.kind), "done")
        if step.outcomes and outcome not in step.outcomes:
            outcome = step.outcomes[0]
        steps.complete_step(
            task_id=task.pk,
            decision=Decision(
                outcome=outcome,
                pin=self.pin,
                proveido="" if returns else self._proveido(step, case),
                observation=case.observation if returns else "",
                return_to=step.returns_to[0] if returns and step.returns_to else "",
                units=case.units if step.kind == StepKind.DERIVE else (),
            ),
            by=by,
            at=at,
        )

    def _proveido(self, step: Step, case: DemoCase) -> str:
        lines = self.words["proveido"].get(str(step.kind), self.words["proveido"]["task"])
        return str(lines[len(case.subject) % len(lines)]).format(subject=case.subject)

    def _text(self, kind: DocumentKind, case: DemoCase, *, returns: bool) -> Draft:
        """Return the words of this kind of document, with the case's subject in its places."""
        words = self.words["observed" if returns else kind.template]
        said = {"subject": case.subject, "about": case.about or case.subject}

        def fill(name: str) -> tuple[str, ...]:
            return tuple(line.format(**said) for line in words.get(name, ()))

        return Draft(
            subject=case.subject,
            addressee_name=words.get("addressee_name", ""),
            addressee_post=words.get("addressee_post", ""),
            references=fill("references"),
            vistos=fill("vistos"),
            considerandos=fill("considerandos"),
            sections=tuple(
                Section(s.get("heading", ""), tuple(p.format(**said) for p in s["paragraphs"]))
                for s in words.get("sections", ())
            ),
            articles=tuple(Article(a["verb"], a["text"].format(**said)) for a in words.get("articles", ())),
            closing=words.get("closing", ""),
            attendees=fill("attendees"),
        )
