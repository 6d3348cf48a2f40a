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


class Regime(TextChoices):
    """Until when a filing counts for its day."""

    UNTIL_MIDNIGHT = "until-midnight", _("hasta la medianoche")
    OFFICE_HOURS = "office-hours", _("horario de atención")


class SilenceKind(TextChoices):
    """What it means that nobody answered in time (PL-11)."""

    AUTOMATIC = "automatic", _("aprobación automática")
    POSITIVE = "positive", _("silencio positivo")
    NEGATIVE = "negative", _("silencio negativo")


class TermEvent(TextChoices):
    """What a term runs from."""

    FILING = "filing", _("la presentación")
    NOTIFICATION = "notification", _("la notificación")
    ISSUE = "issue", _("la emisión del acto")
    RECEIPT = "receipt", _("la recepción del pase")
    DATE = "date", _("una fecha")
