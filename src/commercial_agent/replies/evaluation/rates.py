"""The evidence check's rates: false replies let through, true replies refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.conversation.state import DialogueState
from commercial_agent.replies.evaluation.falsify import FALSIFICATIONS
from commercial_agent.replies.evaluation.rephrase import REPHRASINGS
from commercial_agent.replies.evaluation.samples import DEALER, findings
from commercial_agent.replies.evaluation.sentences import Varied, left_true, made_false
from commercial_agent.replies.evidence import Verdict, check
from commercial_agent.replies.local import LocalPhraser, introduces


@dataclass(slots=True)
class EvidenceRates:
    """What an evaluation found. Examples are (name, reply, problems)."""

    false_replies: int = 0
    missed: int = 0
    true_replies: int = 0
    refused: int = 0
    missed_by: Counter[str] = field(default_factory=Counter)
    refused_by: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    missed_examples: list[tuple[str, str, str]] = field(default_factory=list)
    refused_examples: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def miss_rate(self) -> float:
        """Part of the false replies that passed, 0 to 1."""
        return self.missed / self.false_replies if self.false_replies else 0.0

    @property
    def false_alarm_rate(self) -> float:
        """Part of the true replies that were refused, 0 to 1."""
        return self.refused / self.true_replies if self.true_replies else 0.0


def evaluate_evidence(turns: int = 600, seed: int = 1, examples: int = 20) -> EvidenceRates:
    """Measure the check on replies made from a seed.

    Args:
        turns: how many sets of findings, spread over the languages; each gives several true and false replies.
        seed: of the generator.
        examples: how many mistakes of each sort are kept.

    Returns:
        Counts, rates and examples.
    """
    rates = EvidenceRates()
    random = Random(seed)
    phraser = LocalPhraser(DEALER)
    for turn in range(turns):
        language = list(Language)[turn % 3]
        found = findings(random, language)
        context = PhrasingContext(language, DialogueState(turns=random.choice((0, 1, 5))), "", f"seed {turn}")
        reply = phraser.write(found, context).text
        first = introduces(found, context)
        for varied in _true(reply, language, random):
            rates.tried[varied.name] += 1
            rates.true_replies += 1
            verdict = check(varied.text, found, varied.customer, language, dealer=DEALER, introduces=first)
            if not verdict.complete:
                rates.refused += 1
                rates.refused_by[varied.name] += 1
                _keep(rates.refused_examples, examples, varied, verdict)
        for varied in _false(reply, language, random, f"{found!r} {DEALER!r}"):
            rates.tried[varied.name] += 1
            rates.false_replies += 1
            verdict = check(varied.text, found, varied.customer, language, dealer=DEALER, introduces=first)
            if verdict.complete:
                rates.missed += 1
                rates.missed_by[varied.name] += 1
                _keep(rates.missed_examples, examples, varied, verdict)
    return rates


def _true(reply: str, language: Language, random: Random) -> Iterator[Varied]:
    for name, rephrased in REPHRASINGS.items():
        text = rephrased(reply, language, random)
        if name == "as_written" or text != reply:
            yield Varied(name, text)
    yield from left_true(reply, language, random)


def _false(reply: str, language: Language, random: Random, truth: str) -> Iterator[Varied]:
    for name, falsified in FALSIFICATIONS.items():
        for _ in range(4 if name in ("changed_number", "a_lie_added") else 1):
            text = falsified(reply, language, random, truth)
            if text is not None and text != reply:
                yield Varied(name, text)
    yield from made_false(reply, language, random, truth)


def _keep(kept: list[tuple[str, str, str]], most: int, varied: Varied, verdict: Verdict) -> None:
    if len(kept) < most:
        kept.append(
            (varied.name, varied.text, "; ".join(f"{problem.kind}: {problem.text}" for problem in verdict.problems))
        )
