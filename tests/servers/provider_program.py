"""An OpenID Connect server as entities have one: ``oidc-provider-mock``, which asks for PKCE and can change its key.

``python -m tests.servers.provider_program`` tells its port on one line. ``PUT /users/<sub>`` says what it tells of a
person, and may spoil what it would say by itself; ``POST /rotate`` gives it another key. Who signs out must show a
token of its making and come back to the entrance; ``PUT /way_out`` changes the place that it offers for that.
"""

import base64
import hashlib
import json
import sys
from typing import Any

import flask
from authlib.jose import RSAKey, jwt
from authlib.jose.errors import JoseError
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
    offer_way_out(provider)
    provider.post("/rotate")(rotate)
    encrypted: Any = papers or None
    server = make_server("127.0.0.1", 0, provider, threaded=True, ssl_context=encrypted)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


def offer_way_out(provider: Any) -> None:
    """Let people sign out as servers of accounts do it, and let a test say where."""
    changed: dict[str, Any] = {}

    def check_hint() -> Any:
        """Refuse to sign out whoever shows no token that was signed here, or would be sent to another page."""
        if flask.request.path != "/oauth2/end_session":
            return None
        told = flask.request.args
        try:
            claims = jwt.decode(told.get("id_token_hint", ""), storage.jwk)
        except JoseError:
            return "no token of ours", 400
        is_same = claims["aud"] in (told.get("client_id"), [told.get("client_id")])
        is_known = told.get("post_logout_redirect_uri", "").endswith("/mesa/entrar/")
        return None if is_same and is_known else ("another client, or an unknown page", 400)

    def say_way_out(answer: Any) -> Any:
        if flask.request.path == "/.well-known/openid-configuration" and changed:
            answer.set_data(json.dumps(answer.get_json() | changed))
        return answer

    def change_way_out() -> Any:
        changed.update(flask.request.get_json())
        return "", 204

    provider.before_request(check_hint)
    provider.after_request(say_way_out)
    provider.put("/way_out")(change_way_out)


if __name__ == "__main__":
    main(*sys.argv[1:])
