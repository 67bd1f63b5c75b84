"""The pages of the room: each module has one `show`, which app/main.py gives to the navigation."""
