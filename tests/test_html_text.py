"""Pages as text: rows, lists, what is hidden, quotes and their marks, hostile pages in linear time."""

from __future__ import annotations

from functools import partial

import pytest

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK
from mailbot.mail_in.html_text import MAX_HTML, html_to_text
from tests.timing import assert_linear


def text_of(page: str) -> str:
    return html_to_text(page).text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("просто текст", "просто текст"),
        ("a<br>b", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a<div>b</div></div>", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("a \n  b\tc", "a b c"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("&lt;a&gt; &amp; &#1071; &#x44f; &laquo;x&raquo; &nosuch;", "<a> & Я я «x» &nosuch;"),
        ("1 < 2 и 3 > 2", "1 < 2 и 3 > 2"),
        ('<a href="https://x.example">сюда</a>', "сюда"),
        ('<a href="mailto:a@b.example">Иван</a>', "Иван <a@b.example>"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<img src=x alt="логотип"><img alt="🙂">', "🙂"),
        ("<h1>Акт</h1>текст", "Акт\n\nтекст"),
        ("<b>жир</b>ный", "жирный"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ('<p title="a > b">x</p>', "x"),
    ],
)
def test_text(page: str, text: str) -> None:
    assert text_of(page) == text


@pytest.mark.parametrize(
    "page",
    [
        "<style>p{}</style>виден",
        "<script>document.write('<p>нет</p>')</script>виден",
        "<title>нет</title>виден",
        "<head><title>нет</title></head><body>виден",
        "<!-- нет -->виден",
        "<!--[if mso]><p>нет</p><![endif]-->виден",
        "<![if !mso]>виден<![endif]>",
        "<?xml version='1.0'?><!DOCTYPE html>виден",
        "<xml><o:shape>нет</o:shape></xml>виден",
        "<p style='display : none'>нет</p>виден",
        "<div style=\"visibility:hidden\"><div>нет</div>нет</div>виден",
        "<p hidden>нет</p>виден",
        "<span style='font-size:0'>нет</span>виден",
        "<span style='mso-hide:all'>нет</span>виден",
        "<div style='max-height:0px;overflow:hidden'>нет</div>виден",
        "<div style='height:0;overflow:hidden'>нет</div>виден",
        "<span style='opacity:0;'>нет</span>виден",
        "<div style='position:absolute;left:-9999px'>нет</div>виден",
        "<span style='color:#FFF;background-color:#fff'>нет</span>виден",
        "<style>p.a, .note{color:red;display:none}</style><div class='x NOTE'>нет</div>виден",
        "<style>#pre{visibility:hidden}</style><div id=pre>нет</div>виден",
        "<template>нет</template>виден",
    ],
)
def test_only_what_is_seen(page: str) -> None:
    assert text_of(page) == "виден"


@pytest.mark.parametrize("sheet", ["@media (max-width:600px){.a{display:none}} .b{display:none}", ".b .a{display:none}", ".a{display:block}", ".aa{display:none}"])
def test_a_style_sheet_hides_only_what_it_names_on_every_screen(sheet: str) -> None:
    assert text_of(f"<style>{sheet}</style><p class=a>виден</p>") == "виден"


@pytest.mark.parametrize("style", ["opacity:0.5", "text-indent:-18.0pt", "color:inherit;background:inherit", "color:rgb(1,2,3);background:rgb(4,5,6)", "font-size:0.9em", "font-size:09pt", "display:inline", "max-height:10px;overflow:hidden", "line-height:0.9"])
def test_what_is_seen_is_not_hidden(style: str) -> None:
    assert text_of(f"<p style='{style}'>виден</p>") == "виден"


def test_an_element_hidden_and_never_closed_is_read_without_hiding() -> None:
    assert text_of("<div style='display:none'>a<p>письмо</p>") == "a\n\nписьмо"


def test_unclosed_comment_style_and_title_swallow_nothing() -> None:
    assert text_of("<!-- a <p>письмо</p>").endswith("письмо")
    assert text_of("<style>a<p>письмо</p>").endswith("письмо")
    assert text_of("<title>a<p>письмо</p>").endswith("письмо")


def test_rows_keep_their_cells_and_columns() -> None:
    page = "<table><tr><th>Товар<th>Накл.<th>Факт<tr><td><p>Насос</p><p>КТ</p><td><td>4</table>после"
    assert text_of(page) == "Товар\tНакл.\tФакт\nНасос КТ\t\t4\nпосле"


def test_spans_keep_columns_apart() -> None:
    assert text_of("<table><tr><td colspan=2>Итого<td>5</tr></table>") == "Итого\t\t5"
    assert text_of("<table><tr><td colspan=99999999999>a<td>b</tr></table>") == "a\tb"


def test_a_cell_that_reaches_down_keeps_the_columns_of_the_rows_below() -> None:
    page = "<table><tr><td rowspan=2>Насос<td>10<td>8<tr><td>20<td>17<tr><td>Муфта<td rowspan=2>5<td>4<tr><td>Клапан<td>3</table>"
    assert text_of(page) == "Насос\t10\t8\n\t20\t17\nМуфта\t5\t4\nКлапан\t\t3"
    assert text_of("<table><tr><td rowspan=2>Насос<td>10<tr><td>8</table>") == "Насос\t10\n\t8"


def test_a_picture_that_reaches_down_beside_a_letter_moves_nothing() -> None:
    assert text_of("<table><tr><td rowspan=2><img src=x><td>Добрый день!<tr><td>Насос течёт.</table>") == "Добрый день!\nНасос течёт."


def test_items_have_their_own_numbers() -> None:
    assert text_of("<ol><li>a<li value=5>b<li>c</ol><ol type=a start=2><li>d</ol>") == "1. a\n5. b\n6. c\nb. d"


def test_a_table_inside_a_cell_keeps_its_rows() -> None:
    page = "<table><tr><td><p>Привет</p><table><tr><td>a<td>b</tr><tr><td>c<td>d</tr></table></td></tr></table>"
    assert text_of(page) == "Привет\n\na\tb\nc\td"


def test_long_cells_stand_one_under_the_other() -> None:
    page = f"<table><tr><td>Меню</td><td>{'слово ' * 100}</td></tr></table>"
    assert "\t" not in text_of(page)


def test_quotes_and_indentation() -> None:
    assert text_of("я<blockquote>он<blockquote>она</blockquote></blockquote>я") == "я\n\n> он\n>\n> > она\n\nя"
    assert text_of('я<blockquote style="margin:0 0 0 40px;border:none;padding:0px">отступ</blockquote>') == "я\nотступ"
    assert "> " in text_of("<blockquote style='border:none;border-left:solid #CCCCCC 1.0pt'>он</blockquote>")


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="gmail_quote">', '<div class="x_gmail_quote_container y">', '<div class="moz-cite-prefix">', '<div id="divRplyFwdMsg" dir="ltr">', '<div id="x_divRplyFwdMsg">',
        '<hr id="stopSpelling">', '<hr id=zwchr>', '<div class="yahoo_quoted" id="yahoo_quoted_1">', '<span id="OLK_SRC_BODY_SECTION">',
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>", "<div style='border:none;border-top:solid #B5C4DF 1.0pt'>",
        '<div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); border-top-width: 1px; border-top-style: solid;">',
    ],
)  # fmt: skip
def test_places_that_mail_programs_mark(opening: str) -> None:
    assert QUOTE_MARK in text_of(f"я{opening}From: a").split("\n")


