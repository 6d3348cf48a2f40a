"""The client, its patience, and what its failures become."""

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers

from search.errors import SearchUnavailable

DEFAULT_ALIAS = "chasqui"
DEFAULT_PORT = 9200
ASK_SECONDS = 5.0
PATIENCE = 3
"""A change may take so many times as long as an answer that somebody waits for."""
ITEMS_AT_ONCE = 2_000
BYTES_AT_ONCE = 8 * 1024 * 1024
BACK_OFF_TRIES = 4
BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS = 0.1, 2.0
OF_AN_OUTCOME = ("items.*.status", "items.*.result", "items.*.error.type")
"""What is read of the answer: of each change that was made the server would tell five times as much."""

Change = tuple[str, str | None]
"""A change as it is sent: what is done where, and with what."""
Outcome = dict[str, Any]
written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class IndexGone(Exception):
    """The alias leads nowhere, or no longer: it was never made, or another version took its place."""


class Connection:
    """The server of ``http(s)://user:password@host:9200,host:9200/alias?shards=1&timeout=5&ca_certs=/path``.

    ``timeout``: the seconds that a question may take; a change may take three times as long.

    Safe for threads; a process that was forked opens its own connections.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        credentials, _, hosts = parts.netloc.rpartition("@")
        self.alias = parts.path.strip("/") or DEFAULT_ALIAS
        self.shards = int(options.get("shards", "1"))
        self._seconds = float(options.get("timeout", ASK_SECONDS))
        self._arguments: dict[str, Any] = {"hosts": [_node(parts.scheme, host) for host in hosts.split(",")]}
        if credentials:
            user, _, password = credentials.partition(":")
            self._arguments["basic_auth"] = (unquote(user), unquote(password))
        if "ca_certs" in options:
            self._arguments["ca_certs"] = options["ca_certs"]
        self._lock = threading.Lock()
        self._held: tuple[int, Elasticsearch] | None = None

    def asking(self) -> Elasticsearch:
        """Return the client for questions: somebody waits for the answer."""
        return self._client().options(request_timeout=self._seconds)

    def writing(self) -> Elasticsearch:
        """Return the client for changes, which are patient."""
        return self._client().options(request_timeout=PATIENCE * self._seconds)

    def send(self, changes: Iterable[Change], *, refresh: bool) -> list[Outcome]:
        """Make the changes, after a pause where the server has too much to do, and return those it did not take.

        A page that is already there (``create``) or already gone (``delete``, ``update``) is no failure.

        :raises IndexGone: the alias leads nowhere.
        """
        results = helpers.streaming_bulk(
            self.writing().options(max_retries=0),
            cast(Any, changes),
            chunk_size=ITEMS_AT_ONCE,
            max_chunk_bytes=BYTES_AT_ONCE,
            raise_on_error=False,
            max_retries=BACK_OFF_TRIES,
            initial_backoff=BACK_OFF_SECONDS,
            max_backoff=LONGEST_BACK_OFF_SECONDS,
            expand_action_callback=cast(Any, lambda change: change),  # its lines are written already
            yield_ok=False,
            filter_path=OF_AN_OUTCOME,
            require_alias=True,
            refresh=refresh,
        )
        failures = [outcome for _is_done, outcome in results if not _is_harmless(outcome)]
        if any(_reason(outcome) == "index_not_found_exception" for outcome in failures):
            raise IndexGone
        return failures

    def _client(self) -> Elasticsearch:
        with self._lock:
            if self._held is None or self._held[0] != os.getpid():
                client = Elasticsearch(
                    **self._arguments, max_retries=1, retry_on_timeout=False, retry_on_status=(502, 503, 504)
                )
                self._held = (os.getpid(), client)
            return self._held[1]


@contextmanager
def failures_named() -> Iterator[None]:
    """Turn what the client raises into ``SearchUnavailable``, or ``IndexGone`` where no index stands."""
    try:
        yield
    except NotFoundError as error:
        raise IndexGone from error
    except (ApiError, TransportError, helpers.BulkIndexError) as error:
        raise SearchUnavailable from error
    except (KeyError, TypeError) as error:  # an answer that is none: something else listens there
        raise SearchUnavailable from error


def change(where: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> Change:
    """Return a change as it is sent, in half the time that the client takes to write it.

    :param where: an operation with the place of the record: ``{"create": {"_index": …, "_id": …, "routing": …}}``.
    :param body: nothing for a deletion.
    """
    return written(where), None if body is None else written(body)


def _node(scheme: str, host: str) -> dict[str, Any]:
    parts = urlsplit(f"//{host}")
    return {"scheme": scheme, "host": parts.hostname or "localhost", "port": parts.port or DEFAULT_PORT}


def _is_harmless(outcome: Outcome) -> bool:
    """Return whether the change was already made: what to create is there, what to delete or update is gone."""
    (action, result), *_others = outcome.items()
    reason = _reason(outcome)
    if action == "create":
        return bool(reason == "version_conflict_engine_exception")
    if action == "update":
        return bool(reason == "document_missing_exception")
    return bool(action == "delete" and result.get("result") == "not_found")


def _reason(outcome: Outcome) -> str:
    """Return the server's name for what failed."""
    error = next(iter(outcome.values())).get("error")
    return str(error.get("type", "")) if isinstance(error, dict) else str(error or "")
