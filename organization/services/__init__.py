"""Every write of the organization room: appointments, units, people, and the profile that brings them."""

from organization.services.appointments import appoint, end_appointment
from organization.services.people import add_person
from organization.services.units import move_unit, rename_unit

__all__ = ["add_person", "appoint", "end_appointment", "move_unit", "rename_unit"]
