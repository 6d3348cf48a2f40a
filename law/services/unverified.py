"""What of the law that is loaded was not read in its text: shown as "norma por verificar" until somebody reads it."""

from collections import Counter

from django.utils.translation import gettext as _

from law.ports import GivenLine, LawProfile


def unverified(profile: LawProfile) -> list[str]:
    """Return a line for each norm and article that was not read, with its source and the rows that rest on it."""
    read = {norm.slug for norm in profile.norms if norm.is_verified}
    given: list[GivenLine] = [
        *profile.terms,
        *profile.silences,
        *profile.distances,
        *profile.regimes,
        *profile.rules,
    ]
    days = Counter(day.norm for day in profile.days)
    rows = Counter(line.norm for line in given)
    norms = [
        _("norma %(slug)s: %(title)s (%(source)s); de ella dependen %(days)s días y %(rows)s reglas o plazos")
        % {**vars(norm), "days": days[norm.slug], "rows": rows[norm.slug]}
        for norm in profile.norms
        if norm.slug not in read
    ]
    articles = [
        _("artículo %(number)s de %(norm)s: %(title)s (%(source)s)") % vars(article)
        for article in profile.articles
        if not article.is_verified
    ]
    return norms + articles
