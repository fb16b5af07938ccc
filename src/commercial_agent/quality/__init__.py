"""How good the agent is: whole conversations played against it and judged by facts."""
