"""Tierbook: monthly compliance of tiered customer service, from the Excel logbooks that staff fill in."""

__version__ = "0.1.0"
