"""What the citizen's pages may show."""

from portal.selectors.documents import document_of_code, public_original, published_document, readable_document
from portal.selectors.statuses import Status, known_label, status_of
from portal.selectors.tracking import Tracking, is_late, observation_to_cure, tracking_of

__all__ = [
    "Status",
    "Tracking",
    "document_of_code",
    "is_late",
    "known_label",
    "observation_to_cure",
    "public_original",
    "published_document",
    "readable_document",
    "status_of",
    "tracking_of",
]
