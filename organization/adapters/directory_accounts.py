"""Signing in with the directory's password, after local passwords were tried."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from organization.models import Person
from organization.services import identities


class DirectoryBackend(ModelBackend):
    """Lets in whom the directory vouches for and Chasqui knows."""

    @sensitive_variables("password")
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **others: Any
    ) -> Person | None:
        """Return that person.

        :raises DirectoryUnavailable: nothing can be said; local passwords were tried before.
        """
        if not username or not password:
            return None
        return identities.person_by_directory(login=username, password=password)
