"""XML and SVG: well-formed, bounded, and harmless."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.model import Contract
from processor.formats.base import Ceilings
from processor.formats.xml import FORMATS
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from pathlib import Path

XML, SVG = FORMATS
ORDER = b"""<?xml version="1.0" encoding="UTF-8"?>
<o:order xmlns:o="urn:orders" xmlns="urn:lines" number="7">
  <line o:sku="1">Stra\xc3\x9fe</line>
  <!-- nothing --><line/>
</o:order>
"""
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [
  <!ENTITY b "ha">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<a>&c;</a>
"""


def test_a_document_is_described() -> None:
    examined = examine(XML, ORDER)

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile == {
        "root": "order",
        "namespaces": ["urn:orders", "urn:lines"],
        "elements": 3,
        "attributes": 2,
        "depth": 2,
        "encoding": "utf-8",
    }


GOOD = {
    "no declaration": (b"<a/>", "utf-8"),
    "a byte order mark": (b"\xef\xbb\xbf<a/>", "utf-8"),
    "UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><a>ä</a>'.encode("utf-16"), "utf-16"),
    "UTF-16 without a mark": ("<a/>".encode("utf-16-le"), "utf-16"),
    "Latin-1": (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>', "iso-8859-1"),
    "Windows-1252": (b'<?xml version="1.0" encoding="windows-1252"?><a>\x80</a>', "windows-1252"),
    "Shift_JIS": ('<?xml version="1.0" encoding="Shift_JIS"?><a>日本</a>'.encode("shift_jis"), "shift_jis"),
    "what programs mean by EUC-KR": (
        "<?xml version='1.0' encoding='euc-kr'?><a>똠방각하</a>".encode("cp949"),
        "euc-kr",
    ),
    "GB 18030": ("<?xml version='1.0' encoding='gb18030'?><a>中文</a>".encode("gb18030"), "gb18030"),
    "UTF-32": ('<?xml version="1.0" encoding="utf-32"?><a>ä</a>'.encode("utf-32"), "utf-32"),
    "UTF-32 without a declaration": ("<a>ä</a>".encode("utf-32"), "utf-32"),
    "the five entities": (b"<a>&lt;&gt;&amp;&quot;&apos;&#228;&#xe4;</a>", "utf-8"),
    "a CDATA section": (b"<a><![CDATA[<b>]]></a>", "utf-8"),
    "a document type alone": (b"<!DOCTYPE html><html/>", "utf-8"),
    "declared elements": (b"<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA 'c'>]><a/>", "utf-8"),
}


@pytest.mark.parametrize(("content", "encoding"), GOOD.values(), ids=GOOD)
def test_what_is_well_formed_is_taken(content: bytes, encoding: str) -> None:
    examined = examine(XML, content)

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile["encoding"] == encoding


BAD = {
    "nothing": (b"", "source-error", 1),
    "cut off": (ORDER[:150], "source-error", 4),
    "the wrong end tag": (b"<a>\n<b>\n</a>", "source-error", 3),
    "two roots": (b"<a/>\n<b/>", "source-error", 2),
    "text behind the root": (b"<a/>\nx", "source-error", 2),
    "an entity of HTML": (b"<a>\n&nbsp;</a>", "source-error", 2),
    "an unknown prefix": (b"<a>\n<x:b/></a>", "source-error", 2),
    "an attribute twice": (b"<a b='1'\nb='2'/>", "source-error", 2),
    "an attribute without quotes": (b"<a b=1/>", "source-error", 1),
    "a control character": (b"<a>\n\x01</a>", "source-error", 2),
    "a bare ampersand": (b"<a>\nyou & me</a>", "source-error", 2),
    "something before the declaration": (b" <?xml version='1.0'?><a/>", "source-error", 1),
    "half a character": ("\ufeff<a>".encode("utf-16-le") + b"x", "source-error", 1),
    "no UTF-8": (b"<a>\nM\xfcnchen</a>", "encoding-error", 2),
    "broken before it is no UTF-8": (b"<a>\n<b></a>\n\xfc", "source-error", 2),
    "an encoding that nobody knows": (b"<?xml version='1.0' encoding='klingon'?><a/>", "encoding-error", 1),
    "not the declared one of several bytes": (
        b"<?xml version='1.0' encoding='shift_jis'?>\n<a>\x81\xff</a>",
        "encoding-error",
        2,
    ),
    "a cut one of several bytes": (
        '<?xml version="1.0" encoding="gbk"?>\n<a>中'.encode("gbk")[:-1],
        "encoding-error",
        2,
    ),
    "an encoding that it is not": (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "encoding-error", 1),
}


@pytest.mark.parametrize(("content", "type_", "line"), BAD.values(), ids=BAD)
def test_what_is_not_well_formed_has_a_line(content: bytes, type_: str, line: int) -> None:
    assert examine(XML, content).errors == [(type_, line)]


def test_the_message_says_line_and_column_and_no_content() -> None:
    messages = examine(XML, b"<a>\n <secret>x</secrets></a>").messages

    assert "(line 2, column 13)" in messages
    assert "secret" not in messages


def test_an_encoding_may_be_declared_by_a_contract() -> None:
    contract = Contract(name="x", prefix="x", encoding="windows-1252")

    examined = examine(XML, b"<a>M\xfcnchen</a>", contract=contract)

    assert (examined.errors, examined.profile["encoding"]) == ([], "windows-1252")


UNSAFE = {
    "a billion laughs": (BOMB, 3),
    "a file": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 1),
    "an address": (b'<!DOCTYPE a [\n<!ENTITY b PUBLIC "x" "http://169.254.169.254/">]><a/>', 2),
    "a parameter entity": (b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://x/y.dtd"> %b;]><a/>', 1),
    "an unparsed entity": (b'<!DOCTYPE a [<!NOTATION n SYSTEM "n"><!ENTITY b SYSTEM "c" NDATA n>]><a/>', 1),
    "an unknown parameter entity": (b'<!DOCTYPE a SYSTEM "x" [%b;]><a>&c;</a>', 1),
    "an entity behind an element": (
        b'<!DOCTYPE a SYSTEM "x" [<!ELEMENT a ANY>\n<!ENTITY c "d">]><a>&c;</a>',
        2,
    ),
    "an entity behind an unknown one": (b'<!DOCTYPE a SYSTEM "x" [%b; <!ENTITY c "d">]><a>&c;</a>', 1),
}


@pytest.mark.parametrize(("content", "line"), UNSAFE.values(), ids=UNSAFE)
def test_an_entity_declaration_is_unsafe(content: bytes, line: int) -> None:
    assert examine(XML, content).errors == [("unsafe-error", line)]


def test_a_dtd_of_the_w3c_is_no_reason_to_warn() -> None:
    content = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    )

    examined = examine(SVG, content)

    assert (examined.errors, examined.warnings) == ([], [])


