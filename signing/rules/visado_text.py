"""What a visado signs: the hash of a content, what is said of it, and as which post."""

HEAD = "chasqui-visado-1"


def visado_statement(*, content_sha256: str, kind: str, post_slug: str) -> bytes:
    """Return the bytes under a visado's detached signature. Changing their spelling voids every visado given."""
    return f"{HEAD}\ncontent-sha256: {content_sha256}\nkind: {kind}\npost: {post_slug}\n".encode()
