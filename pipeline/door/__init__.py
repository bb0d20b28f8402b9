"""The command line: the only floor that reads the clock, the environment and the terminal."""
