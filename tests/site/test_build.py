"""Building: hostile records are escaped, folders that aren't ours are left alone, libraries are what was published."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kgtools.cli.main import main
from kgtools.core.errors import SiteError
from kgtools.core.project import Project
from kgtools.core.words import day, web
from kgtools.publish.site import assets
from kgtools.publish.site.build import build_site

_EVIL = '</title><script>alert(1)</script><img src=x onerror=alert(1)>\\" onmouseover=\\"alert(1) {{ 7*7 }}'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.links: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script":
            self.scripts.append(values.get("src") or values.get("type"))
        if "href" in values:
            self.links.append(values["href"] or "")
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.fixture
def small(project: Project, tmp_path: Path) -> Project:
    """A project with one state's records, to be damaged."""
    root = tmp_path / "project"
    for folder in ("ontology", "shapes", "queries/derive", "data/framework", "data/reference"):
        shutil.copytree(project.root / folder, root / folder)
    (root / "data/states").mkdir()
    shutil.copy(project.root / "data/states/id.ttl", root / "data/states/id.ttl")
    kept = "".join(file.read_text(encoding="utf-8") for file in (root / "data").rglob("*.ttl"))
    _copy_needed(project.root / "data/sources.ttl", root / "data/sources.ttl", kept)
    return Project(root)


def _copy_needed(file: Path, target: Path, kept: str) -> None:
    """Copy the records that what is kept refers to."""
    head, *records = file.read_text(encoding="utf-8").split("\n\n")
    referred = set(re.findall(r"source:[a-z0-9-]+", kept))
    target.write_text("\n\n".join([head, *(r for r in records if r.split()[0] in referred)]) + "\n", encoding="utf-8")


def test_hostile_records_are_escaped(small: Project, tmp_path: Path) -> None:
    state = small.root / "data/states/id.ttl"
    text = state.read_text(encoding="utf-8")
    name = '"Mastery-based education and the Idaho Mastery Education Network"'
    assert name in text
    state.write_text(text.replace(name, f'"{_EVIL}"'), encoding="utf-8")
    sources = small.root / "data/sources.ttl"
    text = sources.read_text(encoding="utf-8")
    changed, times = re.subn(
        r"(source:excelined-org-c8bff21ee8 (?:.*\n)*?  spf:url )\"[^\"]*\"", r'\1"javascript:alert(1)"', text
    )
    assert times == 1
    sources.write_text(changed, encoding="utf-8")
    build_site(small, tmp_path / "site", version="1")
    pages = [file.read_text(encoding="utf-8") for file in (tmp_path / "site").rglob("*.html")]
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    for page in pages:
        found = _Tags()
        found.feed(page)
        assert all(s and (s.endswith(".js") or s == "application/ld+json") for s in found.scripts)
        assert not [link for link in found.links if link.lower().startswith("javascript:")]
        assert not found.handlers
        assert "49" not in page or "{{ 7*7 }}" in page or "7*7" not in page


def test_official_names_take_the_notice_away(small: Project, tmp_path: Path) -> None:
    file = small.root / "data/framework/third-edition.ttl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("epistemic-status:reconstructed", "epistemic-status:stated"), encoding="utf-8")
    build_site(small, tmp_path / "site", version="1")
    assert "reconstruction" not in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "name reconstructed" not in (tmp_path / "site/conditions/shared-vision.html").read_text(encoding="utf-8")


