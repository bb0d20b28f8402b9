"""From a folder of workbooks to checked rows: read, parse, check. Imports only the language floor."""
