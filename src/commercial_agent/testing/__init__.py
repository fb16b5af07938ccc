"""Doubles and fakes that are part of the product: whoever builds on it tests with them."""
