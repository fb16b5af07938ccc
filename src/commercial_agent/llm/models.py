"""Chat models by their LangChain name, loaded only when one is configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from commercial_agent.errors import NotConfigured

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = {"openai": "openai", "anthropic": "anthropic", "google_genai": "google", "ollama": "ollama"}


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


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A loaded model and how it gives structured output."""

    name: str
    chat: BaseChatModel
    structured_method: str  # json_schema, function_calling, json_mode


def load_model(name: str, config: ModelConfig) -> NamedModel:
    """Load a model by its name.

    Args:
        name: `provider:model` as LangChain's `init_chat_model` takes it.
        config: address, key and limits.

    Raises:
        NotConfigured: its package is not installed, or it has no key; the message says what to do.
    """
    provider = name.partition(":")[0]
    extra = EXTRAS.get(provider, provider)
    try:
        from langchain.chat_models import init_chat_model

        arguments: dict[str, Any] = {"timeout": config.call_timeout, "max_retries": 0}
        if config.base_url:
            arguments["base_url"] = config.base_url
        if config.api_key:
            arguments["api_key"] = config.api_key
        chat = init_chat_model(name, **arguments)
    except ImportError as error:
        raise NotConfigured(
            f"LLM_MODEL={name} needs a package that is not installed: make run EXTRAS={extra}."
        ) from error
    except Exception as error:
        # Providers raise what they like here: a missing key, an unknown name, a bad address.
        raise NotConfigured(
            f"LLM_MODEL={name} cannot be used: {type(error).__name__}. Check its name and key."
        ) from error
    return NamedModel(name, chat, _structured_method(chat))


def _structured_method(chat: BaseChatModel) -> str:
    profile = getattr(chat, "profile", None) or {}
    if profile.get("structured_output"):
        return "json_schema"
    if profile.get("tool_calling", True):
        return "function_calling"
    return "json_mode"
