"""The words every other floor speaks: errors, findings, periods, the calendar and the regulation language."""
