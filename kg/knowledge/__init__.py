"""The knowledge library: published rule points and a site's own tables, in versions, with the row of the source behind every fact."""
