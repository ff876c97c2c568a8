"""Texts to label: files, folders, archives, tables and lines, one module a format."""
