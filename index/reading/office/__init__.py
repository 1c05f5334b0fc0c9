"""Office files: zip packages of XML."""
