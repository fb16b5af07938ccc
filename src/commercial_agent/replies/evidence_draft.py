"""What the program itself says to the findings of a turn: its words and sentences are ground for any other reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import Block, Card, PhrasingContext, Text, block_text
from commercial_agent.conversation.state import DialogueState
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.evidence_sources import Source, sources_of
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
    sources: tuple[Source, ...]  # what each of its sentences and cards says

    def without(self, plain: str) -> str:
        """A folded reply without the program's own lines, which need no check."""
        return "\n".join(line for line in plain.split("\n") if line.strip() not in self.lines)

    def others(self, plain: str, found: list[Claim]) -> list[Claim]:
        """The claims that do not stand in the program's own lines."""

        def line(claim: Claim) -> str:
            end = plain.find("\n", claim.end)
            return plain[plain.rfind("\n", 0, claim.start) + 1 : end if end >= 0 else None].translate(_MARKS).strip()

        return [claim for claim in found if line(claim) not in self.lines]

    def into(self, grounds: Grounds) -> None:
        """Make it ground for a reply."""
        grounds.words |= self.words
        grounds.texts += self.sentences


@lru_cache(256)
def drafted(findings: tuple[f.Finding, ...], language: Language, dealer: Dealer | None, introduces: bool) -> Drafted:
    """What the wording files say to these findings."""
    phraser = LocalPhraser(dealer or _NOBODY)
    blocks: dict[str, Block] = {}
    turns = [(way + 1, "") for way in range(_WAYS)]  # one way after the other
    for turn, seed in [(0, str(way)) for way in range(_WAYS)] + turns if introduces else turns:
        context = PhrasingContext(language, DialogueState(turns=turn), "", seed)
        for block in phraser.write(findings, context).blocks:
            blocks.setdefault(fold(block_text(block)), block)
    words = {word for text in blocks for word in _WORD.findall(text)}
    own = [text for text, block in blocks.items() if not isinstance(block, Card)]
    sentences = (part.strip(" _*-") for text in own for part in re.split(r"(?<=[.!?])\s+|\n", text))
    lines = frozenset(line.translate(_MARKS).strip() for text in blocks for line in text.split("\n"))
    told = dict.fromkeys(part for part in sentences if part and not part.endswith("?"))
    sources = dict.fromkeys(
        source
        for text, block in blocks.items()
        for source in sources_of(text, language, whole=not isinstance(block, Text))
    )
    return Drafted(frozenset(words), lines, tuple(told), tuple(sources))
