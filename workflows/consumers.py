"""The facts of the outbox that this room acts on."""

from datetime import date

from django.utils import timezone

from ledger.enums import Queue
from ledger.ports import Delivery
from ledger.services import subscribe
from organization import services as house
from workflows.services import casillas, letters, notices, recounts, silences, successions, transitions


@subscribe("workflows.send_notice", kinds=["notice.queued"], in_transaction=False, queue=Queue.NOTICES)
def send_notice(delivery: Delivery) -> None:
    """Start the term of the notice and mail it; one without an address waits for the desk."""
    notices.begin(notice_id=delivery.facts["notice"], at=timezone.now())
    if delivery.facts["by_mail"]:
        notices.send(notice_id=delivery.facts["notice"], at=timezone.now())


@subscribe("workflows.mail_casilla_link", kinds=["casilla.asked"], in_transaction=False, queue=Queue.NOTICES)
def mail_casilla_link(delivery: Delivery) -> None:
    """Mail the link to the casillas of a mailbox."""
    casillas.mail_link(notice_id=delivery.facts["notice"], name=str(delivery.entry_id))


@subscribe("workflows.recount_clocks", kinds=["law.calendar_changed"], in_transaction=False, queue=Queue.MAINTENANCE)
def recount_clocks(delivery: Delivery) -> None:
    """Count the open clocks anew; delivered again after an interruption, it goes on where it stood."""
    recount = recounts.open_recount(entry_id=delivery.entry_id, facts=delivery.facts, at=delivery.at)
    recounts.run(recount.pk, at=timezone.now())


@subscribe(
    "workflows.reach_open_clocks", kinds=["law.term_reaches_open"], in_transaction=False, queue=Queue.MAINTENANCE
)
def reach_open_clocks(delivery: Delivery) -> None:
    """Give the term's new row to the open clocks; one that holds from a later day waits for that day's night."""
    recount = transitions.open_transition(entry_id=delivery.entry_id, facts=delivery.facts, at=delivery.at)
    if recount is not None and recount.first <= timezone.localdate():
        recounts.run(recount.pk, at=timezone.now())


@subscribe("workflows.tell_vacancy", kinds=["task.escalated"], in_transaction=False, queue=Queue.NOTICES)
def tell_vacancy(delivery: Delivery) -> None:
    """Mail the head of the unit above that a file waits at a vacant post."""
    since = delivery.facts["since"]
    successions.mail_vacancy(
        task_id=delivery.facts["task"],
        person_id=delivery.facts["person"],
        since=date.fromisoformat(since) if since else None,
    )


@subscribe("workflows.count_acts_signed", kinds=["document.emitted"])
def count_acts_signed(delivery: Delivery) -> None:
    """Let what waited for this act to be signed count from now on."""
    document_id = int(delivery.subject.partition(":")[2])
    house.count_acts_signed(document_id=document_id, by="system:worker", at=delivery.at)


@subscribe("workflows.tell_observation", kinds=["filing.observed"], in_transaction=False, queue=Queue.NOTICES)
def tell_observation(delivery: Delivery) -> None:
    """Tell the citizen by mail what is missing."""
    letters.tell_observation(observation_id=delivery.facts["observation"])


@subscribe("workflows.tell_not_presented", kinds=["filing.not_presented"], in_transaction=False, queue=Queue.NOTICES)
def tell_not_presented(delivery: Delivery) -> None:
    """Tell the citizen by mail that the filing counts as not presented."""
    letters.tell_not_presented(observation_id=delivery.facts["observation"])


@subscribe("workflows.prove_silence", kinds=["filing.silence"], in_transaction=False, queue=Queue.MAINTENANCE)
def prove_silence(delivery: Delivery) -> None:
    """Make the constancia of an approval by silence, and tell the citizen what follows."""
    silences.tell(filing_id=delivery.facts["filing"], at=timezone.now())
