"""How well a folder answers the user's own questions: asked, judged, counted, shown and compared.

Knows what can be asked by one method (`run.Asked`); nothing of how an answer is found.
"""
