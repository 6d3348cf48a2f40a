"""A process of its own that writes, numbers and signs on a real database while its children die; prints JSON.

``python -m tests.cases.ceremony_program <job> <words…>`` with DATA_DIR set to a folder of its own. Jobs: ``install
<profile>`` (migrate and load), ``ceremony <workers> <count> <seed>``, ``points <step>``, ``six <rounds>``, ``locked
<seconds>``.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django


def main(job: str, words: list[str]) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "BROKER_URL": ""}
    django.setup()
    warm_up()
    print(json.dumps(jobs()[job](*(int(word) if word.isdigit() else word for word in words))))


def warm_up() -> None:
    """Import what each child would import again, and nothing that starts threads."""
    from docs_store.ports import Draft
    from docs_store.typesetting import check_printable
    from signing.signer import get_envelope, get_paper, get_signer, get_validator

    check_printable(Draft(subject="ñ"))
    for build in (get_envelope, get_paper, get_signer, get_validator):
        build()


def jobs() -> dict[str, Callable[..., Any]]:
    from tests.cases import ceremony_crashes, ceremony_rivals, ceremony_writers

    return {
        "install": install,
        "ceremony": ceremony_writers.ceremony,
        "points": ceremony_crashes.points,
        "six": ceremony_rivals.six,
        "locked": ceremony_rivals.locked,
    }


def install(profile: str) -> str:
    """Migrate, load the profile, and make the certificates of whoever will sign."""
    from django.core.management import call_command

    from signing import services as signing
    from tests.cases.ceremony_steps import WAY_OF
    from tests.cases.children import told
    from tests.cases.conftest import Town

    call_command("migrate", verbosity=0)

    def load() -> str:
        town = Town(profile)
        for post in {passage.by for passage in WAY_OF[profile].passages}:
            signing.ensure_credential(town.person(post))
        return profile

    return str(told(load))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
