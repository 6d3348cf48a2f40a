"""The table of ``make bench-servers``: each line measured in a process of its own, beside its floor."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.__main__ import COLUMNS
from benchmarks.registry import Measure, Required
from benchmarks.scale.places import ROOT, Place
from benchmarks.scale.visitors import ALIVE, FILE, SEARCH, TRAY

Line = tuple[str, str, Required, Measure]

FEW = 1_000
MANY = 20_000
"""So many files at most have all their texts and their whole ledger: verification then has nothing to excuse."""
EVERY_TEXT = 10**9
ON_AN_EMPTY_INSTALLATION = ("B10", "B11", "B14", "B15", "B16", "B17", "B19", "B20", "B21")
A_BACKUP = ("B23",)
"""In an installation of its own: the others leave documents without bytes, of which no backup can be whole."""
PAGES = {TRAY: "B22 tray", FILE: "B22 expediente", SEARCH: "B22 search"}


@dataclass(frozen=True)
class Places:
    """The installations of one table: its cases as they were played, few files, all files, those that are verified."""

    name: str

    @property
    def big(self) -> str:
        return self.name

    @property
    def played(self) -> str:
        return f"{self.name}-cases"

    @property
    def small(self) -> str:
        return f"{self.name}-small"

    @property
    def mixed(self) -> str:
        return f"{self.name}-mixed"

    @property
    def plain(self) -> str:
        return f"{self.name}-plain"


def bench(*, name: str, expedientes: int, seconds: float) -> int:
    """Fill what is missing, print the table, keep the figures in ``build/NAME.json``; 0 if all is as required."""
    places = Places(name)
    _fill(places.played, 0)
    for each, count in ((places.small, FEW), (places.big, expedientes)):
        _fill(each, count, "--cases-of", places.played)
    whole = ("--ledger-share=1", f"--texts={EVERY_TEXT}", "--cases-of", places.played)
    _fill(places.mixed, min(expedientes, MANY), *whole)
    plain = [_plain(Place(places.plain), ids) for ids in (ON_AN_EMPTY_INSTALLATION, A_BACKUP)]
    is_fast = all(plain)
    figures: dict[str, Any] = {}
    for line in _lines(places, figures, seconds):
        is_fast = _print(line) and is_fast
    figures["machine"] = {"processors": os.cpu_count(), "load": os.getloadavg()}
    (ROOT / "build" / f"{name}.json").write_text(json.dumps(figures, indent=1))
    return 0 if is_fast else 1


def drop(name: str) -> None:
    """Remove all installations of a table."""
    places = Places(name)
    for each in (places.plain, places.mixed, places.small, places.big, places.played):
        Place(each).drop()


def _fill(name: str, expedientes: int, *options: str) -> None:
    command = [*_command("fill", name), f"--expedientes={expedientes}", *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def _command(command: str, name: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.scale", command, "--name", name]


def _look(command: str, name: str, *options: str) -> dict[str, Any]:
    """Return what a look at an installation gives."""
    told = subprocess.run([*_command(command, name), *options], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def _plain(place: Place, ids: Sequence[str]) -> bool:
    """Run the benchmarks that bring their own rows, on an empty installation."""
    place.drop()
    place.make()
    command = [sys.executable, "-m", "benchmarks", *ids]
    try:
        return subprocess.run(command, cwd=ROOT, env=place.environment(), check=False).returncode == 0
    finally:
        place.drop()


def _lines(places: Places, figures: dict[str, Any], seconds: float) -> Iterator[Line]:
    small, big = figures["trays few"], figures["trays"] = _look("trays", places.small), _look("trays", places.big)
    yield from tray_lines(small, big)
    figures["pages"] = _look("pages", places.big)
    yield from page_lines(figures["pages"])
    figures["workers"] = _look("workers", places.mixed)
    rates = figures["workers"]
    yield "S4", "documents/s into the index, 4 workers / 1", Required(), Measure(rates["1"], rates["4"], "d/s")
    figures["load"] = _look("load", places.mixed, f"--seconds={seconds}", "--verify")
    yield from load_lines(figures["load"])
    figures["load of all"] = _look("load", places.big, f"--seconds={seconds}")
    yield from load_lines(figures["load of all"])
    figures["sizes"] = _look("sizes", places.big)


def tray_lines(few: dict[str, Any], many: dict[str, Any]) -> Iterator[Line]:
    told = f"slowest user's tray, {many['open tasks']:,} open tasks / {few['open tasks']:,}"
    yield "B12", told, Required(ratio_at_most=2), Measure(few["slowest"], many["slowest"])
    yield "B12", "statements of a tray", Required(at_most=12), Measure(1, many["statements"], "q")
    yield "B13", "page 1000 of what was done / page 1", Required(ratio_at_most=2), Measure(many["first"], many["far"])


def page_lines(pages: dict[str, Any]) -> Iterator[Line]:
    """Return the lines of the pages: sixteen users beside the least that any answer takes meanwhile, then the rest."""
    together, alone = pages["together"], pages["alone"]
    least = together[ALIVE]["median"]
    for page, name in PAGES.items():
        seen = together[page]
        yield name[:3], f"{page}, 16 users: median", Required(at_most=200), Measure(least, seen["median"])
        yield name[:3], f"{page}, 16 users: p99", Required(at_most=1000), Measure(seen["median"], seen["p99"])
    listed = Measure(alone[TRAY]["median"], together[TRAY]["median"])
    yield "B22", "tray, median of 16 users / of one", Required(ratio_at_most=4), listed
    errors = sum(each["errors"] for each in together.values())
    yield "B22", "pages that failed, of all", Required(at_most=0), Measure(_count(together), errors, "p")
    largest = max(together[page]["largest"] for page in PAGES)
    yield "B12", "largest page, before compression", Required(at_most=100_000), Measure(0, largest, "B")
    yield "B22", "processor time of a request", Required(), Measure(least, pages["processor ms"])
    rush = Measure(pages["rush 1"], pages["rush 2"], "p/s")
    yield "S2", "pages/s without a pause, 2 web processes / 1", Required(), rush


def _count(readings: dict[str, Any]) -> int:
    return int(sum(each["count"] for each in readings.values()))


def load_lines(load: dict[str, Any]) -> Iterator[Line]:
    seconds, written = load["seconds"], load["written"]
    among = f"mixed load among {load['expedientes']:,} files"
    for name in ("steps", "signatures", "uploads"):
        measure = Measure(0, written[name] / seconds, f"{name}/s")
        yield "L1", f"{among}: {name}", Required(), measure
    reads = load["read"]
    failed = sum(each["errors"] for each in reads.values()) + load["refused"]
    yield "L1", f"{among}: pages and steps that failed", Required(at_most=0), Measure(_count(reads), failed, "p")
    yield "L1", f"{among}: left in the outbox", Required(at_most=0), Measure(0, load["waiting"], "e")
    if load["verified"] is not None:
        differences = Measure(0, 0 if load["verified"] else 1, "NO")
        yield "L1", "verify_system after it is clean", Required(at_most=0), differences


def _print(line: Line) -> bool:
    id, title, required, measure = line
    is_met = required.is_met(measure)
    floor, result = (f"{value:,.4g} {measure.unit}" for value in (measure.floor, measure.result))
    verdict = "ok" if is_met else "NO"
    print(COLUMNS.format(id, title, floor, result, f"{measure.ratio:.2f}", str(required), verdict), flush=True)
    return is_met
