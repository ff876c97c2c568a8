"""How many labels a reader accepts who does not know whose they are: ``python -m benchmarks.accuracy.reading``.

A newspaper's label is one reader's. Texts of the development sets are drawn, so many where the model and the newspaper
disagree and so many where they agree. A reader reads each one, writes down the topics that would be acceptable, and
only then sees two labels in random order. What is kept holds row numbers and topics, and no text.
"""
