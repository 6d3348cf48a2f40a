"""A process of its own whose signers are killed while they sign; prints what was left, as JSON.

``python -m tests.signing.deathbed <seed> <kills>`` with DATA_DIR set to an empty folder. The signers are forked before
anything was typeset: a forked typesetter would wait for threads that stayed behind.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable

import django

LONGEST_LIFE_SECONDS = 0.9


def main(seed: int, kills: int) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1"}
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    wait(fork(prepare_acts(kills)))
    chosen = random.Random(seed)
    deaths = [die_signing(number, chosen.uniform(0, LONGEST_LIFE_SECONDS)) for number in range(kills)]
    for number in range(kills):
        wait(fork(sign_act(number)))
    ended = wait(fork(report))
    print(json.dumps({"seed": seed, "deaths": deaths, "ended": ended}))


def prepare_acts(count: int) -> Callable[[], None]:
    def work() -> None:
        from tests.factories import make_entity
        from tests.signing.acts import make_act

        make_entity()
        for number in range(count):
            make_act(cvd=f"AAAA2222BBBB{number:04}".replace("0", "X").replace("1", "Y"))

    return work


def sign_act(number: int) -> Callable[[], None]:
    def work() -> None:
        from docs_store.enums import Stage
        from docs_store.models import Version
        from signing import services as signing
        from signing.models import Signature
        from tests.signing.acts import AT, PIN

        version = Version.objects.filter(stage=Stage.TYPESET).order_by("id")[number]
        slot = version.slots.get()
        if Signature.objects.filter(slot=slot).exists():
            return
        post = slot.post
        assert post is not None
        person = post.appointments.get().person
        signing.sign(slot=slot, before=version, pin=PIN, person=person, post=post, capacity="Alcalde", by=person, at=AT)

    return work


def report() -> None:
    """Check every version and every signature that stands, and print them."""
    from docs_store.enums import Stage
    from docs_store.models import Version
    from docs_store.selectors import open_version
    from ledger.models import Entry
    from signing.models import Signature
    from signing.rules.acceptance import accept
    from signing.services.authority import trust_list
    from signing.signer import get_validator

    accepted = 0
    for version in Version.objects.all():
        with open_version(version) as content:
            finding = get_validator().inspect(content.read(), trust_list())
        accepted += accept(finding, expected=1 if version.stage == Stage.SIGNED else 0).is_accepted
    print(
        json.dumps(
            {
                "versions": Version.objects.count(),
                "accepted": accepted,
                "signatures": Signature.objects.count(),
                "signed_slots": Signature.objects.values("slot").distinct().count(),
                "entries": Entry.objects.filter(kind="document.signed").count(),
                "orphans": Version.objects.filter(stage=Stage.SIGNED, signature__isnull=True).count(),
            }
        )
    )


def die_signing(number: int, after_seconds: float) -> int:
    child = fork(sign_act(number))
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    return wait(child)


def fork(work: Callable[[], None]) -> int:
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr)
    finally:
        sys.stdout.flush()
        os._exit(status)


def wait(child: int) -> int:
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
