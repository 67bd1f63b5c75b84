"""Commands about evidence: carry a lead out of the room, and judge what somebody else carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic
from graph.errors import InputAtFault, WrongUse

commands = topic()


@commands.command()
def evidence(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID")],
    out: Annotated[Path, typer.Option("--out", help="the bundle to write, FILE.zip")],
    full: Annotated[bool, typer.Option("--full", help="names in clear; needs --reason, each name is ledgered")] = False,
    reason: Annotated[str, typer.Option("--reason", help="why the bundle is made; stands in the ledger")] = "",
    sealed: Annotated[bool, typer.Option("--sealed", hidden=True, help="the room asks for this: only it opens the file")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One lead as a signed bundle: rows, rules, law, doubts, picture, report, ledger."""
    from app.evidence.bundle import make
    from app.evidence.waiting import make_waiting

    with terminal.progress(quiet=as_json) as progress:
        made = (make_waiting if sealed else make)(home_of(home), lead_id, out, full=full, reason=reason, progress=progress)
    kinds = ", ".join(f"{kind} {n}" for kind, n in made.classes.items())
    human = Text(f"{made.file}\n{made.files} files, {made.bytes / 1e6:.1f} MB, {made.copy}; findings: {kinds}\nsigner {made.signer}")
    answer(made.to_json(), as_json=as_json, human=human)


@commands.command()
def verify(
    file: Annotated[Path | None, typer.Argument(metavar="FILE.zip", help="the bundle, or the folder it was unpacked to")] = None,
    signer: Annotated[
        str | None, typer.Option("--signer", help="the public key that you expect; else this home's, where there is one")
    ] = None,
    zipapp: Annotated[
        Path | None, typer.Option("--zipapp", help="write the verifier itself to this file, for whoever has no platform")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether a bundle is what was signed, and whether its findings follow from its rows; runs nothing of it."""
    from app.evidence.checking import checked
    from app.evidence.verifier import write
    from app.verify.printed import printed

    if zipapp is not None:
        write(zipapp)
        answer({"zipapp": str(zipapp)}, as_json=as_json, human=Text(str(zipapp)))
        return
    if file is None:
        raise WrongUse("no file", "a bundle", "ringscope verify FILE.zip")
    if not file.exists():
        raise InputAtFault(f"no file {file}", "a bundle", "ringscope evidence LEAD_ID --out FILE.zip makes one")
    verdict = checked(home_of(home), file, signer)
    answer(verdict.to_json(), as_json=as_json, human=Text(printed(verdict)))
    if not verdict.ok:
        raise typer.Exit(1)
