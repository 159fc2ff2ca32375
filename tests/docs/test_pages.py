"""Every page and the README: what they name is there, and what they ask for can be asked for."""

import json
import re
from pathlib import Path

import pytest
import typer

from graph.schema import schema
from tests.docs.pages import PAGES, ROOT, blocks
from web.cli import app

FILES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:[\w-]+/)+[\w.-]*)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SWAPSHOP = re.compile(r"(?:`|^)(?:[A-Z_]+=\S+ )?(?:swapshop|\./run) ([a-z][a-z-]*)", re.MULTILINE)
RUNS_OWN = {"check", "test", "lock", "up", "load", "help"}  # words of ./run itself


def test_every_page_is_there() -> None:
    assert set(PAGES) <= {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_link_leads_somewhere(file: Path) -> None:
    for link in LINK.findall(FENCED.sub("", file.read_text())):
        path, _, heading = link.partition("#")
        if "://" in link:
            continue
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{file.name} links to {link}"
        assert not heading or heading in anchors(target), f"{file.name} links to {link}"


def anchors(file: Path) -> set[str]:
    """Of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_that_is_named_is_there(file: Path) -> None:
    missing = [name for name in NAMED.findall(file.read_text()) if not _is_there(name)]
    assert not missing


def _is_there(name: str) -> bool:
    """Media types, the name that the sender goes by, and what a build or a running shop writes are no files of ours."""
    others = {"application", "data", "swapshop-webhooks", "text"}
    return (ROOT / name).exists() or name == "frontend/dist" or name.partition("/")[0] in others


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_that_is_named_is_there(file: Path) -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(SWAPSHOP.findall(file.read_text())) <= known | RUNS_OWN


@pytest.mark.parametrize("page", PAGES)
def test_every_document_fits_the_schema_and_every_json_can_be_read(page: str) -> None:
    for block in blocks(page):
        if block.language == "graphql":
            assert not schema.documents.get(block.text).errors, block.place
        elif block.language == "json":
            json.loads(block.text)


def test_the_documents_of_the_readme_fit_the_schema() -> None:
    found = re.findall(r"^```graphql\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    for text in found:
        assert not schema.documents.get(text).errors


def test_a_link_to_an_example_of_graphiql_names_one() -> None:
    known = re.findall(
        r"^    name: '([\w-]+)',$", (ROOT / "frontend/src/graphiql/examples.ts").read_text(), re.MULTILINE
    )
    texts = [(ROOT / "README.md").read_text(), *(page.read_text() for page in (ROOT / "docs").glob("*.md"))]
    linked = {name for text in texts for name in re.findall(r"\?example=([\w-]+)", text)}
    assert linked
    assert linked <= set(known)
