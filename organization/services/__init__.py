"""Every write of the organization room: appointments, units, people, and the profile that brings them."""

from organization.services.appointments import appoint, end_appointment
from organization.services.grants import end_absence, end_grant, grant_capacity, register_absence
from organization.services.people import add_person
from organization.services.successions import merge_units, settle, split_unit
from organization.services.units import move_unit, rename_unit

__all__ = [
    "add_person",
    "appoint",
    "end_absence",
    "end_appointment",
    "end_grant",
    "grant_capacity",
    "merge_units",
    "move_unit",
    "register_absence",
    "rename_unit",
    "settle",
    "split_unit",
]
