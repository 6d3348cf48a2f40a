"""Where the posts of a profile stand on a day, after units that it ends: a pure function of its lines."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from organization.ports import OrganizationProfile, PostLine, UnitLine


def settled(profile: OrganizationProfile, on: date) -> OrganizationProfile:
    """Return the profile with each post where it stands that day, as the system moves it when its unit has ended.

    A post that has a successor ends with its unit and stays there. A head that comes to a unit with a head heads no
    more.
    """
    units = {unit.slug: unit for unit in profile.units}
    led = {post.unit for post in profile.posts if post.is_head}
    return replace(profile, posts=tuple(_settled(post, units, led, on) for post in profile.posts))


def _settled(post: PostLine, units: Mapping[str, UnitLine], led: set[str], on: date) -> PostLine:
    goes_to = post.unit
    seen: set[str] = set()
    while _has_ended(units.get(goes_to), on) and not post.successor and goes_to not in seen:
        seen.add(goes_to)
        goes_to = (post.next_unit if goes_to == post.unit else "") or units[goes_to].successor or goes_to
    if goes_to == post.unit:
        return post
    is_head = post.is_head and goes_to not in led
    if is_head:
        led.add(goes_to)
    return replace(post, unit=goes_to, next_unit="", is_head=is_head)


def _has_ended(unit: UnitLine | None, on: date) -> bool:
    return unit is not None and unit.last is not None and unit.last < on
