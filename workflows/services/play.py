"""Plays a scripted case through the same services as the screens, at the case's own dates. Demo only."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.models import Document, Series, SeriesYear
from docs_store.ports import Draft, Section
from law import selectors as law
from law.rules.business_days import Calendar, business_days_between
from organization import selectors as organization
from organization.models import Person, Post, Unit
from workflows.enums import Channel
from workflows.errors import WorkflowsError
from workflows.models import OPEN_STATUSES, Process, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import cases, engine, filings, holders, keys, papers, steps
from workflows.services.decisions import Decision
from workflows.services.presentations import PartyData, Presentation, UploadedPaper
from workflows.services.scripts import Script, ScriptedAnnex, ScriptedFiling, ScriptedStep

DEMO_PIN = "123456"
PLAN_PARAGRAPHS_AT_MOST = 600


class ScriptDiffers(WorkflowsError):
    """The case did not go as its script says; the sentence tells what was expected and what came."""


@dataclass(frozen=True)
class PlayedStep:
    """What one step gave. ``business_days`` since the step before."""

    day: date
    post: str
    act: str
    document: str
    state: str
    business_days: int


@dataclass
class Player:
    """Plays one script on the loaded entity, step by step."""

    script: Script
    calendar: Calendar = field(init=False)
    process: Process = field(init=False)
    key: str = field(init=False, repr=False, default="")
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = law.calendar_of(organization.entity().place)
        self.day = timezone.localdate(self.script.opened_at)

    def play(self) -> Iterator[PlayedStep]:
        """Play the script and yield each step once it is done.

        :raises ScriptDiffers: at the first step that differs.
        """
        yield self._open()
        for line in self.script.steps:
            yield self._step(line)
        spent = business_days_between(self.calendar, timezone.localdate(self.script.opened_at), self._signed_on())
        _expect(_("días hábiles"), self.script.business_days, spent)

    @property
    def act(self) -> Document:
        """The act that the case ended with."""
        return parts.needed_document(self.process, self.script.act)

    def _signed_on(self) -> date:
        emitted = self.act.emitted_at
        if emitted is None:
            raise ScriptDiffers(_("El acto del caso no llegó a emitirse."))
        return timezone.localdate(emitted)

    # Opening

    def _open(self) -> PlayedStep:
        script = self.script
        if script.filing is not None:
            return self._file(script.filing)
        by = _person(script.opened_by, script.opened_at)
        self.process = cases.open_case(
            route=script.route,
            subject=script.subject,
            unit=Unit.objects.get(slug=script.unit),
            deliverables=script.deliverables,
            by=by,
            at=script.opened_at,
        )
        self.key = keys.issue_key(expediente=self.process.expediente, party=None, by=by, at=script.opened_at)
        label = self.process.expediente.label
        return PlayedStep(self.day, script.opened_by, _("abre el expediente"), label, "abierto", 0)

    def _file(self, line: ScriptedFiling) -> PlayedStep:
        files = [_paper(annex) for annex in line.annexes]
        letter = UploadedPaper("carta.txt", io.BytesIO(line.text.encode()), line.title)
        receipt = filings.file(
            presentation=Presentation(
                channel=Channel.COUNTER,
                party=PartyData(**line.party),
                subject=self.script.subject,
                text=line.text,
                files=[letter, *files],
                route=self.script.route,
                deliverables=self.script.deliverables,
                document_label=line.number,
            ),
            received_by=_person(line.by, line.at),
            at=line.at,
        )
        self.key = receipt.key
        self.process = Process.objects.get(expediente=receipt.expediente)
        return PlayedStep(self.day, line.by, line.title, line.number, "presentado", 0)

    # Steps

    def _step(self, line: ScriptedStep) -> PlayedStep:
        task = self._task(line)
        by = _person(line.by, line.at)
        step = engine.step_of(task)
        holders.open_task(task_id=task.pk, by=by, at=line.at)
        if line.text is not None:
            self._write(task, step, line, by)
            task.refresh_from_db()
        expected = self._expected_number(task, step, line, by)
        steps.complete_step(task_id=task.pk, decision=self._decision(line), by=by, at=line.at)
        document = self._document_after(task)
        label = parts.living_label(document) if document else ""
        if expected:
            _expect(line.step, expected, label)
        day = timezone.localdate(line.at)
        spent = business_days_between(self.calendar, self.day, day)
        _expect(_("días hábiles hasta %(step)s") % {"step": line.step}, line.days, spent)
        self.day = day
        state = document.get_state_display() if document else line.outcome
        return PlayedStep(day, line.by, step.name, label, str(state), spent)

    def _task(self, line: ScriptedStep) -> Task:
        post = Post.objects.get(slug=line.by)
        tasks = Task.objects.filter(process=self.process, step=line.step, status__in=OPEN_STATUSES)
        mine = [t for t in tasks if t.post_id == post.pk or (t.post_id is None and t.unit_id == post.unit_id)]
        if not mine:
            found = ", ".join(
                f"{t.step} ({t.post or t.unit})"
                for t in Task.objects.filter(process=self.process, status__in=OPEN_STATUSES)
            )
            raise ScriptDiffers(
                _("Se esperaba el paso %(step)s de %(post)s; abiertos: %(found)s.")
                % {"step": line.step, "post": line.by, "found": found or _("ninguno")}
            )
        return mine[0]

    def _write(self, task: Task, step: Step, line: ScriptedStep, by: Person) -> None:
        assert line.text is not None
        document = papers.own_document(task, step, by=by, at=line.at, outcome=line.outcome)
        papers.save_text(document, line.text, by=by, at=line.at)
        for annex in line.annexes:
            if annex.form == "typeset":
                papers.attach_typeset(document, content=_typeset_annex(annex), by=by, at=line.at)
            else:
                paper = _paper(annex)
                papers.attach_outside(
                    document, name=paper.name, content=paper.content, title=paper.title, by=by, at=line.at
                )

    def _decision(self, line: ScriptedStep) -> Decision:
        deliverables = {d.order: d.pk for d in self.process.expediente.deliverables.all()}
        return Decision(
            outcome=line.outcome,
            pin=DEMO_PIN,
            proveido=line.proveido,
            observation=line.observation,
            opinions={deliverables[order]: word for order, word in line.opinions.items()},
            return_to=line.return_to,
            units=line.units,
        )

    def _document_after(self, task: Task) -> Document | None:
        task.refresh_from_db()
        return task.document

    # Numbers that the real series gave outside

    def _expected_number(self, task: Task, step: Step, line: ScriptedStep, by: Person) -> str:
        """Bring the series up to the script's number by a declared block, and return what must be printed.

        On a second play the series is already past it: then the number is the series' next one.
        """
        if not line.number:
            return ""
        document = task.document if step.emits else parts.document_of(self.process, step.about)
        if document is None:
            raise ScriptDiffers(_("El paso %(step)s no tiene documento que numerar.") % {"step": line.step})
        if parts.living_label(document):
            return ""
        wanted = int(re.match(r"\d+", line.number).group())  # type: ignore[union-attr]
        series = docs.series_of(document=document, at=line.at)
        following = _next_value(series, line.at)
        if following < wanted:
            docs.declare_block(
                series=series,
                year=_year(series, line.at),
                first=following,
                last=wanted - 1,
                reason=self.script.outside_reason,
                by=by,
                at=line.at,
            )
        if following <= wanted:
            return line.number
        return line.number.replace(re.match(r"\d+", line.number).group(), f"{following:0{_width(line.number)}}", 1)  # type: ignore[union-attr]


def _width(number: str) -> int:
    return len(re.match(r"\d+", number).group())  # type: ignore[union-attr]


def _year(series: Series, at: datetime) -> int:
    return timezone.localdate(at).year if series.reset == "yearly" else 0


def _next_value(series: Series, at: datetime) -> int:
    counter = SeriesYear.objects.filter(series=series, year=_year(series, at)).first()
    return counter.next_value if counter else 1


def _expect(what: str, expected: object, came: object) -> None:
    if expected is not None and expected != came:
        raise ScriptDiffers(
            _("%(what)s: el guion dice %(expected)s y salió %(came)s.")
            % {"what": what, "expected": expected, "came": came}
        )


def _person(post: str, at: datetime) -> Person:
    holder = organization.holder_of(Post.objects.get(slug=post), timezone.localdate(at))
    if holder is None:
        raise ScriptDiffers(_("El puesto %(post)s está vacante ese día.") % {"post": post})
    return holder


def plan_text(name: str) -> str:
    """Return the plan's own text where its folder is configured, or nothing."""
    path = Path(settings.PLANS_DIR) / f"{name}.txt" if settings.PLANS_DIR else None
    return path.read_text(errors="replace") if path and path.exists() else ""


def _paper(annex: ScriptedAnnex) -> UploadedPaper:
    text = (plan_text(annex.plan) if annex.plan else "") or "\n\n".join(annex.paragraphs)
    return UploadedPaper(f"{annex.title}.txt", io.BytesIO(text.encode()), annex.title)


def _typeset_annex(annex: ScriptedAnnex) -> Draft:
    text = plan_text(annex.plan) if annex.plan else ""
    paragraphs = tuple(_printable(part) for part in re.split(r"\n\s*\n", text) if part.strip()) or annex.paragraphs
    return Draft(subject=annex.title, sections=(Section("", paragraphs[:PLAN_PARAGRAPHS_AT_MOST]),))


def _printable(paragraph: str) -> str:
    """Scanned text holds stray signs; keep what a page can print."""
    return docs.printable(" ".join(paragraph.split()))
