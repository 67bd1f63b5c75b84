"""A real Neo4j, managed: jars, start, stop, import, and what the machine lacks for it."""

from graph.server.bulk import FileGroup, ImportFiles
from graph.server.jars import VERSION, Progress
from graph.server.managed import Running, Server, Status

__all__ = ["VERSION", "FileGroup", "ImportFiles", "Progress", "Running", "Server", "Status"]
