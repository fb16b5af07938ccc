"""The web pages: a chat as on a phone, with the reasons behind every answer."""
