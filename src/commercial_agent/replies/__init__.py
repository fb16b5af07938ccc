"""Findings into words: local phrasing, the evidence check, and WhatsApp's form."""
