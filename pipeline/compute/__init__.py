"""Judgement: pure functions on frames, one module for each kind of obligation."""
