"""What every refusal of this room is."""


class OrganizationError(Exception):
    """Base class: the entity's units, posts or people do not allow what was asked."""
