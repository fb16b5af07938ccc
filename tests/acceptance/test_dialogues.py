"""Every written dialogue, through the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from commercial_agent.quality.dialogues import Dialogue, load_dialogues
from commercial_agent.quality.judge import Judge
from commercial_agent.quality.play import play
from commercial_agent.quality.stock import judge_of
from tests.acceptance.conftest import ROOT, Server

DIALOGUES = load_dialogues(Path(__file__).parent / "conversations")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return judge_of(ROOT / "dealership")


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.id)
async def test_a_dialogue_goes_as_written(server: Server, judge: Judge, dialogue: Dialogue) -> None:
    async def ask(conversation: str, message: str) -> dict[str, Any]:
        return server.ask(conversation, message)

    trial = await play(dialogue, ask, judge, f"dialogue-{dialogue.id}")
    assert not trial.faults, "\n".join(f"turn {f.turn} «{f.said}»: {f.what}\n    {f.reply}" for f in trial.faults)
