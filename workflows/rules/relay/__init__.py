"""The relay line (*Recorrido*): a stepped line whose height is who holds a file and whose length is working time.

Legs go in, geometry comes out; what draws it is a template. Business days alone take width.
"""

from workflows.rules.relay.course import Course, Leg, LegKind, late_days, leg_days, term_ends_on
from workflows.rules.relay.gutter import Cell, Gutter, gutter
from workflows.rules.relay.micro import Micro, micro
from workflows.rules.relay.sentence import Sentence, sentence
from workflows.rules.relay.wide import Wide, wide

__all__ = [
    "Cell",
    "Course",
    "Gutter",
    "Leg",
    "LegKind",
    "Micro",
    "Sentence",
    "Wide",
    "gutter",
    "late_days",
    "leg_days",
    "micro",
    "sentence",
    "term_ends_on",
    "wide",
]
