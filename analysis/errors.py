"""The one exception that a user is meant to read."""


class InputError(Exception):
    """Something is wrong with what the user gave: one sentence naming the file and the remedy.

    The command line prints the sentence and exits with code 1; no traceback.
    """
