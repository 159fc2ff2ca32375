"""The script that takes pictures knows every page, and the README has those that it took."""

import re

from tests.pages.screenshots import IDS, README, pages
from tests.support.processes import ROOT


def test_every_page_of_the_front_end_is_taken() -> None:
    listed = "".join(file.read_text() for file in (ROOT / "frontend/src/app").glob("*.ts"))
    loaded = set(re.findall(r"import\('\.\./pages/(\w+)/", listed))
    assert len({page.path for page in pages()}) > len(loaded), "and GraphiQL"
    assert len({page.name for page in pages()}) == len(pages())
    for page in pages():
        prefix, named, _ = page.path.partition(":id")
        assert not named or prefix in IDS, f"tests/pages/screenshots.py needs an id for {page.path}"


def test_the_readme_shows_what_the_script_takes() -> None:
    shown = re.findall(r"docs/images/(\w+)\.png", (ROOT / "README.md").read_text())
    assert sorted(shown) == sorted(README)
    for name in README:
        picture = ROOT / "docs/images" / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size < 400_000
