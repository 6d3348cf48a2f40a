"""People at work until the database refuses: ``python -m tests.servers.full_disk_program``.

Tells a line once the first file is done, and at the end, as JSON, what came of it: how many steps were done, which
error the last one met, and whether the screens tell it in a sentence.
"""

import json
import sys
from typing import Any

from tests.config import town_at_work

FILES = 500


def until_refused() -> dict[str, Any]:
    """Play one file after another; nothing but a refusal of the database may end it."""
    from django.db import Error

    from config import errors

    demo, cases = town_at_work._demo()
    for minute in range(FILES):
        try:
            demo.play(cases[minute % len(cases)], minute=minute % 60)
        except Error as error:
            is_told = errors.is_database_away(error) or errors.is_busy(error)
            return {"steps": len(demo.seconds), "error": type(error).__name__, "why": str(error), "is_told": is_told}
        sys.stdout.write(f"{len(demo.seconds)}\n")
        sys.stdout.flush()
    return {"steps": len(demo.seconds), "error": ""}


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    sys.stdout.write(json.dumps(until_refused()) + "\n")
