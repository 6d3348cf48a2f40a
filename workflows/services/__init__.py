"""Every write of the workflows room."""

from workflows.services.abstentions import abstain, end_abstention
from workflows.services.acts import planned_slots, sign_next
from workflows.services.cargos import ensure_cargo
from workflows.services.cases import cancel_process, close_case, open_case, start_process
from workflows.services.decisions import Decision
from workflows.services.filings import file, file_later
from workflows.services.granting import grant_by_act
from workflows.services.holders import may_act, open_task, task_for
from workflows.services.keys import issue_key, track
from workflows.services.papers import attach_annex, attach_outside, attach_typeset, save_step_text
from workflows.services.presentations import FilingReceipt, PartyData, Presentation, UploadedPaper
from workflows.services.registrations import correct_filing, void_filing
from workflows.services.signing_steps import (
    SignResult,
    complete_sign_step,
    sign_batch,
    sign_many,
    withdraw_signature,
)
from workflows.services.steps import complete_step, derive
from workflows.services.takebacks import take_back

__all__ = [
    "Decision",
    "FilingReceipt",
    "PartyData",
    "Presentation",
    "SignResult",
    "UploadedPaper",
    "abstain",
    "attach_annex",
    "attach_outside",
    "attach_typeset",
    "cancel_process",
    "close_case",
    "complete_sign_step",
    "complete_step",
    "correct_filing",
    "derive",
    "end_abstention",
    "ensure_cargo",
    "file",
    "file_later",
    "grant_by_act",
    "issue_key",
    "may_act",
    "open_case",
    "open_task",
    "planned_slots",
    "save_step_text",
    "sign_batch",
    "sign_many",
    "sign_next",
    "start_process",
    "take_back",
    "task_for",
    "track",
    "void_filing",
    "withdraw_signature",
]
