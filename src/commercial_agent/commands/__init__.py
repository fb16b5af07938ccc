"""The commands of the terminal, one module a room. Heavy imports happen inside the functions: help must be instant."""
