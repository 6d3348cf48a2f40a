"""Closed lists of the law room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    NATIONAL = "national", _("Feriado nacional")
    REGIONAL = "regional", _("Feriado regional")
    PUBLIC_SECTOR = "public_sector", _("Día no laborable del sector público")


class TermUnit(TextChoices):
    BUSINESS_DAYS = "business_days", _("días hábiles")
    CALENDAR_DAYS = "calendar_days", _("días calendario")
    MONTHS = "months", _("meses")
    YEARS = "years", _("años")
