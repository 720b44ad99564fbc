"""`make audit`: looks up what is locked among known vulnerabilities, `python -m slipstream.audit PIP_AUDIT LOCK...`.

Exits with 1 where there is one. Where the advisories cannot be reached it says so in one line and exits with 0: not to
know is no fault of what is being built.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

WITHIN: Final = 300.0
"""Seconds that looking up may take."""


class Finding(NamedTuple):
    ok: bool
    line: str


def judged(lock: str, output: bytes, errors: bytes) -> Finding:
    """What pip-audit's JSON about a lock comes to."""
    try:
        found: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        *_, last = [b"no answer", *errors.strip().splitlines()]
        return Finding(ok=True, line=f"{lock}: cannot be audited here: {last.decode(errors='replace')[:200]}")
    looked_up = [one for one in found if "skip_reason" not in one]
    vulnerable = [f"{one['name']} {one['version']}: {flaw['id']}" for one in looked_up for flaw in one["vulns"]]
    if vulnerable:
        return Finding(ok=False, line=f"{lock}: {len(vulnerable)} known vulnerabilities: {'; '.join(vulnerable)}")
    if not looked_up:
        return Finding(ok=True, line=f"{lock}: cannot be audited here: the index has no advisories")
    rest = len(found) - len(looked_up)
    unknown = f", {rest} of which the index says nothing" if rest else ""
    return Finding(ok=True, line=f"{lock}: no known vulnerability in {len(found)} packages{unknown}")


def main(pip_audit: str, locks: Sequence[str]) -> int:
    findings = [_audit(pip_audit, lock) for lock in locks]
    print("\n".join(finding.line for finding in findings))  # noqa: T201 - for whoever runs make
    return 0 if all(finding.ok for finding in findings) else 1


def _audit(pip_audit: str, lock: str) -> Finding:
    command = [pip_audit, "--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", "-r", lock]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return judged(lock, b"", str(error).encode())
    return judged(lock, done.stdout, done.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