def test_an_incomplete_record_is_told_in_a_sentence(
    small: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = small.root / "data/states/id.ttl"
    text = state.read_text(encoding="utf-8")
    changed = re.sub(r"(claim:id-direct-admissions--(?:.*\n)*?)  spf:alignsWith .*\n", r"\1", text, count=1)
    assert changed != text
    state.write_text(changed, encoding="utf-8")
    command = ["--project", str(small.root), "site", "-o", str(tmp_path / "site")]
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "policies/id-direct-admissions.html can't be written" in told
    assert "kgtools validate" in told
    (small.root / "data/framework/editions.ttl").unlink()
    assert main(command) == 2
    assert "no edition" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_folder_that_is_not_an_explorer_is_left_alone(small: Project, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(SiteError, match="name another folder"):
        build_site(small, mine, version="1")
    assert (mine / "thesis.txt").read_text() == "years of work"
    with pytest.raises(SiteError, match="is a file"):
        build_site(small, mine / "thesis.txt", version="1")


def test_an_earlier_explorer_is_replaced_and_the_same_records_give_the_same_bytes(
    small: Project, tmp_path: Path
) -> None:
    once, target = tmp_path / "once", tmp_path / "site"
    build_site(small, once, version="1")
    shutil.copytree(once, target)
    (target / "old.html").write_text("left over")
    (target / "index.html").write_text("of an earlier day")
    build_site(small, target, version="1")
    before, after = (
        {f.relative_to(folder): f.read_bytes() for f in folder.rglob("*") if f.is_file()} for folder in (once, target)
    )
    assert before.keys() == after.keys()
    assert [str(path) for path in before if before[path] != after[path]] == []
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".")] == []


def test_the_verb_builds_and_a_state_without_records_is_not_reviewed(
    small: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--project", str(small.root), "site", "-o", str(tmp_path / "site")]) == 0
    told = capsys.readouterr()
    assert told.out.strip().endswith("site/index.html")
    assert "pages" in told.err
    unread = (tmp_path / "site/states/ut.html").read_text(encoding="utf-8")
    assert unread.count('class="chip v-not-reviewed"') == 8
    assert "That does not mean that it has none." in unread
    wrong = ["--project", str(small.root), "site", "-o", str(tmp_path / "s"), "--base-url", "ftp://x"]
    assert main(wrong) == 2
    assert "isn't a web address" in capsys.readouterr().err


@pytest.mark.parametrize("folder", [assets.FOLDER / "vendor", Path(__file__).parent / "vendor"])
def test_kept_libraries_are_what_the_registry_published(folder: Path) -> None:
    found = assets.vendored_assets(folder)
    assert any(path.endswith("LICENSE") for path in found)
    assert all(entry["integrity"].startswith("sha512-") for entry in json.loads((folder / "vendor.json").read_text()))


def test_a_changed_library_is_refused(tmp_path: Path) -> None:
    shutil.copytree(assets.FOLDER / "vendor", tmp_path / "vendor")
    file = tmp_path / "vendor/oxigraph/web_bg.wasm.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()) + b"\0"))
    with pytest.raises(SiteError, match="oxigraph"):
        assets.vendored_assets(tmp_path / "vendor")


def test_kept_files_are_small() -> None:
    folders = (assets.FOLDER, Path(__file__).parent / "vendor")
    assert sum(f.stat().st_size for folder in folders for f in folder.rglob("*") if f.is_file()) < 3_000_000


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-11-23", "23 Nov 2026"), ("2025-05", "May 2025"), ("2019", "2019"), ("spring", "spring")],
)
def test_dates_are_said_as_precisely_as_they_are_known(written: str, said: str) -> None:
    assert day(written) == said


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://a\nb", ""])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert web(url) == ""
    assert web("https://legislature.idaho.gov/statutes") == "https://legislature.idaho.gov/statutes"


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_colors_of_answers_are_legible_and_can_be_told_apart() -> None:
    css = (assets.FOLDER / "site.css").read_text(encoding="utf-8")
    blocks = re.findall(r"color-scheme: (light|dark);(.*?)\}", css, re.DOTALL)
    assert [scheme for scheme, _ in blocks] == ["light", "dark", "dark"]
    assert blocks[1][1].split() == blocks[2][1].split(), "the two dark sets differ"
    for scheme, block in blocks:
        colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for name in ("present", "some", "slight", "unsure", "absent", "blank", "notice"):
            assert _contrast(colors[name], colors[f"{name}-ink"]) >= 4.5, (scheme, name)
        for name in ("ink", "ink-soft", "link", "doubt", "absent"):
            assert _contrast(colors[name], colors["paper"]) >= 4.5, (scheme, name)
        steps = [colors[name] for name in ("present", "some", "slight")]
        assert all(_contrast(a, b) > 1.7 for a, b in itertools.pairwise(steps)), scheme
