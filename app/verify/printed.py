"""A verdict in words, for people."""

from __future__ import annotations

from collections import Counter

from .verdict import PARTS, Signer, Verdict

STATES = {
    "reproduced": "复算一致 reproduced",
    "differs": "复算不同 differs",
    "attested": "仅签名证明 attested",
    "not_tested": "未复算 not tested",
}
SHOWN = 40


def printed(verdict: Verdict) -> str:
    """One line a part, then each fault, then whose signature it is."""
    about = {
        name: verdict.facts[name] for name in ("Ringscope-Lead", "Ringscope-Copy", "Ringscope-Run", "Bagging-Date") if name in verdict.facts
    }
    lines = [f"{verdict.bundle}  {verdict.files} files", *(f"  {name}: {value}" for name, value in about.items())]
    lines += [f"  {'✓' if verdict.part(part) else '✗'} {words}" for part, words in PARTS.items()]
    lines += [f"  ✗ {fault}" for fault in verdict.faults[:SHOWN]]
    if len(verdict.faults) > SHOWN:
        lines.append(f"  … {len(verdict.faults) - SHOWN:,} more: --json")
    lines += [f"  {_signer(signer)}" for signer in verdict.signers]
    for (rule, kind, state, detail), n in Counter((r.rule_id, r.kind, r.state, r.detail) for r in verdict.replays).items():
        lines.append(f"  {STATES[state]}: {rule} ×{n} [{kind}] {detail}".rstrip())
    lines.append("完好 whole" if verdict.ok else "不可采信 not as it was signed")
    return "\n".join(lines) + "\n"


def _signer(signer: Signer) -> str:
    who = {
        True: "是所期望的签名人 the expected signer",
        False: "不是所期望的签名人 another signer",
        None: "未指定期望的签名人，请核对公钥 nobody said whose key is expected: compare it",
    }
    return f"{signer.algorithm} {signer.public_key}: {who[signer.expected]}"
