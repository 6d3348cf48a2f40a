"""The table of ``make bench-servers``: each line measured in a process of its own, beside its floor."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.__main__ import COLUMNS
from benchmarks.registry import Measure, Required
from benchmarks.scale.places import ROOT, Place
from benchmarks.scale.visitors import ALIVE, FILE, SEARCH, TRAY

Line = tuple[str, str, Required, Measure]

PLAYED, SMALL, BIG, MIXED, PLAIN = "scale-cases", "scale-small", "scale", "scale-mixed", "scale-plain"
FEW = 1_000
EVERY_TEXT = 10**9
ON_AN_EMPTY_INSTALLATION = ("B10", "B11", "B14", "B15", "B16", "B17", "B19", "B20", "B21", "B23")
PAGES = {TRAY: "B22 tray", FILE: "B22 expediente", SEARCH: "B22 search"}


def bench(*, expedientes: int, seconds: float) -> int:
    """Fill what is missing, print the table, keep the figures in ``build/scale.json``; 0 if all is as required."""
    _fill(PLAYED, 0)
    _fill(SMALL, FEW)
    _fill(MIXED, FEW, ledger_share=1, texts=EVERY_TEXT)
    _fill(BIG, expedientes)
    is_fast = _plain()
    figures: dict[str, Any] = {}
    for line in _lines(figures, seconds):
        is_fast = _print(line) and is_fast
    figures["machine"] = {"processors": os.cpu_count(), "load": os.getloadavg()}
    (ROOT / "build" / "scale.json").write_text(json.dumps(figures, indent=1))
    return 0 if is_fast else 1


def _fill(name: str, expedientes: int, *, ledger_share: float = 0.05, texts: int = 200_000) -> None:
    options = [f"--expedientes={expedientes}", f"--ledger-share={ledger_share}", f"--texts={texts}"]
    cases = [] if name == PLAYED else [f"--cases-of={PLAYED}"]
    subprocess.run([*_command("fill", name), *options, *cases], cwd=ROOT, check=True, stdout=sys.stderr)


def _command(command: str, name: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.scale", command, "--name", name]


def _look(command: str, name: str, *options: str) -> dict[str, Any]:
    """Return what a look at an installation gives."""
    told = subprocess.run([*_command(command, name), *options], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def _plain() -> bool:
    """Run the benchmarks that bring their own rows, on an empty installation."""
    place = Place(PLAIN)
    place.drop()
    place.make()
    command = [sys.executable, "-m", "benchmarks", *ON_AN_EMPTY_INSTALLATION]
    try:
        return subprocess.run(command, cwd=ROOT, env=place.environment(), check=False).returncode == 0
    finally:
        place.drop()


def _lines(figures: dict[str, Any], seconds: float) -> Iterator[Line]:
    small, big = figures["trays few"], figures["trays"] = _look("trays", SMALL), _look("trays", BIG)
    yield from tray_lines(small, big)
    figures["pages"] = _look("pages", BIG)
    yield from page_lines(figures["pages"])
    figures["workers"] = _look("workers", MIXED)
    rates = figures["workers"]
    yield "S4", "documents/s into the index, 4 workers / 1", Required(), Measure(rates["1"], rates["4"], "d/s")
    figures["load"] = _look("load", MIXED, f"--seconds={seconds}")
    yield from load_lines(figures["load"])
    figures["sizes"] = _look("sizes", BIG)


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
    for name in ("steps", "signatures", "uploads"):
        measure = Measure(0, written[name] / seconds, f"{name}/s")
        yield "L1", f"mixed load of {seconds:g} s: {name}", Required(), measure
    reads = load["read"]
    failed = sum(each["errors"] for each in reads.values()) + load["refused"]
    yield "L1", "mixed load: pages and steps that failed", Required(at_most=0), Measure(_count(reads), failed, "p")
    differences = Measure(0, 0 if load["verified"] else 1, "NO")
    yield "L1", "verify_system --all after it is clean", Required(at_most=0), differences


def _print(line: Line) -> bool:
    id, title, required, measure = line
    is_met = required.is_met(measure)
    floor, result = (f"{value:,.4g} {measure.unit}" for value in (measure.floor, measure.result))
    verdict = "ok" if is_met else "NO"
    print(COLUMNS.format(id, title, floor, result, f"{measure.ratio:.2f}", str(required), verdict), flush=True)
    return is_met
