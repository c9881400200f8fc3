"""What a reader sees: figures, captions, methods text and the page around them."""
