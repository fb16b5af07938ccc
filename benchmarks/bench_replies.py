"""Phrasing and the evidence check: time of a typical reply, and the check's rates on made replies."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from random import Random

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.conversation.state import DialogueState
from commercial_agent.replies.evaluation import samples
from commercial_agent.replies.evaluation.rates import evaluate_evidence
from commercial_agent.replies.evidence import check
from commercial_agent.replies.local import LocalPhraser
from commercial_agent.replies.whatsapp import split
from commercial_agent.replies.wordbook import Wordbook

TURNS = 300


def _milliseconds(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """The median and the 99th percentile."""
    taken = []
    for number in range(times):
        start = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(times * 0.99)]


def run() -> list[tuple[str, str, str]]:
    """The figures, each beside what it is measured against."""
    random = Random(7)
    phraser = LocalPhraser(samples.DEALER)
    turns = []
    for number in range(TURNS):
        language = list(Language)[number % 3]
        context = PhrasingContext(language, DialogueState(turns=3), "", str(number))
        turns.append((samples.findings(random, language), context))
    replies = [phraser.write(findings, context) for findings, context in turns]

    phrase, phrase_p99 = _milliseconds(lambda n: phraser.write(*turns[n]), TURNS)
    text, _ = _milliseconds(lambda n: split(replies[n].text), TURNS)
    checked, checked_p99 = _milliseconds(
        lambda n: check(replies[n].text, turns[n][0], "", turns[n][1].language, dealer=samples.DEALER), TURNS
    )
    load, _ = _milliseconds(lambda n: Wordbook(list(Language)[n % 3]), 3)
    rates = evaluate_evidence(turns=300, seed=11)
    return [
        ("phrase a reply, p50 / p99", f"{phrase:.3f} / {phrase_p99:.3f} ms", "0.3 ms"),
        ("split a reply, p50", f"{text:.4f} ms", ""),
        ("check a reply, p50 / p99", f"{checked:.2f} / {checked_p99:.2f} ms", ""),
        ("load one language's wording, once", f"{load:.0f} ms", ""),
        ("false replies let through", f"{rates.miss_rate:.2%} of {rates.false_replies}", "0.5 %"),
        ("true replies refused", f"{rates.false_alarm_rate:.2%} of {rates.true_replies}", "2 %"),
    ]


if __name__ == "__main__":
    for figure, ours, beside in run():
        print(f"{figure:40} {ours:24} {beside}")
