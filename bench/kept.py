"""What a run found, as a file."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict


class Kept(BaseModel):
    """Reads and writes itself as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n")
