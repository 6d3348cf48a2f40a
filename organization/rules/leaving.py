"""Where somebody signs out at the institution's own server too.

Source: OpenID Connect RP-Initiated Logout 1.0, 2.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

LONGEST_HINT = 4_000
"""Characters of a token that still fit in an address; without it the server asks the person."""


@dataclass(frozen=True)
class Farewell:
    """What the server needs to know who leaves. ``endpoint`` is empty where it offers no way to sign out."""

    endpoint: str
    client_id: str
    id_token: str = field(repr=False)

    def address(self, *, back: str) -> str:
        """Return the address to send the browser to, which then comes ``back``; empty where there is none."""
        if not self.endpoint:
            return ""
        told = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        if len(self.id_token) <= LONGEST_HINT:
            told["id_token_hint"] = self.id_token
        return f"{self.endpoint}{'&' if '?' in self.endpoint else '?'}{urlencode(told)}"
