"""Language models by name, behind time limits, fallbacks and circuit breakers. Versioned prompts."""
