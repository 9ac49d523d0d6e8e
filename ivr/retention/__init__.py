"""How long recordings and logs are kept: what is older is deleted once a day, and reported."""
