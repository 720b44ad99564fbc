"""Words that an operator does not want to see on the server: a filter, off unless it is asked for.

What it finds is refused and told to whoever wrote it, never changed. Whoever wants another one gives the switchboard
any function like this.
"""

from collections.abc import Callable, Sequence
from typing import Final

Filter = Callable[[str], str]
"""The first word of a text that is not wanted; empty where there is none."""


def anything_goes(_: str) -> str:
    return ""


def unwanted(chosen: Sequence[str]) -> Filter:
    """The filter for these languages; about 2 ms for the longest line."""
    if not chosen:
        return anything_goes
    from glin_profanity import Filter as WordList  # noqa: PLC0415 - few ask for it, and it takes a megabyte

    words: Final = WordList({"languages": list(chosen), "cache_results": False})

    def find(text: str) -> str:
        found = words.check_profanity(text)["profane_words"]
        return str(found[0]) if found else ""

    return find
