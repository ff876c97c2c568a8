"""Labelling: a row for each text, in constant memory, written so that an interrupted run can be resumed."""
