"""How much a segment says beside what was read of it."""

from __future__ import annotations

from commercial_agent.understanding.tracking.context import Context, vocabulary


def residue(context: Context, start: int = 0) -> int:
    """How many words, from one on, are neither part of an entity nor fillers."""
    fillers = vocabulary().fillers
    scan = context.scan
    count = 0
    for index, word in enumerate(scan.words):
        if index < start or word in fillers or not word.isalnum():
            continue
        first, last = scan.folded.original_span(scan.starts[index], scan.ends[index])
        first, last = first + context.start, last + context.start
        if not any(entity.start < last and entity.end > first for entity in context.entities):
            count += 1
    return count