def test_a_dtd_that_only_begins_like_the_w3c_is_one() -> None:
    examined = examine(XML, b'<!DOCTYPE a SYSTEM "http://www.w3.org.example.net/a.dtd"><a/>')

    assert [warning[0] for warning in examined.warnings] == ["unsafe-error"]


@pytest.mark.parametrize("entity", [b"", b"&nbsp;"])
def test_an_external_dtd_is_not_fetched_and_a_warning(entity: bytes) -> None:
    content = (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN"\n"http://x/y.dtd"><html>' + entity + b"</html>"
    )

    examined = examine(XML, content)

    assert examined.errors == []
    assert [warning[0] for warning in examined.warnings] == ["unsafe-error"]


def test_nesting_has_a_ceiling() -> None:
    assert examine(XML, b"<a>\n" * 100_000).errors == [("ceiling-error", 513)]


LONG = {
    "a name": b"<a>\n<" + b"x" * 1_000,
    "an attribute": b'<a>\n<b c="' + b"x" * 1_000,
    "many attributes": b"<a>\n<b" + b"".join(b' a%d="1"' % n for n in range(200)) + b"/></a>",
    "a comment": b"<a>\n<!--" + b"x" * 1_000,
    "an instruction": b"<a>\n<?x " + b"x" * 1_000,
    "a document type": b"<!DOCTYPE a [\n" + b"<!ELEMENT a ANY>\n" * 100,
}


