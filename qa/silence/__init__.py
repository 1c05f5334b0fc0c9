"""When there is no answer: what of a question occurs nowhere in the documents, and replies to what is no question.

A question is taken apart into its names, numbers, dates and terms (`terms`), each is looked up in all its usual
spellings (`spellings`) or looked for in one passage (`mentions`), and what is missing is said (`absence`). Greetings,
instructions and letters that make no word are replied to without a search (`small_talk`).
"""

from qa.silence.absence import missing, reply_without_search, said, unmatched

__all__ = ["missing", "reply_without_search", "said", "unmatched"]
