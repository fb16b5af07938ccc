"""The HTTP side: webhooks, the chat API, health, metrics, signed links, and who may call what."""