def test_ordinary_elements_are_not_marked() -> None:
    page = '<div class="gmail_default" id="quote">a</div><div style="border:1px solid red">b</div><div class="signature-free">c</div>'
    assert text_of(page) == "a\nb\nc"


def test_signatures_that_mail_programs_mark() -> None:
    assert text_of('a<div class="gmail_signature">b</div>').split("\n") == ["a", SIGNATURE_MARK, "b"]


def test_no_stranger_writes_our_marks() -> None:
    page = f"a{QUOTE_MARK}b&#2;c&#x3;d&#0;&#xD800;&#99999999999999999999999999999;"
    assert text_of(page) == "abcd\ufffd\ufffd\ufffd"


def test_a_page_over_the_cap_says_so() -> None:
    whole, cut = html_to_text("a" * MAX_HTML), html_to_text("a" * (MAX_HTML + 1))
    assert whole.problems == ()
    assert len(whole.text) == len(cut.text) == MAX_HTML
    assert "2 MB" in cut.problems[0]


HOSTILE = {
    "div": "<div>", "blockquote": "<blockquote>", "lists": "<ul><li>", "tables": "<table><tr><td>x", "less": "<", "comments": "<!--", "ampersands": "&&&", "numbers": "&#9",
    "open quote": '<a "', "open value": '<a x="', "attributes": "<p " + "a=b ", "cells": "<td>x", "rows": "<tr><td>a<td>b", "marks": "<div class=gmail_quote>x", "styles": "<style>",
    "scripts": "<script ", "titles": "<title>", "hidden": "<p style=display:none>x", "height": '<span style="' + "line-height:0;" * 50 + '">', "links": '<a href="mailto:a@b.ru">x',
    "borders": '<div style="border-top:solid 1">x', "rules": "<hr>x", "pre": "<pre>x\n", "quotes": "<blockquote>x</blockquote>", "breaks": "<br>", "nested": "<table><tr><td>x<table>",
    "mixed quotes": "<a '\"'\" ", "turkish": "İ<style>", "closing": "</td></tr></table></blockquote></ul>", "end": "</", "declarations": "<!a", "instructions": "<?a",
    "sheets": "<style>.a{display:none}</style>", "open sheet": "<style>@media x{", "selectors": ",.a{",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_linear_time(name: str) -> None:
    unit = HOSTILE[name]
    small, large = (unit * (200_000 // len(unit)), unit * (400_000 // len(unit)))
    assert_linear(partial(html_to_text, small), partial(html_to_text, large), floor=0.4, cap=3)


def test_cells_that_reach_down_for_ever_take_linear_time() -> None:
    small, large = ("<table>" + "<tr><td rowspan=999>a<td>b" * count for count in (8_000, 16_000))
    assert_linear(partial(html_to_text, small), partial(html_to_text, large), floor=0.4, cap=3)
