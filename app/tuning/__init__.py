"""What would a rule do: on a small case (`trial`), or on the present book with other values (`whatif`)? Neither writes a run."""
