"""Pages tell things; they give no orders. A paragraph that speaks to the machine which reads it is not told."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from commercial_agent.knowledge.text import fold

_PARAGRAPH = re.compile(r"\n\s*\n")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")


@lru_cache(8192)
def without_orders(text: str) -> str:
    """A passage without the paragraphs that give orders to a machine; the text itself where there are none.

    Args:
        text: of a passage.

    Returns:
        What is left; "" where nothing is.
    """
    plain = _UNSEEN.sub("", text)
    if not gives_orders(plain):
        return text
    kept = [paragraph for paragraph in _PARAGRAPH.split(plain) if not gives_orders(paragraph)]
    return "\n\n".join(kept).strip()


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a machine: what to say, what to forget, what to be."""
    return _pattern().search(fold(_UNSEEN.sub("", text))) is not None


@lru_cache(1)
def _pattern() -> re.Pattern[str]:
    import yaml

    data = yaml.safe_load(
        resources.files("commercial_agent.knowledge").joinpath("data", "orders.yaml").read_text("utf-8")
    )
    orders = [order.replace("{machine}", data["someone"]["machine"]) for order in data["orders"]]
    orders = [order.replace("{customer}", data["someone"]["customer"]) for order in orders]
    return re.compile("|".join(f"(?:{order})" for order in orders))
