"""The one question at the end of a reply, and the buttons that answer it."""

from __future__ import annotations

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.reply import QuickReply
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.replies.criteria_words import value_words
from commercial_agent.replies.format import clean, sentence
from commercial_agent.replies.render_concierge import option_words
from commercial_agent.replies.speaker import Speaker

LONGEST_TITLE = 20
MOST_BUTTONS = 3
MOST_IN_SENTENCE = 4

_YES_NO = frozenset(
    {Ask.MORE_CARS, Ask.SHOW_CARS, Ask.QUOTE, Ask.BOOK, Ask.CONFIRM_BOOKING, Ask.CONFIRM_CANCEL, Ask.HUMAN}
)
_VISITS = (Intent.APPOINTMENT_CHANGE.value, Intent.APPOINTMENT.value)  # the one there is, or one beside it


def asked(question: Question, speaker: Speaker) -> str:
    """The question in words, with its options where they are few."""
    key = f"ask-{question.ask.value.replace('_', '-')}"
    if question.ask is Ask.NARROW:
        return _narrow(question, speaker)
    if question.ask is Ask.CHOICE and question.options == _VISITS:
        return speaker.say("ask-choice-visit")
    options = option_texts(question, speaker)
    if options and len(options) <= MOST_IN_SENTENCE and speaker.has(f"{key}-options"):
        return speaker.say(f"{key}-options", options=speaker.either(options))
    return speaker.say(key)


def _narrow(question: Question, speaker: Speaker) -> str:
    attribute = (question.attribute or "").replace("_", "-")
    options = option_texts(question, speaker)
    if options and speaker.has(f"ask-narrow-{attribute}"):
        return speaker.say(f"ask-narrow-{attribute}", options=speaker.either(options))
    if options:
        return speaker.say("ask-narrow-options", options=speaker.either(options))
    return speaker.say("ask-narrow")


def option_texts(question: Question, speaker: Speaker) -> list[str]:
    """The options as the customer reads them."""
    match question.ask:
        case Ask.NARROW:
            return [narrowed(question.attribute or "", option, speaker) for option in question.options]
        case Ask.CHOICE:
            return [speaker.label("intent", option) for option in question.options]
        case Ask.TERM:
            return [clean(option, 20) for option in question.options]
        case _:
            return [option_words(option, speaker) for option in question.options]


def narrowed(attribute: str, option: str, speaker: Speaker) -> str:
    """An option of a NARROW question: "SUV", "automático", "hasta $250,000"."""
    if option.isdigit():
        return value_words(attribute, int(option), speaker)
    return value_words(attribute, option, speaker)


def quick_replies(question: Question, speaker: Speaker) -> tuple[QuickReply, ...]:
    """Up to three buttons; each payload is a text that the customer could have typed."""
    ask = question.ask
    if ask in _YES_NO:
        name = ask.value.replace("_", "-")
        titles = [speaker.words.word(f"button-{name}"), speaker.words.word("button-no")]
    elif ask is Ask.CHOICE:
        titles = [speaker.words.word(f"intent-{Intent(o).value.replace('.', '-').replace('_', '-')}", "button")
                  for o in question.options if o in set(Intent)]  # fmt: skip
    elif ask is Ask.TERM:
        titles = [speaker.words.say("button-months", months=option) for option in option_texts(question, speaker)]
    else:
        titles = [sentence(text) for text in option_texts(question, speaker)]
    if len(titles) > MOST_BUTTONS or any(len(title) > LONGEST_TITLE for title in titles):
        return ()
    unique = tuple(dict.fromkeys(titles))
    return tuple(QuickReply(title, title) for title in unique) if len(unique) > 1 else ()
