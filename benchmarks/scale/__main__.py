"""``python -m benchmarks.scale fill --expedientes N``: see docs/scaling.md for all that it does."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from benchmarks.scale.places import ROOT, Place, missing_urls

DEFAULT_NAME = "scale"


def main() -> int:
    """Do what the arguments say, and return the exit code."""
    arguments = _arguments()
    if missing_urls():
        print(f"Needs the servers: {', '.join(missing_urls())}", file=sys.stderr)
        return 2
    return COMMANDS[arguments.command](arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    commands = parser.add_subparsers(dest="command", required=True)
    fill = commands.add_parser("fill", help="fill an installation; repeated, it goes on where it stopped")
    fill.add_argument("--expedientes", type=int, required=True, help="0: only play the cases that are copied")
    fill.add_argument("--ledger-share", type=float, default=0.05, help="of the closed files, those in the ledger")
    fill.add_argument("--texts", type=int, default=200_000, help="emitted documents that have a text and are indexed")
    fill.add_argument("--cases-of", default="", help="another installation, whose played cases are taken over")
    commands.add_parser("trays", help="time the trays, as JSON")
    commands.add_parser("sizes", help="rows and bytes, as JSON")
    commands.add_parser("workers", help="documents a second into the index by one worker and by four, as JSON")
    for name, seconds in (("pages", 60), ("load", 60), ("write", 60)):
        timed = commands.add_parser(name)
        timed.add_argument("--seconds", type=float, default=seconds)
        timed.add_argument("--seed", type=int, default=0)
        timed.add_argument("--verify", action="store_true", help="load: verify_system after it")
    removed = commands.add_parser("drop", help="remove an installation")
    removed.add_argument("--all", action="store_true", dest="is_all", help="and those that bench filled beside it")
    bench = commands.add_parser("bench", help="print the table; fills what is not filled yet")
    for command in commands.choices.values():
        command.add_argument("--name", default=DEFAULT_NAME)
    bench.add_argument("--expedientes", type=int, default=1_000_000)
    bench.add_argument("--seconds", type=float, default=60, help="of the mixed load; 600 for the whole one")
    return parser.parse_args()


def fill(arguments: argparse.Namespace) -> int:
    """Make the installation if need be, and fill it."""
    place = Place(arguments.name)
    place.make(cases_of=arguments.cases_of)
    os.environ |= place.environment()
    began = monotonic()
    for command in [["migrate", "-v0"], *([] if place.has_cases() else [["load_entity", "-v0"]])]:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    _set_up(place)
    from benchmarks.scale.filling import Filling, Wanted

    def tell(line: str) -> None:
        print(f"{monotonic() - began:7.1f} s  {line}", flush=True)

    Filling(place, Wanted(arguments.expedientes, arguments.ledger_share, arguments.texts), tell).run()
    return 0


def drop(arguments: argparse.Namespace) -> int:
    if arguments.is_all:
        from benchmarks.scale import table

        table.drop(arguments.name)
    else:
        Place(arguments.name).drop()
    return 0


def _set_up(place: Place) -> None:
    os.environ |= place.environment()
    import django

    django.setup()


def trays(_arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import looks

    return looks.trays()


def sizes(arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import looks

    return looks.sizes(Place(arguments.name))


def pages(arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import looks

    return looks.pages(seconds=arguments.seconds)


def load(arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import mixed

    return mixed.load(seconds=arguments.seconds, verify=arguments.verify)


def write(arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import mixed

    return dict(mixed.write(seconds=arguments.seconds, seed=arguments.seed))


def workers(_arguments: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.scale import mixed

    return {"1": mixed.deliveries(1), "4": mixed.deliveries(4)}


def bench(arguments: argparse.Namespace) -> int:
    from benchmarks.scale.table import bench

    return bench(name=arguments.name, expedientes=arguments.expedientes, seconds=arguments.seconds)


def _told(look: Callable[[argparse.Namespace], dict[str, Any]]) -> Callable[[argparse.Namespace], int]:
    """Return the command that prints what a look at the installation gives, as one line of JSON."""

    def command(arguments: argparse.Namespace) -> int:
        _set_up(Place(arguments.name))
        print(json.dumps(look(arguments)))
        return 0

    return command


LOOKS = (trays, sizes, pages, load, write, workers)
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "fill": fill,
    "drop": drop,
    "bench": bench,
    **{look.__name__: _told(look) for look in LOOKS},
}

if __name__ == "__main__":
    sys.exit(main())
