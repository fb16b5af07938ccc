"""Every written dialogue, through the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import ROOT, Server

from commercial_agent.catalog import Catalog
from commercial_agent.profile import load_profile
from commercial_agent.quality.dialogues import Dialogue, load_dialogues
from commercial_agent.quality.judge import Judge
from commercial_agent.quality.play import play
from commercial_agent.quality.stock import judge_of

DIALOGUES = load_dialogues(Path(__file__).parent / "conversations")


@pytest.fixture(scope="module")
def judge() -> Judge:
    profile = load_profile(ROOT / "dealership")
    return judge_of(Catalog.load(profile.folder / "catalog.csv"), profile.finance)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.id)
async def test_a_dialogue_goes_as_written(server: Server, judge: Judge, dialogue: Dialogue) -> None:
    async def ask(conversation: str, message: str) -> dict[str, Any]:
        return server.ask(conversation, message)

    trial = await play(dialogue, ask, judge, f"dialogue-{dialogue.id}")
    assert not trial.faults, "\n".join(f"turn {f.turn} «{f.said}»: {f.what}\n    {f.reply}" for f in trial.faults)
