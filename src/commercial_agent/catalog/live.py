"""The stock while it changes: a new file is loaded and judged aside, and takes over in one step or not at all."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path

from commercial_agent.catalog.catalog import Catalog
from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.errors import InvalidCatalog

log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0


class LiveCatalog:
    """Holds the current catalogue. A turn takes `current` once and keeps it: a reload never changes it underneath."""

    def __init__(
        self, path: Path, catalog: Catalog, taxonomy: Taxonomy | None = None,
        on_reload: Callable[[bool], None] | None = None,
    ) -> None:  # fmt: skip
        """Hold a catalogue.

        Args:
            path: its file.
            catalog: as loaded from there.
            taxonomy: for later loads; by default the one that comes with the package.
            on_reload: told after each reload whether it succeeded, for metrics.
        """
        self.path = path
        self._current = catalog
        self._taxonomy = taxonomy
        self._on_reload = on_reload
        self._seen = _stamp(path)
        self.problem: str | None = None  # why the newest file is not in use

    @classmethod
    def load(
        cls, path: Path, taxonomy: Taxonomy | None = None, on_reload: Callable[[bool], None] | None = None
    ) -> LiveCatalog:
        """Load the file for the first time.

        Raises:
            InvalidCatalog: the file cannot be used.
        """
        return cls(path, Catalog.load(path, taxonomy), taxonomy, on_reload)

    @property
    def current(self) -> Catalog:
        """The catalogue in force."""
        return self._current

    def reload_if_changed(self) -> bool:
        """Load the file anew if it changed since it was last looked at; a bad file keeps the old stock.

        Returns:
            Whether a new catalogue is in force.
        """
        stamp = _stamp(self.path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            fresh = Catalog.load(self.path, self._taxonomy)
        except InvalidCatalog as error:
            self._refuse(error.message)
            return False
        if _stamp(self.path) != stamp:  # still being written: look again next time
            self._seen = None
            return False
        old, self._current, self.problem = self._current, fresh, None
        log.info(
            "catalogue reloaded",
            extra={"cars": len(fresh), "before": len(old), "refused": fresh.report.refused, "version": fresh.version},
        )
        self._tell(True)
        return True

    def _refuse(self, problem: str) -> None:
        self.problem = problem
        log.error("catalogue not reloaded, the old stock stays", extra={"problem": problem, "cars": len(self._current)})
        self._tell(False)

    def _tell(self, succeeded: bool) -> None:
        if self._on_reload is not None:
            self._on_reload(succeeded)

    async def watch(self, every: float = WATCH_SECONDS) -> None:
        """Reload in another thread whenever the file changes, until cancelled."""
        while True:
            await asyncio.sleep(every)
            await asyncio.to_thread(self.reload_if_changed)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
