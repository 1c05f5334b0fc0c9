"""PDF files, from the characters that pdfium gives to blocks in reading order.

pages.py opens a file and reads its pages: characters.py → page_lines.py → lines.py, beside them annotations.py,
pictures.py, garbling.py and properties.py; ocr.py reads the pages that are images. blocks.py lays the lines out, with
the help of everything else here; places.py says where words stand; reader.py holds the steps together.
drawing.py draws a page for people, with a quotation marked.
"""
