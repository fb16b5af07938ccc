"""What the program itself says to the findings of a turn: its words and sentences are ground for any other reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import Block, Card, PhrasingContext, block_text
from commercial_agent.conversation.state import DialogueState
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.local import LocalPhraser
from commercial_agent.replies.spelled import fold

_WAYS = 3  # most messages have no more
_WORD = re.compile(r"[^\W_]+")
_MARKS = str.maketrans("*_~", "   ")
_NOBODY = Dealer("", "", "MX", "MXN", ZoneInfo("UTC"), (), "", "")


@dataclass(frozen=True, slots=True)
class Drafted:
    """The program's own reply, in all its ways of saying it, folded."""

    words: frozenset[str]
    lines: frozenset[str]  # as the customer sees them
    sentences: tuple[str, ...]  # its own, without cards and questions

    def without(self, plain: str) -> str:
        """A folded reply without the program's own lines, which need no check."""
        return "\n".join(line for line in plain.split("\n") if line.strip() not in self.lines)

    def into(self, grounds: Grounds) -> None:
        """Make it ground for a reply."""
        grounds.words |= self.words
        grounds.texts += self.sentences


@lru_cache(256)
def drafted(findings: tuple[f.Finding, ...], language: Language, dealer: Dealer | None, introduces: bool) -> Drafted:
    """What the wording files say to these findings."""
    phraser = LocalPhraser(dealer or _NOBODY)
    blocks: dict[str, Block] = {}
    for way in range(_WAYS):
        state = DialogueState(turns=0 if introduces else way + 1)
        for block in phraser.write(findings, PhrasingContext(language, state, "", str(way))).blocks:
            blocks.setdefault(fold(block_text(block)), block)
    words = {word for text in blocks for word in _WORD.findall(text)}
    own = [text for text, block in blocks.items() if not isinstance(block, Card)]
    sentences = (part.strip(" _*-") for text in own for part in re.split(r"(?<=[.!?])\s+|\n", text))
    lines = frozenset(line.translate(_MARKS).strip() for text in blocks for line in text.split("\n"))
    told = dict.fromkeys(part for part in sentences if part and not part.endswith("?"))
    return Drafted(frozenset(words), lines, tuple(told))
