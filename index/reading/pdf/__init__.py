"""PDF files, from the characters that pdfium gives to blocks in reading order.

characters.py → lines.py → layout.py (with tables.py) → continuation.py → headings.py and running_heads.py, words.py to
join lines; reader.py holds the steps together.
"""
