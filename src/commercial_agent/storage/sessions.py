"""Connections for short work below SQLAlchemy: alive, prepared statements kept, one transaction a block."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection as DriverConnection
from psycopg import InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from commercial_agent.errors import DatabaseUnavailable

Row = tuple[Any, ...]
Driver = DriverConnection[Row]
LOST = (OperationalError, InterfaceError)
_PATIENCE_S: Final = 15.0  # for a connection

# The pool gives a free connection to whoever asks in that moment, past those who wait: under load some wait for ever.
# So connections are asked for in the order of arrival, and the pool never has anybody wait.
_turnstiles: WeakKeyDictionary[AsyncEngine, asyncio.Semaphore] = WeakKeyDictionary()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Driver]]:
    """A connection that is alive, in a transaction that commits when the block ends well.

    Yields:
        SQLAlchemy's connection and the driver's below it; both speak in the same transaction.

    Raises:
        DatabaseUnavailable: no connection could be had, or it was lost; nothing of the block is stored, except where
            the loss fell on the commit itself: then nobody knows.
    """
    async with _connected(engine) as (connection, driver):
        if driver.autocommit:
            async with driver.transaction():
                yield connection, driver
        else:
            yield connection, driver
            await driver.commit()


@asynccontextmanager
async def statement(engine: AsyncEngine) -> AsyncIterator[Driver]:
    """A connection for one statement, which stands alone: on an engine in autocommit it costs one round trip.

    Raises:
        DatabaseUnavailable: as for `transaction`.
    """
    async with _connected(engine) as (_, driver):
        yield driver
        if not driver.autocommit:
            await driver.commit()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Driver]]:
    turnstile = await _pass(engine)
    try:
        async with _lent(engine) as lent:
            yield lent
    finally:
        turnstile.release()


async def _pass(engine: AsyncEngine) -> asyncio.Semaphore:
    turnstile = _turnstiles.get(engine)
    if turnstile is None:
        assert isinstance(engine.pool, QueuePool)
        turnstile = _turnstiles[engine] = asyncio.Semaphore(engine.pool.size())
    if turnstile.locked():
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await turnstile.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable("All database connections are in use.") from error
    else:
        await turnstile.acquire()
    return turnstile


@asynccontextmanager
async def _lent(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Driver]]:
    try:
        connection, driver = await _alive(engine)
    except (*LOST, SQLAlchemyError, OSError) as error:
        raise DatabaseUnavailable(
            "All database connections are in use." if isinstance(error, PoolTimeout) else None
        ) from error
    try:
        try:
            yield connection, driver
        except BaseException as error:
            if await _lost(connection, driver, error):
                raise DatabaseUnavailable() from error
            raise
    finally:
        await connection.close()


async def _lost(connection: AsyncConnection, driver: Driver, error: BaseException) -> bool:
    """Take the transaction back; whether it failed because the connection is gone."""
    gone = isinstance(error, LOST) or (isinstance(error, DBAPIError) and error.connection_invalidated)
    try:
        if not driver.closed:
            await driver.rollback()
    except LOST:
        gone = True
    if driver.closed and not connection.invalidated:
        await connection.invalidate()
    return gone and not isinstance(error, asyncio.CancelledError)


async def _alive(engine: AsyncEngine) -> tuple[AsyncConnection, Driver]:
    """A connection of the pool that the server still knows: after a restart the pool holds dead ones.

    No ping is sent: the socket of a dead connection is readable (its end of file), that of an idle one is not.
    """
    while True:
        connection = await engine.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, DriverConnection)
            if not driver.closed and not _ended(driver):
                return connection, driver
            await connection.invalidate()
        except BaseException:
            await connection.close()
            raise
        await connection.close()


def _ended(driver: Driver) -> bool:
    """Whether an idle connection has something to read: its end, as a rule; at worst a good one is replaced."""
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))
