"""A year of any regulation: a workspace in which every obligation is met by some and missed by others."""
