"""The shared vocabulary: messages, dialogue state, understanding, requests, findings, replies."""
