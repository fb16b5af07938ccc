"""How well the evidence check tells true replies from false ones, on findings and falsifications made from a seed."""
