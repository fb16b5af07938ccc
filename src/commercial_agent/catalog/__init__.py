"""The stock as a library: load a catalogue, ask it typed questions, know vehicles by any name."""

from __future__ import annotations

from commercial_agent.catalog.taxonomy import Taxonomy, VehicleModel, fold_name

__all__ = ["Taxonomy", "VehicleModel", "fold_name"]
