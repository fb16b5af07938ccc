"""Phrasing by a language model: one call over the findings, checked against them; the local reply before and behind it.

The model writes the words between cards, lists and the question; those stay the program's. What it wrote is sent only
if the evidence check finds nothing in it that the findings do not say. One correction is asked for, if there is time.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.reply import Block, PhrasingContext, Reply, block_text
from commercial_agent.errors import ModelUnavailable
from commercial_agent.llm.calls import ModelCaller
from commercial_agent.llm.prompts import SystemPrompt, as_data, compose
from commercial_agent.llm.turns import current_turn
from commercial_agent.observability import Work, plain
from commercial_agent.replies.evidence import Problem, check
from commercial_agent.replies.local import LocalPhraser, introduces, told
from commercial_agent.replies.model_draft import Draft
from commercial_agent.replies.promises import sentence_span
from commercial_agent.replies.spelled import fold, unmarked

log = logging.getLogger(__name__)

PARTS = ("response_interpretation", "rag_answer")
TRIES = 2
_PHRASED = (
    f.CarsFound, f.CarDescribed, f.CarsCompared, f.StockAnalysed, f.CarGone,
    f.FinancingRules, f.PassagesFound, f.BranchesFound, f.NotKnown,
)  # fmt: skip
_ALONGSIDE = frozenset({Intent.GREETING, Intent.INTRODUCE, Intent.THANKS, Intent.AFFIRM, Intent.DENY})
_LAST_MESSAGES = 4
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_MACHINERY = re.compile(r"```|^#{1,6} |</?[a-z_]+>|\{\{|\}\}", re.MULTILINE)


def phrase_prompt(dealer: Dealer, canary: str) -> SystemPrompt:
    """The system prompt of phrasing."""
    return compose("phrase", PARTS, canary, dealer=dealer.name, assistant=dealer.assistant)


class ModelPhraser:
    """Writes replies with a language model where words matter, with the wording files everywhere else."""

    def __init__(self, local: LocalPhraser, caller: ModelCaller, dealer: Dealer, prompt: SystemPrompt) -> None:
        """Make a phraser.

        Args:
            local: writes the draft, and the reply where no model does.
            caller: asks the models.
            dealer: who is spoken for.
            prompt: made by `phrase_prompt`.
        """
        self._local = local
        self._caller = caller
        self._dealer = dealer
        self._prompt = prompt

    async def phrase(self, findings: tuple[f.Finding, ...], context: PhrasingContext) -> Reply:
        """Write the reply; see `Phraser`."""
        reply = self._local.write(findings, context)
        if not worth_a_call(findings, context):
            return reply
        first = introduces(findings, context)
        draft = Draft.of(reply, introduces=first)
        if not draft.free:
            return reply
        said = [("human", await self._message(draft, findings, context))]
        private = context.state.name is not None or bool(current_turn().names)
        for attempt in range(TRIES):
            try:
                answer = await self._caller.text(self._prompt, said, cached=not private and attempt == 0)
            except ModelUnavailable as error:
                log.info("phrased_locally", extra={"reason": error.reason})
                return reply
            if self._prompt.leaked_in(answer.value):
                self._caller.incident("leak")
                return reply
            blocks = draft.filled(answer.value)
            with Work("check", inputs=answer.value) as work:
                problems = self._problems(answer.value, blocks, draft, findings, context, first)
                work.gave({"problems": problems})
            if blocks is not None and not problems:
                if not private:
                    await self._caller.keep(answer)
                return replace(reply, blocks=blocks, phraser=answer.model)
            self._caller.incident("reply_refused")
            said += [("ai", answer.value), ("human", _correction(problems))]
        return reply

    async def _message(self, draft: Draft, findings: tuple[f.Finding, ...], context: PhrasingContext) -> str:
        """The findings, the draft and what the customer wrote, all of it as data; what changes least comes first."""
        window = (await current_turn().window())[-_LAST_MESSAGES:]
        parts = {
            "language": context.language.value,
            "facts": [plain(replace(finding, question=None)) for finding in told(findings)],
            "marks": draft.marks,
            "last_messages": [{"from": exchange.who, "text": exchange.text} for exchange in window],
            "customer_message": context.text,
            "draft": draft.text,
        }
        return "\n".join(f"<{name}>\n{as_data(value)}\n</{name}>" for name, value in parts.items())

    def _problems(
        self,
        written: str,
        blocks: tuple[Block, ...] | None,
        draft: Draft,
        findings: tuple[f.Finding, ...],
        context: PhrasingContext,
        first: bool,
    ) -> list[str]:
        if blocks is None:
            return ["the marks are not as in the draft, or the text is too long"]
        if found := _MACHINERY.search(written):
            return [f"markup: {found.group()}"]
        problems = [f"{figure} is neither in the draft nor in the facts" for figure in _new_figures(blocks, draft)]
        text = "\n\n".join(map(block_text, blocks))
        verdict = check(
            text,
            findings,
            context.text,
            context.language,
            dealer=self._dealer,
            introduces=first,
        )
        return problems + [complaint(problem, text) for problem in (*verdict.problems, *verdict.omitted)]


def worth_a_call(findings: tuple[f.Finding, ...], context: PhrasingContext) -> bool:
    """Whether a model could say it better: the wording files say plans, bookings and courtesies well enough."""
    if context.secret_masked or context.beside:
        return False
    known = [finding for finding in findings if not (isinstance(finding, f.Talked) and finding.intent in _ALONGSIDE)]
    return bool(known) and all(isinstance(finding, _PHRASED) for finding in known)


_LACKS = frozenset({"missing", "language", "length", "question"})


def complaint(problem: Problem, text: str) -> str:
    """What is wrong with a reply, and what to drop of it."""
    if problem.kind in _LACKS:
        return f"{problem.kind}: {problem.text}"
    plain = unmarked(text)
    place = plain.find(fold(problem.text))
    sentence = text[slice(*sentence_span(plain, place))].strip() if place >= 0 else problem.text
    return f'{problem.kind}: no fact says "{problem.text}"; leave it out of "{sentence}", or that sentence altogether'


def _correction(problems: list[str]) -> str:
    return (
        "The program refused that message. Write it again, closer to the draft, with every mark on a line of its own "
        f"and without these faults:\n{as_data(problems[:8])}"
    )


def _new_figures(blocks: tuple[Block, ...], draft: Draft) -> list[str]:
    """Figures in the model's own words that the draft does not write so: a net of its own beside the evidence check."""
    known = set(_FIGURE.findall(draft.reply.text))
    fixed = {id(draft.reply.blocks[place]) for place in draft.fixed}
    own = [block_text(block) for block in blocks if id(block) not in fixed]
    return [figure for text in own for figure in _FIGURE.findall(text) if figure not in known]
