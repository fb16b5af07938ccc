"""What must not be kept in clear: card, account and identity numbers that a customer sends unasked."""

from __future__ import annotations

import re

_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_CURP = re.compile(r"\b[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b", re.IGNORECASE)
_RFC = re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b", re.IGNORECASE)
MASK = "••••"


def mask(text: str) -> tuple[str, bool]:
    """The text with card, bank account, CURP and RFC numbers masked.

    Args:
        text: what the customer wrote.

    Returns:
        The masked text and whether anything was masked. Card numbers are known by the Luhn check
        (ISO/IEC 7812-1), CLABE accounts by their own control digit (Banco de México).
    """
    masked = _CARD.sub(lambda found: MASK if _sensitive(found.group()) else found.group(), text)
    masked = _CURP.sub(MASK, masked)
    masked = _RFC.sub(MASK, masked)
    return masked, masked != text


def _sensitive(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    return _luhn(digits) or (len(digits) == 18 and _clabe(digits))


def _luhn(digits: list[int]) -> bool:
    doubled = [d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def _clabe(digits: list[int]) -> bool:
    weights = (3, 7, 1) * 6
    return (10 - sum(d * w % 10 for d, w in zip(digits[:17], weights, strict=False)) % 10) % 10 == digits[17]
