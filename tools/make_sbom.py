"""Write a software bill of materials: the project and the installed packages that it needs to run.

    python tools/make_sbom.py dist/sbom.cdx.json

CycloneDX 1.6 as JSON. The same installation gives the same bytes: no time and no random number is in it.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "scrubber837"


def needs(name: str) -> list[str]:
    """Return the names of the packages that a package needs to run here, without its extras."""
    wanted = [Requirement(text) for text in distribution(name).requires or ()]
    here = [one.name for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})]
    return sorted({str(canonicalize_name(one)) for one in here})


def component(name: str) -> dict[str, Any]:
    """Return a package as a component, with its license in its own words."""
    version, about = distribution(name).version, distribution(name).metadata
    purl = f"pkg:pypi/{name}@{version}"
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    classifiers = [text for text in (about.get_all("Classifier") or []) if text.startswith("License ::")]
    names = [text.rsplit(" :: ", 1)[-1] for text in classifiers] or about.get_all("License") or []
    if expressions := about.get_all("License-Expression"):
        part["licenses"] = [{"expression": text} for text in expressions]
    elif names:
        part["licenses"] = [{"license": {"name": text.splitlines()[0]}} for text in names]
    return part


def bill() -> dict[str, Any]:
    """Return the whole bill: the project, and every package that it needs directly or indirectly."""
    edges: dict[str, list[str]] = {}
    waiting = [PROJECT]
    while waiting:
        if (name := waiting.pop()) not in edges:
            edges[name] = needs(name)
            waiting += edges[name]
    parts = {name: component(name) for name in sorted(edges)}
    tree = [
        {"ref": parts[one]["bom-ref"], "dependsOn": [parts[two]["bom-ref"] for two in edges[one]]}
        for one in parts
    ]
    top = {**parts.pop(PROJECT), "type": "application"}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": top}}
    return {**head, "components": list(parts.values()), "dependencies": tree}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
