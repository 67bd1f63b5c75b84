"""The zip around the bag: written in one way only, so that any byte that differs shows; read without trusting a word of it.

Members are stored, not compressed, in the order of their names, with one date and no extra fields. A reader can therefore write the same
container again and compare. What could harm the reader (paths that lead out, links, two files of one name, sizes that explode) is refused
before anything is read.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .verdict import Fault

LARGEST = 1 << 30
"""Bytes of a bundle, packed or unpacked, that are read at all."""
MOST_FILES = 20_000
RATIO = 50
"""Unpacked over packed size of one member beyond which it is taken for a bomb; text packs at most about twenty to one."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, OSError, EOFError, ValueError, OverflowError)
"""What the library raises for an archive whose bytes were changed; which one depends on where."""


@dataclass(frozen=True)
class Opened:
    """A container's files by their path inside the bag, and what is wrong with it."""

    root: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def packed(root: str, files: Mapping[str, bytes]) -> bytes:
    """The one container of these files; `root` is the folder that a bag in a zip must have."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(f"{root}/{name}", (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, files[name])
    return buffer.getvalue()


def opened(path: Path) -> Opened:
    """The files of a bundle: a zip, or the folder that it was unpacked to."""
    if path.is_dir():
        return _folder(path)
    if path.stat().st_size > LARGEST:
        return _refused(path.name, f"larger than {LARGEST:,} bytes")
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if bad := tuple(_harmful(archive.infolist())):
                return Opened(faults=bad)
            files, faults = _read(archive)
    except _UNREADABLE as error:
        return _refused(path.name, f"不是可读的 zip，或目录被改动 no zip that can be read, or its directory was changed ({error})")
    roots = {name.partition("/")[0] for name in files}
    if len(roots) != 1 or any("/" not in name for name in files):
        return _refused(path.name, "应只有一个顶层文件夹 a bag in a zip has one folder at the top")
    root = roots.pop()
    inside = {name.partition("/")[2]: content for name, content in files.items()}
    if not faults:
        faults = [*_differences(data, root, inside, path.name)]
    return Opened(root, inside, tuple(faults))


def _refused(where: str, why: str) -> Opened:
    return Opened(faults=(Fault("container", where, why),))


def _harmful(members: list[zipfile.ZipInfo]) -> Iterator[Fault]:
    """Everything for which the container is refused unread."""
    if len(members) > MOST_FILES:
        yield Fault("container", f"{len(members):,} files", f"at most {MOST_FILES:,}")
    if sum(member.file_size for member in members) > LARGEST:
        yield Fault("container", "unpacked size", f"解压后过大 more than {LARGEST:,} bytes: a zip bomb")
    seen: dict[str, str] = {}
    for member in members:
        name = member.orig_filename
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            yield Fault("container", name, "同名文件 two files of one name")
        seen[same] = name
        if why := _harm(member, name):
            yield Fault("container", name, why)


def _harm(member: zipfile.ZipInfo, name: str) -> str:
    if name_leads_out(name.removesuffix("/")):
        return "路径越界 a path that leads out of the bag"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "符号链接或特殊文件 a link or a special file"
    if member.flag_bits & 0x1:
        return "已加密 encrypted: nobody signed what cannot be read"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "未知的压缩方法 an unknown way of packing"
    if member.file_size > RATIO * max(1, member.compress_size):
        return "压缩比异常 it unpacks to far more than it holds: a zip bomb"
    return ""


def name_leads_out(name: str) -> bool:
    """Absolute, upwards, with a drive, a backslash, an empty part or a control character."""
    parts = PurePosixPath(name).parts
    strange = any(ord(c) < 32 or c in '\\:*?"<>|' or ord(c) == 127 for c in name)
    return not parts or strange or name.startswith("/") or ".." in parts or "/".join(parts) != name


def _read(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Fault]]:
    files: dict[str, bytes] = {}
    faults = []
    for member in archive.infolist():
        if member.is_dir():
            continue
        try:
            with archive.open(member) as file:
                files[member.filename] = file.read(member.file_size)
        except _UNREADABLE as error:
            faults.append(Fault("fixity", member.filename.partition("/")[2], f"内容被改动 changed: it does not fit its checksum ({error})"))
            files[member.filename] = b""
    return files, faults


def _differences(data: bytes, root: str, files: Mapping[str, bytes], name: str) -> Iterator[Fault]:
    """The first byte in which the container is not the one that this program writes of these files."""
    written = packed(root, files)
    if data == written:
        return
    at = next((n for n, (a, b) in enumerate(zip(data, written, strict=False)) if a != b), min(len(data), len(written)))
    before = max((info for info in _places(written) if info[0] <= at), default=(0, name))
    yield Fault(
        "container",
        f"byte {at:,}",
        f"包装被改写，首处差异在 {before[1]} 之后；解压后可按文件夹核验 the container was written anew or changed; the first difference "
        f"follows {before[1]}. Its files are judged below; unpack it and verify the folder to judge them alone",
    )


def _places(written: bytes) -> list[tuple[int, str]]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        places = [(member.header_offset, member.filename) for member in archive.infolist()]
        return [*places, (archive.start_dir, "the directory at the end")]


def _folder(path: Path) -> Opened:
    faults, files, size = [], {}, 0
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_symlink() or not (file.is_file() or file.is_dir()):
            faults.append(Fault("container", name, "符号链接或特殊文件 a link or a special file"))
        elif file.is_file():
            size += file.stat().st_size
            if size > LARGEST:
                return _refused(path.name, f"larger than {LARGEST:,} bytes")
            files[name] = file.read_bytes()
    return Opened(path.name, files, tuple(faults))
