"""Dialogue state tracking: what a message asks in the light of the conversation, as typed requests.

`build_requests` reads each segment of the message in this order:

1. **An answer.** If our last question is pending and the segment gives what was asked, it is that answer (see
   `answers`), whatever the classifier made of so few words.
2. **A settled intent.** Where the words and the state contradict a weak label, they win (see `intents`).
3. **A request.** The intent's own builder fills it from the entities and the state: `catalog` (refine, correct, start
   afresh), `finance` (which calculation, terms carried over), `info` (the question made whole), `concierge`.

A later segment of a message may point at what an earlier one searches for.
"""

from commercial_agent.understanding.tracking.build import build_requests

__all__ = ["build_requests"]