@pytest.mark.parametrize("content", LONG.values(), ids=LONG)
def test_one_tag_or_the_like_has_a_ceiling(content: bytes) -> None:
    examined = examine(XML, content, ceilings=Ceilings(max_line_bytes=100))

    assert [error[0] for error in examined.errors] == ["ceiling-error"]


@pytest.mark.parametrize("text", [b"x" * 5_000, b"<![CDATA[" + b"x" * 5_000 + b"]]>"])
def test_text_between_tags_may_have_any_length(text: bytes) -> None:
    examined = examine(XML, b"<a>" + text + b"</a>", ceilings=Ceilings(max_line_bytes=100))

    assert (examined.errors, examined.profile["elements"]) == ([], 1)


@pytest.mark.parametrize(
    "one",
    [b"<n%d/>", b'<n a%d=""/>', b'<n xmlns:n%d=""/>'.replace(b'""', b'"u"')],
    ids=["tags", "attributes", "xmlns"],
)
def test_different_names_have_a_ceiling(one: bytes) -> None:
    content = b"<a>" + b"".join(one % number for number in range(55_000)) + b"</a>"

    assert examine(XML, content).errors == [("ceiling-error", 1)]


def test_an_attribute_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(b'<a b="' + b"x" * 20_000_000 + b'"/>')
    tracemalloc.start()

    examined = examine(XML, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert examined.errors == [("ceiling-error", 1)]
    assert peak < 4_000_000


DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' %s>%s</svg>"


def test_a_drawing_is_described() -> None:
    examined = examine(
        SVG, DRAWING % (b"width='10mm' height='20' viewBox='0 0 10 20'", b"\n<path d='M0 0'/>")
    )

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile["root"] == "svg"
    assert {key: examined.profile[key] for key in ("width", "height", "viewBox", "scripts")} == {
        "width": "10mm",
        "height": "20",
        "viewBox": "0 0 10 20",
        "scripts": False,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"<SCRIPT/>",
        b"<g onclick='alert(1)'/>",
        b"<a xlink:href='javascript:alert(1)'/>",
        b"<a href=' java&#10;script:alert(1)'/>",
        b"<a href='&#x6a;AVASCRIPT:alert(1)'/>",
        b"<set attributeName='href' to='javascript:alert(1)'/>",
        b"<a href='data:text/html;base64,PHNjcmlwdD4='/>",
        b"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        b"<s:script xmlns:s='http://www.w3.org/2000/svg'/>",
    ],
)
def test_a_script_in_a_drawing_is_a_warning(content: bytes) -> None:
    examined = examine(SVG, DRAWING % (b"", b"\n" + content))

    assert (examined.errors, examined.warnings) == ([], [("unsafe-error", 2)])
    assert examined.profile["scripts"] is True


def test_an_event_handler_of_the_drawing_itself_is_a_warning() -> None:
    assert examine(SVG, DRAWING % (b"onload='alert(1)'", b"")).warnings == [("unsafe-error", 1)]


def test_other_xml_is_no_drawing() -> None:
    assert examine(SVG, ORDER, "order.svg").errors == [("format-error", None)]


def test_a_script_in_another_document_is_none_of_our_business() -> None:
    examined = examine(XML, b"<rules><script>x</script></rules>")

    assert (examined.warnings, "scripts" in examined.profile) == ([], False)


BITS = [
    b"<a>",
    b"</a>",
    b"<b/>",
    b"<",
    b">",
    b"&lt;",
    b"&",
    b"x",
    b"<!--",
    b"-->",
    b" ",
    b"c='1'",
    b"<?",
    b"]]>",
]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(BITS), max_size=8))
def test_whatever_the_bits_it_is_as_strict_as_pythons_own_reader(bits: list[bytes]) -> None:
    content = b"<a>" + b"".join(bits) + b"</a>"
    try:
        Tree.fromstring(content)
        well_formed = True
    except Tree.ParseError:
        well_formed = False

    assert (not examine(XML, content).errors) == well_formed
