"""Taking secrets out of texts that leave the computer: logs, settings, reports.

The logs should hold none to begin with; this is the second lock. Known secrets go in every form
that they are written in; what looks like a key, a code or a private key goes too.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import Path

GONE = "[taken out]"
_PATTERNS = (
    re.compile(r"brigade-key-1:[A-Za-z0-9+/=_-]*"),
    # Pairing codes as people see them, 7K3M-9QXD-2F.
    re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b", re.I),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S),
    # 32 bytes in base64: what a key looks like without its head.
    re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}=(?![A-Za-z0-9+/=])"),
    re.compile(r"(?i)\b(password|passwd|secret|token|authorization)(\s*[:=]\s*)\S+"),
)


class Redactor:
    """Takes secrets out of texts.

    Args:
        secrets: keys and the like that are known here, as bytes.
        home: its path becomes `~`: who the user is, is nobody's business.
    """

    def __init__(self, secrets: Iterable[bytes] = (), home: Path | None = None) -> None:
        forms = {form for secret in secrets if secret for form in _forms_of(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None
        self._home = str(home) if home is not None and len(home.parts) > 1 else ""

    def clean(self, text: str) -> str:
        """Return the text without secrets."""
        if self._known is not None:
            text = self._known.sub(GONE, text)
        for pattern in _PATTERNS:
            text = pattern.sub(_replacement, text)
        return text.replace(self._home, "~") if self._home else text


def _replacement(match: re.Match[str]) -> str:
    if match.re.groups >= 2:  # the name of the field stays: it tells what was there
        return f"{match[1]}{match[2]}{GONE}"
    return GONE


def _forms_of(secret: bytes) -> set[str]:
    forms = {
        secret.hex(),
        secret.hex().upper(),
        base64.b64encode(secret).decode("ascii"),
        base64.urlsafe_b64encode(secret).decode("ascii"),
        base64.b32encode(secret).decode("ascii"),
        repr(secret)[2:-1],
    }
    return {form for pair in ((f, f.rstrip("=")) for f in forms) for form in pair if len(form) >= 8}
