"""An OpenID Connect server as entities have one: ``oidc-provider-mock``, which asks for PKCE and can change its key.

``python -m tests.servers.provider_program`` tells its port on one line. ``PUT /users/<sub>`` says what it tells of a
person, and may spoil what it would say by itself; ``POST /rotate`` gives it another key.
"""

import base64
import hashlib
import json
import sys
from typing import Any

import flask
from authlib.jose import RSAKey
from oidc_provider_mock import app
from oidc_provider_mock._storage import storage
from werkzeug.serving import make_server


def main(*papers: str) -> None:
    """Serve until killed; with a certificate and its key, over TLS."""
    provider: Any = app(require_nonce=True)
    challenges: list[str] = []

    def check_pkce() -> Any:
        """Refuse a code whose asker does not know what the challenge was made from (RFC 7636)."""
        if flask.request.path == "/oauth2/authorize" and flask.request.method == "POST":
            if flask.request.args.get("code_challenge_method") != "S256":
                return "no challenge", 400
            challenges.append(flask.request.args["code_challenge"])
        if flask.request.path == "/oauth2/token":
            digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() not in challenges:
                return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    def rotate() -> Any:
        storage.jwk = RSAKey.generate_key(is_private=True)
        return "", 204

    provider.before_request(check_pkce)
    provider.post("/rotate")(rotate)
    encrypted: Any = papers or None
    server = make_server("127.0.0.1", 0, provider, threaded=True, ssl_context=encrypted)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
