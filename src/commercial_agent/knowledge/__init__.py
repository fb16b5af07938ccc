"""The company's knowledge: documents cut into passages, hybrid retrieval in PostgreSQL, branches and places as records.

>>> from commercial_agent.knowledge import Branches, KnowledgeBase
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import Hit, IngestReport, KnowledgeBase
    from commercial_agent.knowledge.branches import Branch, Branches
    from commercial_agent.knowledge.places import Place, Places

__all__ = ["Branch", "Branches", "Hit", "IngestReport", "KnowledgeBase", "Place", "Places"]

_HOMES = {
    "Branch": "branches",
    "Branches": "branches",
    "Hit": "base",
    "IngestReport": "base",
    "KnowledgeBase": "base",
    "Place": "places",
    "Places": "places",
}


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: the command line lists its commands without the database stack."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(name)
