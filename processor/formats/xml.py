"""XML and SVG: well-formed, and without what attacks its readers."""

from __future__ import annotations

import re
from codecs import BOM_UTF32_BE, BOM_UTF32_LE, getincrementaldecoder
from itertools import islice
from typing import TYPE_CHECKING, Any

from processor.findings import Finding
from processor.formats.base import About, Rejected, over
from processor.formats.machine import of_machine
from processor.formats.stated_encodings import SEVERAL_BYTES, decoder_of
from processor.formats.xml_faults import fault, not_as_declared
from processor.formats.xml_scripts import is_script

if TYPE_CHECKING:
    from codecs import IncrementalDecoder

    from processor.formats.base import Ceilings, Examination, File, Profile

_PIECE_BYTES = 65_536
_MOST_NAMES = 50_000
_MOST_NAME_BYTES = 8_388_608
_MOST_NAMESPACES = 50
_LONGEST = 200
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_DECLARED = re.compile(rb"<\?xml\s[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,40})[\"']")
_SVG = "http://www.w3.org/2000/svg svg"
# Drawing programs and HTML editors refer to these DTDs in each document; they are what they say.
_STANDARD_DTDS = ("http://www.w3.org/", "https://www.w3.org/")
_CHECKED = (
    "Well-formed to the end, namespaces too. Entity declarations are errors; a reference to an external DTD, "
    "which is never fetched, is a warning"
)
_DESCRIBED = "Root element, namespaces, number of elements and attributes, depth, encoding"
_BOUNDED = "`maxNesting` levels; `maxLineBytes` of one tag, comment or document type; 50,000 different names."


