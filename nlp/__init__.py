"""What does this note say? Text in, facts with offsets out."""
