"""A sales agent for used cars: language is read and written by a model, facts are made by code."""