class Xml:
    """An XML document of any kind."""

    name = "xml"
    label = "an XML document"
    media_types = frozenset({"application/xml", "text/xml", "application/xhtml+xml"})
    suffixes = frozenset(
        {".xml", ".xsd", ".xsl", ".xslt", ".wsdl", ".xhtml", ".rdf", ".rss", ".atom", ".kml", ".gpx", ".gml"}
    )
    about = About(
        "An XML declaration; promised by `.xml` and others.", f"{_CHECKED}.", f"{_DESCRIBED}.", _BOUNDED
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Parse all of it, in pieces."""
        return _parsed(file, work).profile()


class Svg:
    """An XML document that is a drawing."""

    name = "svg"
    label = "an SVG drawing"
    media_types = frozenset({"image/svg+xml"})
    suffixes = frozenset({".svg"})
    about = About(
        "The tag `<svg` at the beginning; promised by `.svg`.",
        f"{_CHECKED}. So are scripts.",
        f"{_DESCRIBED}; width, height and viewBox; whether it has scripts.",
        _BOUNDED,
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Parse all of it, and look for scripts.

        Raises:
            Rejected: `format-error`, because it is some other XML document.
        """
        document = _parsed(file, work)
        if document.root != _SVG:
            message = "The document is XML, but no SVG drawing: its root is no svg of SVG's namespace."
            raise Rejected("format-error", message)
        return document.profile() | document.drawing


FORMATS = (Xml(), Svg())


class _Document:
    """Feeds expat, and counts what it tells."""

    def __init__(self, file: File, work: Examination) -> None:
        from xml.parsers import expat

        self.root = ""
        self._head = file.head[:2]
        self.drawing: dict[str, Any] = {}
        self._ceilings: Ceilings = work.ceilings
        self._findings = work.findings
        self._names: dict[str, Any] = {}
        self._known_names = self._name_bytes = 0
        self._elements = self._attributes = self._level = self._depth = 0
        self._namespaces: dict[str, None] = {}
        self._cut = False
        self._encoding = work.contract.encoding if work.contract else None
        self._doctype: int | None = None
        self._prefixes: set[int] = set()
        self._decoder = self._own_decoder(file.head)
        self._expat = expat.ParserCreate("utf-8" if self._decoder else self._encoding, " ", self._names)
        self._expat.ordered_attributes = True
        self._expat.specified_attributes = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.StartNamespaceDeclHandler = self._namespace
        self._expat.XmlDeclHandler = self._declaration
        self._expat.StartDoctypeDeclHandler = self._doctype_starts
        self._expat.EndDoctypeDeclHandler = self._doctype_ends
        self._expat.EntityDeclHandler = self._entity
        # So that expat reads on after a parameter entity; the external subset is passed over, not fetched.
        self._expat.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        self._expat.ExternalEntityRefHandler = lambda *_: 1

    @property
    def line(self) -> int:
        """Where expat is."""
        return self._expat.CurrentLineNumber

    def read(self, file: File) -> None:
        """All of it.

        Raises:
            Rejected: it goes over a ceiling, or is unsafe.
            ExpatError: it is not well-formed.
            UnicodeError: it is not in the encoding that it declares.
        """
        fed = 0
        with file.path.open("rb") as stream:
            while piece := stream.read(max(1, min(_PIECE_BYTES, self._ceilings.max_line_bytes))):
                fed += self._feed(piece)
                self._check_sizes(fed)
        self._feed(b"", final=True)

    def _feed(self, piece: bytes, *, final: bool = False) -> int:
        if self._decoder:
            try:
                piece = self._decoder.decode(piece, final).encode()
            except UnicodeDecodeError as error:  # so that expat knows the line
                self._expat.Parse(error.object[: error.start].decode(error.encoding, "replace").encode())
                raise
        self._expat.Parse(piece, final)
        return len(piece)

    def _own_decoder(self, head: bytes) -> IncrementalDecoder | None:
        """For encodings that expat does not know: those with several bytes for a character."""
        if head.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):
            self._encoding = "utf-32"
            return getincrementaldecoder("utf-32")()
        declared = _DECLARED.match(head)
        name = self._encoding or (declared.group(1).decode() if declared else "")
        decoder = decoder_of(name, SEVERAL_BYTES)
        if decoder:
            self._encoding = name
        return decoder

    def _check_sizes(self, fed: int) -> None:
        """What expat holds, because it is not finished or for the rest of the document, has an end."""
        most = self._ceilings.max_line_bytes
        if fed - max(self._expat.CurrentByteIndex, 0) > most:
            raise self._over("maxLineBytes", most, "A tag, comment or the like has too many bytes")
        if self._doctype is not None and fed - self._doctype > most:
            raise self._over("maxLineBytes", most, "The document type declaration has too many bytes")
        new = len(self._names) - self._known_names
        if new:
            self._known_names += new
            self._name_bytes += sum(len(name or "") for name in islice(reversed(self._names), new))
        if self._known_names + len(self._prefixes) > _MOST_NAMES or self._name_bytes > _MOST_NAME_BYTES:
            message = f"There are more than {_MOST_NAMES:,} different names of elements and attributes."
            raise Rejected("ceiling-error", message, line=self.line)

    def _over(self, ceiling: str, limit: int, what: str) -> Rejected:
        rejected = over(ceiling, limit, what)
        return Rejected(rejected.type, rejected.message, line=self.line)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        self._attributes += len(attributes) // 2
        self._level += 1
        if self._level > self._depth:
            self._deeper(name, attributes)
        if self.root == _SVG and not self.drawing["scripts"] and is_script(name, attributes):
            self.drawing["scripts"] = True
            message = "The drawing holds a script, a link to one, or foreign content, which a browser runs."
            self._findings.warning(Finding(type="unsafe-error", message=message, line_number=self.line))

    def _deeper(self, name: str, attributes: list[str]) -> None:
        self._depth, most = self._level, self._ceilings.max_nesting
        if self._depth > most:
            raise self._over("maxNesting", most, f"Elements are nested more deeply than {most:,} levels")
        if self._depth == 1:
            self.root = name
            if name == _SVG:
                size = zip(attributes[::2], attributes[1::2], strict=True)
                self.drawing = {
                    key: value[:_LONGEST] for key, value in size if key in ("width", "height", "viewBox")
                }
                self.drawing["scripts"] = False

    def _end(self, name: str) -> None:
        self._level -= 1

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if prefix and hash(prefix) not in self._prefixes:
            self._prefixes.add(hash(prefix))
            self._name_bytes += len(prefix)
        if uri and uri[:_LONGEST] not in self._namespaces:
            if len(self._namespaces) < _MOST_NAMESPACES:
                self._namespaces[uri[:_LONGEST]] = None
            else:
                self._cut = True

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self._encoding = self._encoding or encoding

    def _doctype_starts(self, name: str, system_id: str | None, public_id: str | None, subset: bool) -> None:
        self._doctype = self._expat.CurrentByteIndex
        self._expat.DefaultHandler = self._unhandled
        if system_id and not system_id.startswith(_STANDARD_DTDS):
            message = (
                "The document refers to an external DTD, which was not fetched; other programs may do so."
            )
            self._findings.warning(Finding(type="unsafe-error", message=message, line_number=self.line))

    def _doctype_ends(self) -> None:
        self._doctype = None
        self._expat.DefaultHandler = None

    def _unhandled(self, token: str) -> None:
        # Behind a reference to something in an external DTD, expat no longer calls the handler of entities.
        if token.startswith(("<!ENTITY", "%")):
            self._entity()

    def _entity(self, *_: object) -> None:
        message = (
            "The document declares an entity, with which a document can read files or exhaust the memory of "
            "whoever opens it. Write out the text that it stands for."
        )
        raise Rejected("unsafe-error", message, line=self.line)

    @property
    def encoding(self) -> str:
        """In small letters: UTF-16 is seen, others are declared, and it is UTF-8 without a declaration."""
        wide = self._head in _WIDE and not self._decoder
        return "utf-16" if wide else (self._encoding or "utf-8").lower()

    def profile(self) -> Profile:
        """What was counted."""
        return {
            "root": self.root.rpartition(" ")[2][:_LONGEST],
            "namespaces": list(self._namespaces),
            "elements": self._elements,
            "attributes": self._attributes,
            "depth": self._depth,
            "encoding": self.encoding[:_LONGEST],
        } | ({"cut": True} if self._cut else {})


def _parsed(file: File, work: Examination) -> _Document:
    from xml.parsers import expat

    document = _Document(file, work)
    try:
        document.read(file)
    except expat.ExpatError as error:
        if of_machine(error):
            raise
        raise fault(error, document.encoding, file) from error
    except UnicodeError as error:
        raise not_as_declared(document.encoding, document.line) from error
    except (LookupError, ValueError) as error:  # from Python's codecs, for what expat does not know itself
        message = "The encoding that the document declares is not known, or too rare; save it as UTF-8."
        raise Rejected("encoding-error", message, line=1) from error
    return document
