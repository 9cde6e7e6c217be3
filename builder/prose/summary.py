"""Plain text about a text: its summary, cut at the end of a sentence.

Knows no Markdown and no HTML: strings in, strings out. Called by `convert`, and free to
be called by whoever must cut a text.
"""

from __future__ import annotations

from typing import Final

from builder.basics.sentences import cut_at_word, fold_spaces, sentence_ends

SUMMARY_LENGTH: Final = 280
"""Most characters of a summary."""


def summarise(text: str, max_length: int = SUMMARY_LENGTH) -> str:
    """Return `text`, folded, cut after its last whole sentence within `max_length` characters.

    A text that fits is returned whole. Where the first sentence is longer than the limit it is
    cut between words and ends in an ellipsis.
    """
    # Folding only shrinks, and a summary never needs more than its limit and the next character.
    text = fold_spaces(text if len(text) < 50 * max_length else text[: 50 * max_length])
    if len(text) <= max_length:
        return text
    end = _last_sentence_end(text, max_length)
    if end:
        return text[:end]
    return cut_at_word(text, max_length)


def _last_sentence_end(text: str, max_length: int) -> int:
    """Return the index after the last sentence that ends by `max_length`, or 0."""
    best = 0
    for end in sentence_ends(text, 0, max_length + 1):
        if end > max_length:
            break
        best = end
    return best
