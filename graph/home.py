"""Where the state lives on disk: one folder per site, and a separate folder for its keys."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folder tree of design section 4. Synthetic and real people never share one."""

    root: Path

    @classmethod
    def find(cls, asked: str | os.PathLike[str] | None = None) -> Home:
        """`--home`, else RINGSCOPE_HOME, else the nearest ancestor's `.ringscope/`, else the user's data folder."""
        if named := asked or os.environ.get("RINGSCOPE_HOME"):
            return cls(Path(named).expanduser().resolve())
        here = Path.cwd().resolve()
        for folder in (here, *here.parents):
            if (folder / ".ringscope").is_dir():
                return cls(folder / ".ringscope")
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return cls(Path(data) / "ringscope")

    @property
    def keys(self) -> Path:
        """RINGSCOPE_KEYS, else the user's config folder. Never inside the home: a copied home opens nothing."""
        if named := os.environ.get("RINGSCOPE_KEYS"):
            return Path(named).expanduser().resolve()
        config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(config) / "ringscope" / "keys"

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def server(self) -> Path:
        return self.root / "server"

    @property
    def deliveries(self) -> Path:
        return self.root / "deliveries"

    @property
    def book(self) -> Path:
        return self.root / "book"

    @property
    def identity(self) -> Path:
        return self.root / "identity"

    @property
    def faces(self) -> Path:
        return self.root / "faces"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def rules(self) -> Path:
        """The site's own values for parameters of rules."""
        return self.root / "rules"

    @property
    def law(self) -> Path:
        """Official texts that the user loaded."""
        return self.root / "law"

    @property
    def cases(self) -> Path:
        return self.root / "cases.db"

    @property
    def jobs(self) -> Path:
        """What long work said and answered, a folder each."""
        return self.root / "jobs"

    def make(self) -> Home:
        """Create the root, readable by its owner only."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self
