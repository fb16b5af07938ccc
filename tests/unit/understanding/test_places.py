from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.knowledge import Branch, Branches
from commercial_agent.understanding.entities import EntityReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=ZONE)
BRANCHES = Branches([
    Branch("punto-sur", "Punto Sur", "Tlajomulco de Zúñiga", "Jalisco", "Av. Punto Sur 235"),
    Branch("medio-dia", "Mediodía Norte", "Monterrey", "Nuevo León", "Av. Uno 1"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "branch"),
    [
        ("el sábado a las 11 en Punto Sur", time(11), "Punto Sur"),
        ("en punto sur mañana a las 4 en punto", time(16), "Punto Sur"),
        ("a las 10 en punto en punto sur", time(10), "Punto Sur"),
        ("mañana a las 5 en mediodía norte", time(17), "Mediodía Norte"),
        ("mañana a las 4 en punto", time(16), None),
    ],
)
def test_a_branch_is_told_from_the_hour_it_sounds_like(text: str, at: time, branch: str | None) -> None:
    reader = EntityReader(Taxonomy.load(), BRANCHES.places, ZONE, BRANCHES)
    found = {entity.kind: entity.value for entity in reader.read(text, Language.ES, NOW)}
    assert (found.get("time"), found.get("branch")) == (at, branch)
