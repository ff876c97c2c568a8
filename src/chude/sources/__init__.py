"""Texts to label: files, folders, archives, tables and lines, one module for each format."""
