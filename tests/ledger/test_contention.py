"""Many writers at once: none is told that the database is locked, none waits long (quality, C4)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, os, sys, time
import django; django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import OperationalError, connections, transaction
from ledger import selectors, services as ledger
from ledger.rules.verification import verify
from ledger.models import Entry, Event, Seal

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
WRITERS, SECONDS = 8, float(sys.argv[1])
call_command("migrate", verbosity=0)
ledger.subscribe("test.noop", ["thing.done"])(lambda delivery: None)

def write(number):
    end, longest, locked, written = time.monotonic() + SECONDS, 0.0, 0, 0
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            with transaction.atomic():
                ledger.record("thing.done", subject=f"thing:{number}", facts={}, by="person:1", at=AT)
            written += 1
            if number == 0:
                ledger.seal_pending()
            if number == 1:
                ledger.deliver_due(worker="w1", limit=5)
        except OperationalError:
            locked += 1
        longest = max(longest, time.monotonic() - start)
        time.sleep(0.01)
    return written, locked, longest

connections.close_all()
pipes = []
for number in range(WRITERS):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(write(number)).encode())
        os._exit(0)
    os.close(writer)
    pipes.append(reader)
results = [json.loads(os.read(reader, 1000)) for reader in pipes]
while ledger.seal_pending():
    pass
seen = verify(selectors.links())
print(json.dumps({
    "written": sum(result[0] for result in results), "entries": Entry.objects.count(), "seals": Seal.objects.count(),
    "events": Event.objects.count(), "locked": sum(result[1] for result in results),
    "longest_seconds": max(result[2] for result in results), "findings": len(seen.findings),
}))
"""


@pytest.mark.kill
@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.long)])
def test_eight_writers_never_find_the_database_locked(seconds: int, tmp_path: Path, fresh_database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(seconds)],
        cwd=ROOT, env=os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": fresh_database},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert found["locked"] == 0
    assert found["longest_seconds"] < 5
    assert found["written"] == found["entries"] == found["events"] == found["seals"] > 0
    assert found["findings"] == 0
