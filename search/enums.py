"""Closed lists of the search room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Order(TextChoices):
    CLOSEST = "closest", _("más cercano")
    NEWEST = "newest", _("más reciente")
