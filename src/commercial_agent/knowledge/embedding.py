"""Dense embeddings behind LangChain's interface, fused with the sparse score; none are needed."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commercial_agent.errors import ModelUnavailable, NotConfigured
from commercial_agent.knowledge.text import key
from commercial_agent.storage.knowledge import CollectionWriter, KnowledgeStore

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

EXTRAS = {"openai": "openai", "google_genai": "google", "ollama": "ollama"}
_BATCH = 64
_KEPT = 4_096
SHARE = 0.35  # of the dense score beside a perfect sparse one, until fitted on a question set
_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """A question's embedding."""

    values: tuple[float, ...]

    @property
    def dimensions(self) -> int:
        """Its length."""
        return len(self.values)

    @property
    def literal(self) -> str:
        """As pgvector reads a vector."""
        return f"[{','.join(f'{value:.7g}' for value in self.values)}]"


def load_embedder(
    model: str, *, base_url: str = "", api_key: str = "", failed: Callable[[], None] | None = None
) -> Embedder | None:
    """The embedding model of that name, like `openai:text-embedding-3-small`; None when no name is given.

    Args:
        model: `provider:model`.
        base_url: an OpenAI-compatible server.
        api_key: where the provider's own variable is not set.
        failed: told of every question that the model did not embed in time; must not wait.

    Raises:
        NotConfigured: its package is not installed, or the provider's key is missing.
    """
    if not model:
        return None
    try:
        from langchain.embeddings import init_embeddings

        arguments: dict[str, Any] = {"base_url": base_url} if base_url else {}
        if api_key:
            arguments["api_key"] = api_key
        if model.startswith("openai:"):
            # Passages are short: counting their tokens would only fetch a tokenizer from the network.
            arguments |= {"check_embedding_ctx_length": False, "max_retries": 1, "timeout": _TIMEOUT_S}
        embeddings = init_embeddings(model, **arguments)
    except ImportError as error:
        extra = EXTRAS.get(model.partition(":")[0])
        hint = f": make run EXTRAS={extra}." if extra else "."
        raise NotConfigured(f"EMBEDDINGS_MODEL={model} needs a package that is not installed{hint}") from error
    except Exception as error:  # each provider complains of a missing key or a wrong name in its own way
        raise NotConfigured(f"EMBEDDINGS_MODEL={model} cannot be used: {error}") from error
    if isinstance(embeddings, str) or not hasattr(embeddings, "aembed_query"):
        raise NotConfigured(f"EMBEDDINGS_MODEL={model} is not an embedding model.")
    return Embedder(model, embeddings, failed=failed)


class Embedder:
    """An embedding model with its name, its share in the fused score, and a cache of questions."""

    def __init__(
        self, model: str, embeddings: Embeddings, share: float = SHARE, failed: Callable[[], None] | None = None
    ) -> None:
        """Nothing is asked of the model yet.

        Args:
            model: its name; vectors of another name are never compared.
            embeddings: any LangChain embeddings.
            share: weight of the cosine, as a part of the question's best possible sparse score.
            failed: told of every question that was not embedded in time.
        """
        self.model = model
        self.share = share
        self.hits = 0
        self.misses = 0
        self._embeddings = embeddings
        self._failed = failed
        self._kept: OrderedDict[str, Embedding] = OrderedDict()
        self._pending: dict[str, list[float]] = {}
        self._dimensions = 0

    async def question(self, text: str) -> Embedding | None:
        """A question's embedding; None when the model does not answer in time: the sparse score then stands alone."""
        asked = key(text)
        if (kept := self._kept.get(asked)) is not None:
            self._kept.move_to_end(asked)
            self.hits += 1
            return kept
        self.misses += 1
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                values = await self._embeddings.aembed_query(text)
        except Exception as error:  # each provider raises its own
            log.warning("embedding_failed", extra={"model": self.model, "error": type(error).__name__})
            if self._failed is not None:
                self._failed()
            return None
        kept = self._kept[asked] = Embedding(tuple(values))
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept

    async def close(self) -> None:
        """End the connections, where the provider's package lets us."""
        inner = getattr(getattr(self._embeddings, "async_client", None), "_client", None)
        if (close := getattr(inner, "close", None)) is not None:
            await close()

    async def prepare(self, store: KnowledgeStore, texts: Sequence[tuple[str, str, tuple[str, ...], str]]) -> None:
        """Embed what the database does not have yet, before the transaction that will store it.

        Args:
            store: where embeddings are kept.
            texts: (hash, title, headings, text) of every passage.

        Raises:
            ModelUnavailable: the model does not answer.
        """
        wanted = {text_hash: f"{title}: {' > '.join(headings)}\n{text}" for text_hash, title, headings, text in texts}
        known = await store.known_embeddings(self.model, list(wanted))
        missing = [text_hash for text_hash in wanted if text_hash not in known]
        try:
            for start in range(0, len(missing), _BATCH):
                batch = missing[start : start + _BATCH]
                vectors = await self._embeddings.aembed_documents([wanted[text_hash] for text_hash in batch])
                self._pending.update(zip(batch, vectors, strict=True))
            if not self._dimensions and wanted:
                self._dimensions = (
                    len(next(iter(self._pending.values())))
                    if self._pending
                    else len(await self._embeddings.aembed_query(next(iter(wanted.values()))))
                )
        except Exception as error:  # each provider raises its own
            raise ModelUnavailable(f"The embedding model {self.model} does not answer.") from error

    async def store(self, writer: CollectionWriter) -> None:
        """Write what was prepared, in the transaction of the new version."""
        await writer.add_embeddings(self.model, self._pending)
        if self._dimensions:
            await writer.index_embeddings(self.model, self._dimensions)
        self._pending.clear()
