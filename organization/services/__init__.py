"""Every write of the organization room: appointments, units, people, and the profile that brings them."""

from organization.services.abstentions import end_abstention, load_abstentions, register_abstention
from organization.services.appointments import appoint, end_appointment
from organization.services.closings import close_access, open_access
from organization.services.enrolments import (
    approve_recovery,
    ask_recovery,
    change_password,
    enrolment_of,
    invite,
    link_path,
    open_enrolment,
    pasted_token,
    recover_from_console,
    use_enrolment,
    withdraw_enrolment,
)
from organization.services.founding import create_post, create_unit
from organization.services.grants import count_acts_signed, end_absence, end_grant, grant_capacity, register_absence
from organization.services.people import add_person
from organization.services.successions import end_post, merge_units, settle, split_unit
from organization.services.units import move_unit, rename_unit

__all__ = [
    "add_person",
    "appoint",
    "approve_recovery",
    "ask_recovery",
    "change_password",
    "close_access",
    "count_acts_signed",
    "create_post",
    "create_unit",
    "end_absence",
    "end_abstention",
    "end_appointment",
    "end_grant",
    "end_post",
    "enrolment_of",
    "grant_capacity",
    "invite",
    "link_path",
    "load_abstentions",
    "merge_units",
    "move_unit",
    "open_access",
    "open_enrolment",
    "pasted_token",
    "recover_from_console",
    "register_absence",
    "register_abstention",
    "rename_unit",
    "settle",
    "split_unit",
    "use_enrolment",
    "withdraw_enrolment",
]
