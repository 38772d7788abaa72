"""The command line: parses, calls, prints."""

from analysis.cli.program import app, main

__all__ = ["app", "main"]
