"""Counts of tries, shared by all web servers through Redis, which hold when Redis does not.

While Redis is away each web machine counts for itself, in the files that an installation without Redis counts in. That
neither locks everybody out, nor allows guessing without end: whoever guesses gains, once for each outage, the few tries
of a fresh count on each machine. (Wrong PINs are not counted here but in the database, with the key.)
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

REST_SECONDS = 5.0
"""So long a Redis that failed is not asked again: an outage costs one wait, and not one for each request."""
_rests_until: dict[str, float] = {}
T = TypeVar("T")
logger = logging.getLogger(__name__)


class SharedCounts(BaseCache):
    """A cache in Redis. ``LOCATION`` is its URL; the option ``folder`` is where to count meanwhile."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params["OPTIONS"])
        self._server = server
        self._here = FileBasedCache(options.pop("folder"), {key: params[key] for key in params if key != "OPTIONS"})
        self._shared = RedisCache(server, {**params, "OPTIONS": options})

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda cache: cache.add(key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda cache: cache.touch(key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._ask(lambda cache: cache.delete(key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raise the count. One that began in Redis, which is gone since, begins anew here."""

        def raise_it(cache: BaseCache) -> int:
            if cache is self._here:
                cache.add(key, 0, version=version)
            return cache.incr(key, delta, version)

        return self._ask(raise_it)

    def clear(self) -> None:
        """Forget every count. Redis holds the queue as well, which stays: only our own keys go."""
        self._ask(self._forget)

    def _forget(self, cache: BaseCache) -> None:
        self._here.clear()
        if cache is self._shared:
            client = self._shared._cache.get_client(write=True)
            for key in client.scan_iter(match=f"{self.key_prefix}:*"):
                client.delete(key)

    def _ask(self, question: Callable[[BaseCache], T]) -> T:
        """Put the question to Redis, or, while it is away, to this machine's files."""
        if not self._is_resting():
            try:
                return question(self._shared)
            except RedisError as error:
                self._rest(error)
        return question(self._here)

    def _is_resting(self) -> bool:
        return monotonic() < _rests_until.get(self._server, 0.0)

    def _rest(self, error: RedisError) -> None:
        _rests_until[self._server] = monotonic() + REST_SECONDS
        logger.warning(
            "Redis does not answer; each web server counts tries for itself", extra={"error": type(error).__name__}
        )
