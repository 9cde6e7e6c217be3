"""What each template sees: one frozen view, and the interface words. Nothing else.

A view holds text that is ready to be shown (dates in words, counts as numbers), addresses from the
site's root (a template puts `view.frame.root` in front of them) and trusted HTML as `Markup`. All
other strings are plain text, escaped when rendered. Sorting, grouping and formatting are done
before a view is born.

One module a family of pages. Nothing is imported here: making these classes is a good part of what
correcting an article costs, so it loads the few that it needs.
"""
