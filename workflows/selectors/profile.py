"""The organization as a profile says it, with those who keep out of a file: only here do files have their numbers."""

from dataclasses import replace

from docs_store.models import Expediente
from organization import selectors as organization
from organization.models import Abstention
from organization.ports import AbstentionLine, OrganizationProfile


def profile_here() -> OrganizationProfile:
    """Return everything that a profile would say of the organization as it is: twelve queries.

    :raises EntityMissing: no profile was loaded yet.
    """
    return replace(organization.profile_here(), abstentions=_abstentions())


def _abstentions() -> tuple[AbstentionLine, ...]:
    rows = list(
        Abstention.objects.select_related("post", "person", "designee", "designee_post").order_by("expediente_id", "pk")
    )
    labels = dict(Expediente.objects.filter(pk__in={row.expediente_id for row in rows}).values_list("pk", "label"))
    return tuple(
        AbstentionLine(
            expediente=labels[row.expediente_id],
            post=row.post.slug,
            username=row.person.username or "",
            designee=row.designee.username or "",
            designee_post=row.designee_post.slug,
            first=row.from_on,
            last=row.to_on,
            reason=row.reason,
            act=row.act,
        )
        for row in rows
    )
