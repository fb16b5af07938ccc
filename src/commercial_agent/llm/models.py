"""Chat models by their LangChain name, loaded only when one is configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from commercial_agent.errors import NotConfigured
from commercial_agent.llm.plain_openai import without_typing
from commercial_agent.llm.prices import Price, price_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = {"openai": "openai", "anthropic": "anthropic", "google_genai": "google", "ollama": "ollama"}
LONGEST_ANSWER = 1_500  # tokens


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Which models take part, and within which limits."""

    names: tuple[str, ...]  # provider:model, tried in order
    base_url: str = ""  # an OpenAI-compatible server
    api_key: str = field(default="", repr=False)  # where the provider's own variable is not set
    call_timeout: float = 4.0  # seconds
    turn_deadline: float = 8.0  # seconds for all calls of a turn
    retries: int = 1  # of one model, on errors that pass
    concurrency: int = 20  # calls at once to one model
    responses_api: bool = False  # OpenAI's newer wire format
    price: Price | None = None  # of every model; None: the table's


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A loaded model, how it gives structured output, and what it costs."""

    name: str
    chat: BaseChatModel
    structured_method: str  # json_schema, function_calling, json_mode
    price: Price


def load_model(name: str, config: ModelConfig) -> NamedModel:
    """Load a model by its name.

    Args:
        name: `provider:model` as LangChain's `init_chat_model` takes it.
        config: address, key and limits.

    Raises:
        NotConfigured: its package is not installed, or it has no key; the message says what to do.
    """
    provider = name.partition(":")[0]
    try:
        from langchain.chat_models import init_chat_model

        chat = init_chat_model(name, **_arguments(provider, config))
        if quick := _quickest(provider, chat):
            chat = init_chat_model(name, **_arguments(provider, config), **quick)
    except ImportError as error:
        extra = EXTRAS.get(provider, provider)
        raise NotConfigured(
            f"LLM_MODEL={name} needs a package that is not installed: make run EXTRAS={extra}."
        ) from error
    except Exception as error:
        # Providers raise what they like here: a missing key, an unknown name, a bad address.
        raise NotConfigured(
            f"LLM_MODEL={name} cannot be used: {type(error).__name__}. Check its name and key."
        ) from error
    if provider == "openai":
        without_typing(chat)
    return NamedModel(name, chat, _structured_method(chat), config.price or price_of(name))


async def close_model(model: NamedModel) -> None:
    """End a model's connections, where its package lets us."""
    for name in ("root_async_client", "_async_client", "root_client"):
        close = getattr(getattr(model.chat, name, None), "close", None)
        if close is not None and (waiting := close()) is not None:
            await waiting


def _arguments(provider: str, config: ModelConfig) -> dict[str, Any]:
    """Retries are ours: the provider's own would outlive the deadline."""
    arguments: dict[str, Any] = {"timeout": config.call_timeout, "max_retries": 0, "max_tokens": LONGEST_ANSWER}
    if provider == "ollama":
        arguments = {"num_predict": LONGEST_ANSWER, "client_kwargs": {"timeout": config.call_timeout}}
    if config.base_url:
        arguments["base_url"] = config.base_url
    if config.api_key:
        arguments["api_key"] = config.api_key
    if config.responses_api:
        arguments["use_responses_api"] = True
    if provider == "openai":
        from openai import DefaultAsyncHttpxClient

        # The package keeps one client for each address and shares it: closed with one agent, it would fail the next.
        arguments["http_async_client"] = DefaultAsyncHttpxClient(timeout=config.call_timeout)
    return arguments


def _quickest(provider: str, chat: BaseChatModel) -> dict[str, Any]:
    """Settings that make a model answer soon and alike: reading and phrasing need no long thought."""
    profile = _profile(chat)
    if provider == "openai" and (levels := profile.get("reasoning_effort_levels")):
        return {"reasoning_effort": levels[0]}
    return {"temperature": 0} if profile.get("temperature") else {}


def _structured_method(chat: BaseChatModel) -> str:
    profile = _profile(chat)
    if profile.get("structured_output"):
        return "json_schema"
    return "function_calling" if profile.get("tool_calling", True) else "json_mode"


def _profile(chat: BaseChatModel) -> dict[str, Any]:
    return dict(getattr(chat, "profile", None) or {})
