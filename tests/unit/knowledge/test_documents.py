"""Documents: every format becomes text with a heading path; what is wrong is named."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.documents import (
    MAX_BYTES,
    Document,
    SourceFile,
    UnreadableDocument,
    files,
    page_of,
    read,
)
from commercial_agent.knowledge.passages import MAX_CHARACTERS, Passage, cut

ROOT = Path(__file__).parents[3]


def source(path: str, text: str | bytes) -> SourceFile:
    data = text.encode() if isinstance(text, str) else text
    return SourceFile(path, data, len(data))


def passages(text: str, path: str = "a.md") -> tuple[Passage, ...]:
    return cut(read(source(path, text)))[0]


def test_front_matter_is_read() -> None:
    document = read(
        source(
            "garantia.md",
            "---\ntitle: Garantía\nlanguage: es\ntags: [warranty]\nvalid_from: 2024-06-01\nvalid_until: 2027-01-01\n"
            "questions:\n  - ¿Cuánto dura?\n---\n# Garantía\n\nTres meses.\n",
        )
    )
    assert document.title == "Garantía"
    assert document.tags == ("warranty",)
    assert (document.valid_from, document.valid_until) == (date(2024, 6, 1), date(2027, 1, 1))
    assert document.questions == ("¿Cuánto dura?",)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (b"\xff\xff\x00garant\xeda", "UTF-8"),
        (b"abc\x00def", "binary"),
        ("---\ntitle: x\nno end", "no end"),
        ("---\n- a\n- b\n---\ntext", "names and values"),
        ("---\ntitle: [\n---\ntext", "YAML"),
        ("---\nvalid_from: pronto\n---\ntext", "valid_from"),
        ("---\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\ntext", "before"),
        ("---\nlanguage: klingon\n---\ntext", "language"),
        ("---\ntags:\n  - a: b\n---\ntext", "tags"),
        ("---\nunanswered: maybe\n---\ntext", "unanswered"),
        ("---\ntitle: x\n---\n", "no text"),
    ],
)
def test_a_document_that_cannot_be_trusted_is_refused_by_name(text: str | bytes, what: str) -> None:
    with pytest.raises(UnreadableDocument, match=what):
        read(source("a.md", text))


def test_a_file_of_fifty_megabytes_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(50 * 2**20)
    (found,) = files(tmp_path)
    assert isinstance(found, SourceFile)
    assert found.data is None
    with pytest.raises(UnreadableDocument, match=str(MAX_BYTES // 2**20)):
        read(found)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidKnowledge):
        list(files(tmp_path / "nowhere"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("secret", encoding="utf-8")
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "link.md").symlink_to(outside)
    assert list(files(folder)) == []


def test_translations_of_a_page_share_its_name() -> None:
    assert page_of("en/garantia.md") == page_of("garantia.md") == "garantia"


def test_headings_give_passages_their_path() -> None:
    found = passages("# Garantía\n\nIntro.\n\n## Uno\n\nA.\n\n### Dos\n\nB.\n\n## Tres\n\nC.\n")
    assert [(p.headings, p.text) for p in found] == [
        ((), "Intro."),
        (("Uno",), "A."),
        (("Uno", "Dos"), "B."),
        (("Tres",), "C."),
    ]


def test_a_heading_inside_a_code_fence_is_text() -> None:
    assert len(passages("Texto.\n\n```\n# no es título\n```\n")) == 1


def test_a_list_is_kept_whole_and_a_table_becomes_lines() -> None:
    (found,) = passages("Intro:\n\n- uno\n- dos\n\n| a | b |\n|---|---|\n| c | d |\n")
    assert found.text.splitlines() == ["Intro:", "- uno", "- dos", "- a: b", "- c: d"]


def test_markup_is_taken_off_and_links_keep_their_address() -> None:
    (found,) = passages("Ve **ya** a [la página](https://example.com/x).")
    assert found.text == "Ve ya a la página (https://example.com/x)."


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = passages("Esta es una frase de prueba que no dice nada. " * 100)
    assert len(found) > 3
    assert all(len(p.text) <= MAX_CHARACTERS and p.text.endswith(".") for p in found)


def test_questions_go_to_the_heading_they_are_listed_for() -> None:
    document = Document("a.md", "T", "es", "## Uno\n\nA.\n\n## Dos\n\nB.\n", section_questions={"dos": ("¿B?",)})
    found, warnings = cut(document)
    assert [p.questions for p in found] == [(), ("¿B?",)]
    assert warnings == ()


def test_questions_for_a_heading_that_is_not_there_are_noted_and_kept() -> None:
    document = Document(
        "a.md", "T", "es", "## Garantía\n\nTres meses.\n\n## Pagos\n\nTransferencia.\n",
        section_questions={"Otra": ("¿aceptan transferencia?",)},
    )  # fmt: skip
    found, warnings = cut(document)
    assert found[1].questions == ("¿aceptan transferencia?",)
    assert "Otra" in warnings[0]


def test_html_gives_title_language_headings_lists_and_tables() -> None:
    page = (
        "<html lang='es'><head><title>Pagos</title></head><body><nav>menú</nav><h2>Cómo</h2><p>Por <b>SPEI</b>.</p>"
        "<ul><li>uno</li><li>dos</li></ul><script>alert(1)</script><table><tr><td>a</td><td>b</td></tr></table></body></html>"
    )
    document = read(source("pagos.html", page))
    (found,) = cut(document)[0]
    assert (document.title, document.language) == ("Pagos", "es")
    assert found.headings == ("Cómo",)
    assert found.text == "Por SPEI .\n- uno\n- dos\n- a: b"


@pytest.fixture
def pdf() -> Callable[[str, str | None], bytes]:
    def make(text: str, password: str | None = None) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        buffer = io.BytesIO()
        canvas = Canvas(buffer, encrypt=password) if password else Canvas(buffer)
        canvas.drawString(72, 700, text)
        canvas.save()
        return buffer.getvalue()

    return make


def test_a_pdf_is_read(pdf: Callable[[str, str | None], bytes]) -> None:
    found = cut(read(source("a.pdf", pdf("La entrega tarda tres dias.", None))))[0]
    assert [p.text for p in found] == ["La entrega tarda tres dias."]


def test_a_protected_pdf_is_named_as_such(pdf: Callable[[str, str | None], bytes]) -> None:
    with pytest.raises(UnreadableDocument, match="password"):
        read(source("a.pdf", pdf("secreto", "clave")))


@pytest.mark.parametrize("path", ["a.pdf", "a.docx"])
def test_a_broken_file_is_named_as_such(path: str) -> None:
    with pytest.raises(UnreadableDocument, match="can be opened"):
        read(source(path, b"%PDF-1.7 this is nothing of the kind" * 20))


def test_a_word_file_is_read_with_its_headings() -> None:
    from docx import Document as WordDocument

    word = WordDocument()
    word.add_heading("Entrega", level=1)
    word.add_paragraph("En tu casa.")
    buffer = io.BytesIO()
    word.save(buffer)
    found = cut(read(source("entrega.docx", buffer.getvalue())))[0]
    assert [p.text for p in found] == ["En tu casa."]


def test_the_default_pages_are_clean_and_short_enough_for_a_chat() -> None:
    for file in files(ROOT / "dealership" / "knowledge"):
        assert isinstance(file, SourceFile)
        found, warnings = cut(read(file))
        assert warnings == ()
        assert all(len(p.text) <= 500 and p.questions for p in found)


def test_every_default_page_says_the_same_sections_in_three_languages() -> None:
    sections: dict[str, set[int]] = {}
    for file in files(ROOT / "dealership" / "knowledge"):
        assert isinstance(file, SourceFile)
        document = read(file)
        sections.setdefault(document.page, set()).add(len(cut(document)[0]))
    assert all(len(counts) == 1 for counts in sections.values())


def test_a_paragraph_without_end_is_cut_between_words() -> None:
    passages, _ = cut(Document("a.md", "A", "es", "palabra " * 5_000))
    assert len(passages) > 10
    assert max(len(passage.text) for passage in passages) <= MAX_CHARACTERS
    assert sum(len(passage.text.split()) for passage in passages) == 5_000
