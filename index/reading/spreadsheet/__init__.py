"""Spreadsheets and delimited tables."""
