"""The report model and the formats it is written in. Formats do not import each other."""
