"""What can be typed, one module a topic; `app/cli.py` names each of them once."""
