"""`make docs`: writes what is made from the code into the pages under docs/.

Their prose is written by hand; what stands between a `<!-- made: NAME -->` and the next `<!-- end -->` is made here.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from slipstream.docs import operations, protocol, security

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
SCHEMA: Final = DOCS / "protocol.schema.json"
PAGES: Final = {
    DOCS / "protocol.md": protocol.tables,
    DOCS / "operations.md": operations.tables,
    DOCS / "security.md": security.tables,
}


def filled(text: str, tables: Mapping[str, str]) -> str:
    """`text` with every made part put in anew. Raises KeyError on a name that nobody makes."""
    return re.sub(
        r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def main() -> None:
    for page, tables in PAGES.items():
        page.write_text(filled(page.read_text(), tables()))
    SCHEMA.write_text(json.dumps(protocol.schema(), indent=1) + "\n")


if __name__ == "__main__":
    main()
