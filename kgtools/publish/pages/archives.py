"""What archives read: ``.zenodo.json`` for Zenodo, ``codemeta.json`` for Software Heritage, both from CITATION.cff."""

from __future__ import annotations

import json
from typing import Any

from kgtools.publish.release.description import LICENSE_URL, About

_CODE_LICENSE = "https://spdx.org/licenses/Apache-2.0"


def zenodo_metadata(about: About) -> str:
    """The metadata of a deposit at Zenodo."""
    return _json(
        {
            "title": about.title,
            "upload_type": "dataset",
            "description": about.abstract,
            "creators": [{"name": about.creator}],
            "version": about.version,
            "publication_date": about.released,
            "access_right": "open",
            "license": "cc-by-4.0",
            "language": "eng",
            "keywords": list(about.keywords),
            "notes": "The code in the archive is under the Apache License 2.0.",
        }
    )


def codemeta(about: About) -> str:
    """The description of the repository in CodeMeta 3.0."""
    return _json(
        {
            "@context": "https://w3id.org/codemeta/3.0",
            "@type": "SoftwareSourceCode",
            "name": about.title,
            "identifier": "spf-kg",
            "description": about.abstract,
            "version": about.version,
            "dateModified": about.released,
            "license": [_CODE_LICENSE, LICENSE_URL],
            "author": [{"@type": "Organization", "name": about.creator}],
            "keywords": list(about.keywords),
            "programmingLanguage": ["Python", "SPARQL"],
            "runtimePlatform": "Python 3.11 or newer",
            "developmentStatus": "active",
        }
    )


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
