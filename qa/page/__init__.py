"""What the page shows, before any web framework: replies, sources, words in two languages, style and scripts.

Every text of a document or of a user is hostile here until it is made inert: by `inert` for Markdown and HTML, by
`textContent` in the browser's scripts.
"""
