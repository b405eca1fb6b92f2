"""What the reader of e-mail makes of bodies, attachments and what mail programs put between."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.detect import detect
from extractor.ingest.mail_text import unflowed
from extractor.records import Document
from tests.ingest.builders import lines, make_docx, make_mail, make_odt, make_pdf, refusal_of

WORD = "application/octet-stream"


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def opened(mail: EmailMessage | bytes, name: str = "letter.eml") -> Document:
    return read_bytes(mail if isinstance(mail, bytes) else mail.as_bytes(), name)


def plan(document: object) -> None:
    document.add_heading("Aims", 1)  # type: ignore[attr-defined]  # python-docx's documents have no public type
    document.add_paragraph("The trust will act.")  # type: ignore[attr-defined]


def test_a_letter_with_its_attachments() -> None:
    mail = make_mail(
        "Dear colleague,\n\nWe will train 500 nurses.\n",
        Subject="Re: FW: Staff plan",
        Date="Tue, 5 Mar 2024 23:30:00 -0500",
        attached=[
            ("plan.docx", WORD, make_docx(plan)),
            ("plan.odt", WORD, make_odt("<text:p>We act in May.</text:p>")),
            ("plan.pdf", "application/pdf", make_pdf([lines("The trust will act in June.")])),
            ("notes.txt", WORD, b"We act in July."),
            ("notes.md", WORD, b"# Notes\n\nWe act in August."),
        ],
    )
    document = opened(mail)
    assert outline(document) == [
        ("paragraph", 0, "Dear colleague,"),
        ("paragraph", 0, "We will train 500 nurses."),
        ("heading", 1, "Attachment: plan.docx"),
        ("heading", 2, "Aims"),
        ("paragraph", 0, "The trust will act."),
        ("heading", 1, "Attachment: plan.odt"),
        ("paragraph", 0, "We act in May."),
        ("heading", 1, "Attachment: plan.pdf"),
        ("paragraph", 0, "The trust will act in June."),
        ("heading", 1, "Attachment: notes.txt"),
        ("paragraph", 0, "We act in July."),
        ("heading", 1, "Attachment: notes.md"),
        ("heading", 2, "Notes"),
        ("paragraph", 0, "We act in August."),
    ]
    assert (document.format, document.kind, document.title) == ("eml", "letter", "Staff plan")
    # the day where it was written, whatever day it was in Greenwich
    assert (str(document.published), document.sources["published"]) == ("2024-03-05", "file")
    assert document.warnings == ()
    assert all(block.page is None for block in document.blocks)


@pytest.mark.parametrize(
    ("name", "kind", "raw", "said"),
    [
        ("photo.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 30, "photo.png was not read: binary"),
        ("cut.docx", WORD, b"PK\x03\x04 cut", "cut.docx was not read: damaged"),
        ("old.doc", WORD, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old.doc was not read: unreadable"),
        ("empty.txt", WORD, b"", "empty.txt was not read: empty"),
        ("day.ics", "application/ics", b"BEGIN:VCALENDAR\nSUMMARY:We will meet\n", "data of the type application/ics"),
        ("locked.pdf", WORD, make_pdf([lines("Secret.")], password="key"), "locked.pdf was not read: encrypted"),
        ("bare.html", "application/x-html", b"<html><body><script>1</script></body></html>", "bare.html was not read"),
    ],
)
def test_an_attachment_that_cannot_be_read_is_named(name: str, kind: str, raw: bytes, said: str) -> None:
    document = opened(make_mail("We will act.", attached=[(name, kind, raw)]))
    assert document.text == "We will act."
    assert len(document.warnings) == 1
    assert said in document.warnings[0]


def test_forwarded_mails_to_a_depth() -> None:
    mail = make_mail("Mail 0.", Subject="Number 0")
    for number in range(1, 6):
        outer = make_mail(f"Mail {number}.", Subject=f"Number {number}")
        outer.add_attachment(mail)
        mail = outer
    document = opened(mail)
    assert [text for kind, _, text in outline(document) if kind == "paragraph"] == [
        "Mail 5.",
        "Mail 4.",
        "Mail 3.",
        "Mail 2.",
    ]
    assert outline(document)[1] == ("heading", 1, "Attachment: Number 4")
    assert "to a depth of 3" in document.warnings[0]


PAGE = "<html><body><h2>Aims</h2><p>We will act.</p><ul><li>train staff in every ward</li></ul></body></html>"


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        pytest.param(
            "Aims\n\nWe will act.\n\n* train staff in every ward\n", "item", id="the plain form holds the text"
        ),
        pytest.param("View it online.\n", "heading", id="the plain form only points at the page"),
    ],
)
def test_one_of_several_forms(plain: str, expected: str) -> None:
    document = opened(make_mail(plain, html=PAGE))
    assert document.text.count("train staff") == 1
    assert ("View it online." in document.text) is False
    assert expected in [block.kind for block in document.blocks]


def raw_mail(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["From: a@example.org", "Subject: Plan", *headers, "", ""]).encode() + body


PLAIN = "Content-Type: text/plain; charset={}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            raw_mail("The trust’s plan".encode("cp1252"), PLAIN.format("iso-8859-1")),
            "The trust’s plan",
            id="false Latin-1",
        ),
        pytest.param(
            raw_mail("The trust’s plan".encode(), PLAIN.format("none-such")), "The trust’s plan", id="unknown"
        ),
        pytest.param(
            raw_mail("The trust’s plan".encode("cp1252"), PLAIN.format("utf-8")), "The trust’s plan", id="wrong"
        ),
        pytest.param(raw_mail("The trust’s plan".encode()), "The trust’s plan", id="none"),
        pytest.param(
            raw_mail(b"V2Ugd2lsbCBhY3Q", "Content-Transfer-Encoding: base64"), "We will act", id="base64 cut off"
        ),
        pytest.param(
            raw_mail(b"We will =\r\nact=XX", "Content-Transfer-Encoding: quoted-printable"),
            "We will act=XX",
            id="no code",
        ),
        pytest.param(raw_mail(b"We will act", "Content-Transfer-Encoding: none-such"), "We will act", id="encoding"),
        pytest.param(
            raw_mail(b"We will act", "Content-Type: ;;;", "Date: ???", "To: <<<@@"), "We will act", id="headers"
        ),
        pytest.param(
            raw_mail(b"--x\r\n\r\nWe will act\r\n", "Content-Type: multipart/mixed; boundary=x"),
            "We will act",
            id="no end",
        ),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(raw: bytes, expected: str) -> None:
    assert opened(raw).text == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "I agree.\n\nOn 4 March 2024, Jo Hill wrote:\n> we act;\n> and we train.\n",
            [
                ("paragraph", 0, "I agree."),
                ("paragraph", 0, "On 4 March 2024, Jo Hill wrote:"),
                ("paragraph", 0, "we act;"),
                ("paragraph", 0, "and we train."),
            ],
            id="an earlier mail is no list",
        ),
        pytest.param(
            "I agree.\n\nOn Mon, 4 Mar 2024 at 10:00, Jo Hill <jo@example.org>\nwrote:\n\n> We act.\n>> Do you?\n",
            [
                ("paragraph", 0, "I agree."),
                ("paragraph", 0, "On Mon, 4 Mar 2024 at 10:00, Jo Hill <jo@example.org> wrote:"),
                ("paragraph", 0, "We act."),
                ("paragraph", 0, "Do you?"),
            ],
            id="its opening broken in two, and a mail before that",
        ),
        pytest.param(
            "Jo asked:\n\n> Trusts must:\n>\n> - train\n> - keep\n",
            [
                ("paragraph", 0, "Jo asked:"),
                ("paragraph", 0, "Trusts must:"),
                ("item", 1, "train"),
                ("item", 1, "keep"),
            ],
            id="a list in it is one",
        ),
        pytest.param(
            "We act.\n\nKind regards\n\nJo Hill\n\nDirector of People\n\nThe letter follows below.\n",
            [
                ("paragraph", 0, "We act."),
                ("paragraph", 0, "Kind regards"),
                ("paragraph", 0, "Jo Hill"),
                ("paragraph", 0, "Director of People"),
                ("paragraph", 0, "The letter follows below."),
            ],
            id="a signature heads nothing",
        ),
    ],
)
def test_quoted_mails_and_signatures(body: str, expected: list[tuple[str, int, str]]) -> None:
    assert outline(opened(make_mail(body))) == expected


@pytest.mark.parametrize(
    ("text", "delete_space", "expected"),
    [
        ("We will \nact.\n\nSoon.", False, "We will act.\n\nSoon."),
        ("We wi \nll act.", True, "We will act."),  # writing without spaces between words
        ("> We will \n> act. \nNo.", False, "> We will act. \nNo."),  # quotations flow by themselves
        ("-- \nJo", False, "-- \nJo"),  # what parts the signature flows nowhere
        (" From us", False, "From us"),  # a space was put before it
    ],
)
def test_flowed_text(text: str, delete_space: bool, expected: str) -> None:
    assert unflowed(text, delete_space=delete_space) == expected


@pytest.mark.parametrize(
    ("sender", "publisher"),
    [
        ('"HILL, Jo (NHS ENGLAND - X24)" <jo.hill@nhs.net>', "NHS England"),
        ("Jo Hill <jo@example.org>", None),  # a person publishes nothing
        ('"Jo Hill (she)" <jo@example.org>', None),
    ],
)
def test_organisation_of_the_sender(sender: str, publisher: str | None) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, "Plan"
    mail.set_content("We will act.")
    assert opened(mail).publisher == publisher


@pytest.mark.parametrize(
    ("subject", "title"),
    [("RE: Fwd: re: Plan", "Plan"), ("Core: plan", "Core: plan"), ("=?utf-8?q?Plan_=E2=80=93_staff?=", "Plan – staff")],
)
def test_subject(subject: str, title: str) -> None:
    raw = f"From: a@example.org\nTo: b@example.org\nSubject: {subject}\n\nWe will act.\n"
    assert opened(raw.encode()).title == title


@pytest.mark.parametrize(
    ("raw", "reason", "said"),
    [
        pytest.param(
            raw_mail(b"MIIB", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"),
            "encrypted",
            "sealed",
            id="sealed",
        ),
        pytest.param(
            make_mail("", attached=[("photo.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(600))]).as_bytes(),
            "no-text",
            "photo.png",
            id="nothing but a picture",
        ),
    ],
)
def test_refusals_say_why(raw: bytes, reason: str, said: str) -> None:
    with pytest.raises(Rejected, match=said) as refusal:
        opened(raw)
    assert refusal.value.reason == reason


def test_very_many_parts_are_read_in_linear_time() -> None:
    raw = raw_mail(b"--x\r\n\r\nWe will act.\r\n" * 20_000, "Content-Type: multipart/mixed; boundary=x")
    assert len(opened(raw).blocks) == 20_000


def test_too_many_attachments() -> None:
    with pytest.raises(Rejected, match="too-large"):
        opened(make_mail("We act.", attached=[(f"{number}.txt", WORD, b"We act.") for number in range(51)]))


def test_parts_nested_too_deeply() -> None:
    raw = raw_mail(b"", "Content-Type: multipart/mixed; boundary=b0")
    raw += b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (at, at + 1) for at in range(60))
    with pytest.raises(Rejected, match="damaged"):
        opened(raw)


MEMO = "To: Chief executives\nFrom: Director of People\nDate: 5 March 2024\nSubject: Staff plan\n\nWe will act.\n"
SENT = "Received: by x\nMessage-ID: <1@x>\nFrom: a@x\nSubject: Plan\n\nWe will act.\n"


@pytest.mark.parametrize(
    ("raw", "name", "format"),
    [
        pytest.param(MEMO, "memo.txt", "text", id="a memo opens like a mail"),
        pytest.param(MEMO, "memo.eml", "eml", id="its name says that it is one"),
        pytest.param(SENT, "saved.txt", "eml", id="only a mail program writes this"),
        pytest.param(SENT.replace("\n", "\r\n"), "saved", "eml", id="with the line ends of mail"),
        pytest.param("Minutes\n\nPresent: RJ\nFrom: x\n", "m.eml", "text", id="the name lies"),
        pytest.param("Present: RJ, AB\nApologies: CD\n\nThe Chair spoke.\n", "m.eml", "text", id="minutes"),
        pytest.param("Subject: Plan\n\nWe will act.\n", "m.eml", "text", id="one header is too few"),
        pytest.param("\n" + SENT, "saved.eml", "eml", id="after a blank line"),
    ],
)
def test_what_is_a_mail(raw: str, name: str, format: str) -> None:
    assert detect(raw.encode(), name) == format


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n", b"--x\r\n", b"--x--\r\n", b"\r\n", b"\n",
        b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html; charset=utf-16\r\n", b"<p>We act</p>",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: attachment; filename*=utf-9''%FF\r\n",
        b"Content-Type: multipart/alternative; boundary=x\r\n", b"Date: Mon, 99 Foo 2024 99:99\r\n", b"> On x wrote:\n",
        b"From: =?utf-8?b?//?= <\r\n", b"Subject: =?x?q?a?=\r\n", b"Content-Type: text/plain; charset=\"\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 x\n#0V%T\n", b"We will act.\r\n",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=30))
def test_any_mail_is_read_or_refused(pieces: list[bytes]) -> None:
    raw = b"From: a@x\r\nTo: b@x\r\n" + b"".join(pieces)
    # "cannot be read" is the last resort, for what a reader did not foresee
    assert "cannot be read" not in refusal_of(raw, "any.eml")
