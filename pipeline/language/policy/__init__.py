"""The regulation language: what a written regulation looks like as data."""
