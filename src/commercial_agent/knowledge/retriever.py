"""The knowledge base as a LangChain retriever, for chains and tools of others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from commercial_agent.knowledge.base import KnowledgeBase

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import Hit


class KnowledgeRetriever(BaseRetriever):
    """Retrieves passages of one knowledge base. Import this module only where LangChain is wanted: it is heavy."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    knowledge: KnowledgeBase
    language: str | None = None
    k: int = 5
    only_answers: bool = False  # leave out what is not sure enough to be said

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = await self.knowledge.search(query, self.language, k=self.k)
        return [_as_document(hit) for hit in hits if hit.answers or not self.only_answers]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = asyncio.run(self.knowledge.search(query, self.language, k=self.k))
        return [_as_document(hit) for hit in hits if hit.answers or not self.only_answers]


def _as_document(hit: Hit) -> Document:
    return Document(
        page_content=hit.text,
        metadata={
            "source": hit.source,
            "title": hit.title,
            "heading": hit.heading,
            "language": hit.language,
            "score": hit.score,
            "tags": list(hit.tags),
        },
    )
