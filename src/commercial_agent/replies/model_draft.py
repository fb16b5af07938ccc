"""The local reply as a draft for a model: what the program keeps in its own hands is a mark, the rest is free text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from commercial_agent.conversation.reply import Block, Reply, Text, block_text

LONGEST = 1_200  # characters a model may write
_MARK = re.compile(r"^\s*\[\[(\d+)\]\]\s*$", re.MULTILINE)
_ANY_MARK = re.compile(r"\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply with marks in the place of its fixed blocks."""

    reply: Reply
    fixed: tuple[int, ...]  # places of the blocks that stay as they are

    @classmethod
    def of(cls, reply: Reply, *, introduces: bool) -> Draft:
        """Cards and lists are fixed, and so are our introduction and the question."""
        last = len(reply.blocks) - 1
        fixed = tuple(
            place
            for place, block in enumerate(reply.blocks)
            if not isinstance(block, Text)
            or (place == 0 and introduces)
            or (place == last and reply.question is not None)
        )
        return cls(reply, fixed)

    @property
    def free(self) -> bool:
        """Whether a model has anything to write."""
        return len(self.fixed) < len(self.reply.blocks)

    @property
    def text(self) -> str:
        """The draft with its marks."""
        number = 0
        parts = []
        for place, block in enumerate(self.reply.blocks):
            if place in self.fixed:
                number += 1
                parts.append(f"[[{number}]]")
            else:
                parts.append(block_text(block))
        return "\n\n".join(parts)

    @property
    def marks(self) -> dict[str, str]:
        """What stands behind each mark."""
        blocks = [self.reply.blocks[place] for place in self.fixed]
        return {str(number): block_text(block) for number, block in enumerate(blocks, start=1)}

    def filled(self, written: str) -> tuple[Block, ...] | None:
        """The blocks of what a model wrote; None where a mark is missing, doubled, or out of order."""
        written = written.strip().replace("**", "*")
        pieces = _MARK.split(written)
        if [int(number) for number in pieces[1::2]] != list(range(1, len(self.fixed) + 1)):
            return None
        texts = [piece.strip() for piece in pieces[::2]]
        if any(_ANY_MARK.search(text) for text in texts) or sum(map(len, texts)) > LONGEST:
            return None
        if self.reply.question is not None and texts[-1]:
            return None  # the question comes last
        blocks: list[Block] = []
        for index, text in enumerate(texts):
            blocks += [Text(part.strip()) for part in re.split(r"\n{2,}", text) if part.strip()]
            if index < len(self.fixed):
                blocks.append(self.reply.blocks[self.fixed[index]])
        return tuple(blocks)
