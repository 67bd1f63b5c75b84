"""One package per scene; a rule is a `.toml` beside its `.sql`, `.cypher` or `.py` of the same stem."""
