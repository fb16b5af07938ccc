"""Builds the agent: reads the settings, makes every part, hands it down. Nothing else knows all rooms."""

from commercial_agent.bootstrap.application import Application, open_agent, open_application

__all__ = ["Application", "open_agent", "open_application"]
