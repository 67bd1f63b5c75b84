"""How do files get in? Read, check, quarantine, book, load."""
