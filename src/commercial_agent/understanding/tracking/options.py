"""Choosing among the options of our question, and giving a segment a value it does not spell out."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.conversation.state import Question
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.text import fold
from commercial_agent.understanding.tracking.context import Context


def place_of(context: Context, question: Question) -> int | None:
    """The place of the chosen option: "la primera", "2", or its own words."""
    if context.has("told"):
        return None  # "la primera que me enseñaste" is a car
    for entity in context.all("reference"):
        if entity.value.ordinals:
            place = entity.value.ordinals[0]
            index = place - 1 if place > 0 else len(question.options) + place
            return index if 0 <= index < len(question.options) else None
    said = " ".join(word for word in context.scan.words if word.isalnum())
    for index, option in enumerate(question.options):
        words = fold(option, None).replace("-", " ").replace(":", " ")
        if words and (f" {words} " in f" {said} " or (len(said) >= 4 and f" {said} " in f" {words} ")):
            return index
    numbers = [word for word in context.scan.words if word.isdigit()]
    if len(numbers) == 1 and len(numbers[0]) == 1 and 1 <= int(numbers[0]) <= len(question.options):
        return int(numbers[0]) - 1
    return None


def without_places(context: Context) -> Context:
    """The segment without its references: "la primera" chose one of our options, not a car."""
    return replace(context, entities=tuple(entity for entity in context.entities if entity.kind != "reference"))


def with_value(context: Context, kind: str, value: object) -> Context:
    """The segment with one more value."""
    entity = Entity(kind, value, context.start, context.start, "")
    return replace(context, entities=(*context.entities, entity))
