"""The key that signs links and cookies."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from commercial_agent.errors import InvalidSettings
from commercial_agent.settings import Settings

FILE = "secret.key"
_LEAST = 16  # characters


def secret_key(settings: Settings) -> str:
    """The configured key, or one made once for this installation and kept in DATA_DIR, for its owner only.

    Raises:
        InvalidSettings: the configured key is too short.
    """
    configured = settings.secret_key.get_secret_value()
    if configured:
        if len(configured) < _LEAST:
            raise InvalidSettings(f"SECRET_KEY must have at least {_LEAST} characters.")
        return configured
    path = settings.data_dir / FILE
    if not path.exists():
        _write(path)
    return path.read_text(encoding="ascii").strip()


def _write(path: Path) -> None:
    """Written aside and moved into place: two processes that start at once agree on one key."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # the other one was first
    finally:
        aside.unlink()
