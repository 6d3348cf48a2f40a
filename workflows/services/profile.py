"""The workflows' part of an entity profile: its routes and procedures, and the scripts of its case and its demo.

The scripts are read to the end, so that a step, a post or a unit that does not exist shows before anything is played.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store.services import profile as docs_store
from law.ports import ProfileFault
from law.services import profile as law
from law.services.profile_files import SLUG, TomlFile
from organization.ports import AbstentionLine
from organization.services import profile as organization
from workflows.rules.drawing import Drawing
from workflows.rules.reading import read_drawing
from workflows.rules.routes import Known, check_known, check_route
from workflows.services import automatic
from workflows.services.abstentions import load_abstentions
from workflows.services.procedures import ProcedureLine, load_procedures, read_procedures
from workflows.services.routes import load_route

NEEDED_ROUTE = "tramite"
ADHOC = "adhoc"


@dataclass(frozen=True)
class RouteFile:
    """A route of the profile. ``drawing`` is nothing when the file cannot be read at all."""

    slug: str
    source: bytes
    drawing: Drawing | None


@dataclass(frozen=True)
class WorkflowsProfile:
    """Everything that a profile says of where files go."""

    routes: tuple[RouteFile, ...]
    procedures: tuple[ProcedureLine, ...] = ()
    abstentions: tuple[AbstentionLine, ...] = ()


def read_profile(folder: Path) -> tuple[WorkflowsProfile, list[ProfileFault]]:
    """Read the routes, procedures and scripts of an entity's folder, and every fault in them."""
    known = _known(folder)
    routes: list[RouteFile] = []
    faults: list[ProfileFault] = []
    for path in sorted((folder / "routes").glob("*.bpmn")):
        route, found = _read_route(path, known)
        routes.append(route)
        faults += found
    drawings = {route.slug: route.drawing for route in routes if route.drawing is not None}
    given, _faults = law.read_profile(folder)
    procedures, found = read_procedures(folder, given, posts=known.posts, routes=drawings)
    faults += found
    if NEEDED_ROUTE not in {route.slug for route in routes}:
        path = folder / "routes" / f"{NEEDED_ROUTE}.bpmn"
        faults.append(
            ProfileFault(str(path), 1, _("Falta la ruta general con la que empieza lo que presenta la gente."))
        )
    faults += _case_faults(folder / "case.toml", drawings, known)
    faults += _demo_faults(folder / "demo.toml", drawings, known)
    about, _faults = organization.read_profile(folder)
    return WorkflowsProfile(tuple(routes), procedures, about.abstentions), sorted(faults)


def load_profile(profile: WorkflowsProfile, *, at: datetime) -> int:
    """Publish the profile's routes, load its procedures and who keeps out of which file; what did not change stays.

    :return: how many new versions of routes that made.
    :raises RouteRefused: a route holds a fault; nothing was loaded.
    :raises AbstentionRefused: an abstention does not fit what this system keeps; nothing was loaded.
    """
    with transaction.atomic():
        versions = [load_route(slug=route.slug, source=route.source, by=None, at=at) for route in profile.routes]
        load_procedures(profile.procedures)
        load_abstentions(profile.abstentions, at=at)
    return sum(version.in_force_from == at for version in versions)


def _known(folder: Path) -> Known:
    """Return what the other rooms' files define. Their own faults are theirs to tell."""
    about, _faults = organization.read_profile(folder)
    papers, _faults = docs_store.read_profile(folder)
    return Known(
        posts=frozenset(post.slug for post in about.posts),
        units=frozenset(unit.slug for unit in about.units),
        kinds=frozenset(kind.slug for kind in papers.kinds),
        services=automatic.names(),
    )


def _read_route(path: Path, known: Known) -> tuple[RouteFile, list[ProfileFault]]:
    source = path.read_bytes()
    reading = read_drawing(source)
    found = list(reading.faults)
    if reading.drawing is not None and not found:
        found += [*check_route(reading.drawing), *check_known(reading.drawing, known)]
    faults = [ProfileFault(str(path), fault.line, fault.sentence) for fault in found]
    if not SLUG.fullmatch(path.stem):
        faults.append(ProfileFault(str(path), 1, _("Nombre el archivo con minúsculas sin tilde, cifras y guiones.")))
    return RouteFile(path.stem, source, reading.drawing), faults


# The scripts


class _Script(TomlFile):
    """A script: its lines name routes, steps, posts and units."""

    def __init__(self, path: Path, drawings: Mapping[str, Drawing], known: Known) -> None:
        super().__init__(path)
        self.drawings = drawings
        self.known = known

    def check(self, line: int, what: str, slug: object, among: Iterable[str]) -> None:
        """Note a name that is not among those that exist."""
        if slug not in set(among):
            self.fault(line, _("No existe %(what)s «%(slug)s». Corríjalo.") % {"what": what, "slug": slug})

    def tables(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the tables of an array with the line at which each begins."""
        lines = (self.read_text() or "").splitlines()
        starts = [at for at, line in enumerate(lines, start=1) if line.strip() == f"[[{name}]]"]
        yield from zip(starts, self.values.get(name, []), strict=False)

    def check_units(self, line: int, units: Iterable[str]) -> None:
        """Note units that the entity does not have."""
        for unit in units:
            self.check(line, _("la unidad"), unit, self.known.units)

    def steps_of(self, line: int, route: object) -> set[str]:
        """Return the steps of a route, or note that there is no such route."""
        self.check(line, _("la ruta"), route, self.drawings)
        drawing = self.drawings.get(str(route))
        return {*drawing.steps, ADHOC} if drawing else set()


def _case_faults(path: Path, drawings: Mapping[str, Drawing], known: Known) -> list[ProfileFault]:
    script = _Script(path, drawings, known)
    if not script.faults:
        steps = script.steps_of(script.line_of("route"), script.values.get("route"))
        script.check_units(script.line_of("unit"), [script.values.get("unit", "")])
        for line, step in script.tables("step") if steps else ():
            script.check(line, _("el paso"), step.get("step"), steps)
            script.check(line, _("el puesto"), step.get("by"), known.posts)
            script.check_units(line, step.get("units", ()))
    return script.faults


def _demo_faults(path: Path, drawings: Mapping[str, Drawing], known: Known) -> list[ProfileFault]:
    script = _Script(path, drawings, known)
    for line, case in script.tables("case") if not script.faults else ():
        steps = script.steps_of(line, case.get("route"))
        for name in ("stop", "returned_at"):
            if steps and case.get(name):
                script.check(line, _("el paso"), case[name], steps)
        script.check_units(line, [case.get("unit", ""), *case.get("units", ())])
    return script.faults
