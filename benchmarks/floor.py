"""The floor of a turn: as many round trips to the same tables, and nothing else. Built for the benchmark only."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import ORJSONResponse
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

OPEN = "SELECT id, state::text FROM conversations WHERE channel = 'api' AND address = %s FOR NO KEY UPDATE"
CREATE = "INSERT INTO conversations (id, channel, address) VALUES (%s, 'api', %s) ON CONFLICT DO NOTHING"
SAVE = """
WITH turn AS (
    INSERT INTO turns (id, conversation_id, language, intents, agents, findings, reader, phraser, milliseconds,
                       created_at)
    VALUES (%(turn)s, %(id)s, 'es', '{}', '{}', '[]', 'floor', 'floor', '{}', now())
), history AS (
    INSERT INTO messages (conversation_id, direction, author, text, turn_id, created_at)
    VALUES (%(id)s, 'in', 'customer', %(text)s, %(turn)s, now()), (%(id)s, 'out', 'bot', %(text)s, %(turn)s, now())
)
UPDATE conversations SET turns = turns + 1, updated_at = now() WHERE id = %(id)s
"""


def create(url: str) -> FastAPI:
    pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]
    pool = AsyncConnectionPool(url, min_size=4, max_size=16, open=False)
    app = FastAPI(on_startup=[pool.open], on_shutdown=[pool.close])

    @app.post("/floor")
    async def floor(request: Request) -> ORJSONResponse:
        body = await request.json()
        async with pool.connection() as connection:
            row: TupleRow | None = None
            while row is None:
                row = await (await connection.execute(OPEN, (body["conversation_id"],))).fetchone()
                if row is None:
                    await connection.execute(CREATE, (secrets.token_hex(13), body["conversation_id"]))
            await connection.execute(SAVE, {"turn": secrets.token_hex(13), "id": row[0], "text": body["message"]})
        return ORJSONResponse({"reply": body["message"]})

    return app


if __name__ == "__main__":
    uvicorn.run(create(os.environ["FLOOR_DATABASE"]), port=int(sys.argv[1]), log_level="warning", access_log=False)
