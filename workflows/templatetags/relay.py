"""Draws a relay line in its three sizes, each with its sentence."""

from typing import Any

from django import template

from workflows.rules.relay import Course, Leg, Sentence, micro, sentence, wide
from workflows.rules.relay.micro import CARD
from workflows.rules.relay.sentence import leg_sentence

register = template.Library()


@register.inclusion_tag("workflows/relay/wide.html")
def relay_wide(course: Course) -> dict[str, Any]:
    """The whole line with names and days."""
    return {"drawing": wide(course), "sentence": sentence(course)}


@register.inclusion_tag("workflows/relay/micro.html")
def relay_micro(course: Course) -> dict[str, Any]:
    """The line alone, for a row."""
    return {"drawing": micro(course), "sentence": sentence(course)}


@register.inclusion_tag("workflows/relay/micro.html")
def relay_card(course: Course) -> dict[str, Any]:
    """The line alone, for a card."""
    return {"drawing": micro(course, size=CARD), "sentence": sentence(course)}


@register.inclusion_tag("workflows/relay/list.html")
def relay_list(course: Course) -> dict[str, Any]:
    """The same as an ordered list: what remains without drawing."""
    return {"course": course, "legs": course.legs}


@register.inclusion_tag("workflows/relay/gutter_cell.html")
def relay_cell(cell: Any, width: float) -> dict[str, Any]:
    """The gutter of one line of a list; see ``gutter``."""
    return {"cell": cell, "width": width}


@register.filter
def relay_leg(course: Course, leg: Leg) -> str:
    """What one leg says on its own."""
    return leg_sentence(course, leg)


@register.simple_tag
def relay_words(course: Course) -> Sentence:
    """The sentence in its two parts: ``{% relay_words course as words %}``."""
    return sentence(course)


@register.filter
def relay_sentence(course: Course) -> str:
    return str(sentence(course))
