from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.console.markup import to_html, to_line


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*fuerte*", "<strong>fuerte</strong>"),
        ("un _poco_ de ~todo~.", "un <em>poco</em> de <s>todo</s>."),
        ("*$5,377* al mes", "<strong>$5,377</strong> al mes"),
        ("*_los dos_*", "<strong><em>los dos</em></strong>"),
        ("uno\ndos", "uno<br>dos"),
        ("2*3*4 y snake_case_name", "2*3*4 y snake_case_name"),
        ("* no *", "* no *"),
        ("*abierto", "*abierto"),
        ("*a\nb*", "*a<br>b*"),
        ('<b onclick="x">&', "&lt;b onclick=&quot;x&quot;&gt;&amp;"),
    ],
)
def test_markup_is_that_of_the_phone(text: str, html: str) -> None:
    assert to_html(text) == html


def test_links_are_made_only_where_asked_for() -> None:
    text = "ve https://example.com/a_b_c?x=1&y=2. Y javascript:alert(1)"
    assert "<a" not in to_html(text)
    address = "https://example.com/a_b_c?x=1&amp;y=2"
    link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
    assert to_html(text, links=True) == f"ve {link}. Y javascript:alert(1)"


def test_a_line_has_no_markup() -> None:
    assert to_line("Así queda el *Jetta 2019*:\n\n- _mensualidad_") == "Así queda el Jetta 2019: - mensualidad"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.sampled_from(list("<>&\"'*_~=/ :abhtps.\nñ")), max_size=80), st.booleans())
def test_no_text_makes_a_tag_of_its_own(text: str, links: bool) -> None:
    tags = Tags()
    tags.feed(to_html(text, links))
    tags.close()
    assert {tag for tag, _ in tags.found} <= {"strong", "em", "s", "br", "a"}
    for tag, attributes in tags.found:
        if tag == "a":
            assert re.match(r"https?://", attributes["href"] or "")
            assert set(attributes) == {"href", "target", "rel"}
        else:
            assert attributes == {}


@given(st.text(max_size=200).filter(lambda text: not set(text) & set("*_~\n\r")))
def test_every_character_is_kept(text: str) -> None:
    tags = Tags()
    tags.feed(to_html(text))
    tags.close()
    assert tags.text == text
