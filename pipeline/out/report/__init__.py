"""The month as a report: figures and sections of tables, language-neutral; the writers only walk them."""
