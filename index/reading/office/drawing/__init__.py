"""DrawingML: what slides and documents hold besides text."""
