from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from commercial_agent.errors import InvalidSettings
from commercial_agent.messaging.twilio import Verifier

TOKEN = "12345abcdef67890fedcba0987654321"
BASE = "https://bot.example.com"
PATH = b"/webhooks/twilio/whatsapp"
TEXT = (
    "MessageSid=SM0123456789abcdef0123456789abcdef&SmsSid=SM0123456789abcdef0123456789abcdef"
    "&SmsMessageSid=SM0123456789abcdef0123456789abcdef&AccountSid=AC0123456789abcdef0123456789abcdef"
    "&From=whatsapp%3A%2B34600111222&To=whatsapp%3A%2B14155238886"
    "&Body=Hola%2C+%C2%BFsigue+disponible+el+Le%C3%B3n%3F+%F0%9F%9A%97&NumMedia=0&NumSegments=1"
    "&ProfileName=Ana+Mar%C3%ADa&WaId=34600111222&SmsStatus=received&ApiVersion=2010-04-01&MessageType=text"
)
SIGNATURE = "j8/8VqNzgegH9b4+E9TytyV4KfE="
MULTI = "MessageSid=MM0123456789abcdef0123456789abcdef&From=whatsapp%3A%2B34600111222&Tag=b&Tag=a&Tag=b&Body="
BUTTON = (
    "MessageSid=SM11111111111111111111111111111111&AccountSid=AC0123456789abcdef0123456789abcdef"
    "&From=whatsapp%3A%2B34600111222&To=whatsapp%3A%2B14155238886&Body=Ver+fotos&ButtonText=Ver+fotos"
    "&ButtonPayload=photos%3Acar%3A4711&NumMedia=0&ProfileName=Ana+Mar%C3%ADa&WaId=34600111222"
    "&OriginalRepliedMessageSid=SM22222222222222222222222222222222"
    "&OriginalRepliedMessageSender=whatsapp%3A%2B14155238886"
)
STATUS = (
    "MessageSid=SM22222222222222222222222222222222&SmsSid=SM22222222222222222222222222222222"
    "&MessageStatus=undelivered&SmsStatus=undelivered&ErrorCode=63016&From=whatsapp%3A%2B14155238886"
    "&To=whatsapp%3A%2B34600111222&AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01"
    "&ChannelPrefix=whatsapp"
)


def form(body: str) -> FormData:
    return FormData([*parse_qsl(body, keep_blank_values=True)])


def check(
    body: str,
    signature: str,
    *,
    base: str = BASE,
    path: bytes = PATH,
    query: bytes = b"",
    headers: dict[str, str] | None = None,
) -> bool:
    return Verifier(base, [TOKEN]).verify(path, query, form(body), {"X-Twilio-Signature": signature, **(headers or {})})


@pytest.mark.parametrize(
    ("body", "signature", "base", "path", "query"),
    [
        (TEXT, SIGNATURE, BASE, PATH, b""),
        (TEXT, SIGNATURE, BASE + "/", PATH, b""),
        (TEXT, SIGNATURE, BASE + ":443", PATH, b""),
        (TEXT, "jZlH0GmLKZs1LfuyPBX44oLxb7E=", BASE + ":8443", PATH, b""),
        (TEXT, "qyFtWX7l4aCOB7yFC16tiZXK6xg=", BASE, PATH, b"tenant=a%20b&x=1"),
        (MULTI, "Dr93pOP+nPaTc1Pnsg1LMeXDSnc=", BASE, PATH, b""),
        (BUTTON, "u9eODwmCqnCkdL30XYrVPHB+gRs=", BASE, PATH, b""),
        (STATUS, "Fs7UWah41TLch163460lFpW17ck=", BASE, b"/webhooks/twilio/status", b"tenant=a%20b"),
    ],
)
def test_what_twilio_signed_is_accepted(body: str, signature: str, base: str, path: bytes, query: bytes) -> None:
    assert check(body, signature, base=base, path=path, query=query)


@pytest.mark.parametrize(
    ("body", "signature", "base", "path", "query"),
    [
        (TEXT, SIGNATURE, "http://bot.example.com", PATH, b""),
        (TEXT, SIGNATURE, BASE, PATH + b"/", b""),
        (TEXT.replace("sigue+", "sigue++"), SIGNATURE, BASE, PATH, b""),
        (TEXT + "&Extra=1", SIGNATURE, BASE, PATH, b""),
        (TEXT.replace("&NumMedia=0", ""), SIGNATURE, BASE, PATH, b""),
        (TEXT, "jZlH0GmLKZs1LfuyPBX44oLxb7E=", BASE, PATH, b""),
        (TEXT, "qyFtWX7l4aCOB7yFC16tiZXK6xg=", BASE, PATH, b"tenant=a+b&x=1"),
        (TEXT, "qyFtWX7l4aCOB7yFC16tiZXK6xg=", BASE, PATH, b"tenant=a b&x=1"),
        (TEXT, SIGNATURE, BASE, PATH + b"#rc=2", b""),
        (TEXT, "", BASE, PATH, b""),
        (TEXT, "ñandú", BASE, PATH, b""),
        (TEXT, SIGNATURE[:-1], BASE, PATH, b""),
        (MULTI.replace("&Tag=a", ""), "Dr93pOP+nPaTc1Pnsg1LMeXDSnc=", BASE, PATH, b""),
        (MULTI.replace("&Body=", ""), "Dr93pOP+nPaTc1Pnsg1LMeXDSnc=", BASE, PATH, b""),
    ],
)
def test_anything_else_is_refused(body: str, signature: str, base: str, path: bytes, query: bytes) -> None:
    assert not check(body, signature, base=base, path=path, query=query)


def test_a_fragment_of_the_public_address_is_not_signed() -> None:
    assert check(TEXT, SIGNATURE, base=BASE + "#rc=2")


def test_a_shared_key_signs_with_the_newer_algorithm() -> None:
    settings = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_1,algorithm=HMAC_SHA256"}
    newer = "8AtzdlitEsHsIt2hCE+E+1X4dxSMrhhX+zf9mvZ5B/s="
    assert check(TEXT, newer, headers=settings)
    assert not check(TEXT, newer)
    assert not check(TEXT, SIGNATURE, headers=settings)
    assert not check(TEXT, newer, headers={"X-Twilio-Webhooks-Signature-Settings": "key=a,algorithm=MD5"})
    pinned = Verifier(BASE, [TOKEN], algorithms=["HMAC_SHA256"])
    assert not pinned.verify(PATH, b"", form(TEXT), {"X-Twilio-Signature": SIGNATURE})


def test_both_tokens_count_while_one_is_rotated() -> None:
    headers = {"x-twilio-signature": SIGNATURE}
    assert Verifier(BASE, ["another", TOKEN]).verify(PATH, b"", form(TEXT), headers)
    assert not Verifier(BASE, ["another", ""]).verify(PATH, b"", form(TEXT), headers)
    assert not Verifier(BASE, []).verify(PATH, b"", form(TEXT), headers)


def test_a_json_body_is_bound_by_its_hash() -> None:
    digest = b"tenant=a&bodySHA256=96792bece7953023e3d688e9c09302cd16456fdc2ad1ddacbcfb772c75f6f778"
    verifier, headers = Verifier(BASE, [TOKEN]), {"X-Twilio-Signature": "2XjanrX1OnLf4haBvYq5Yk2NUTs="}
    assert verifier.verify(PATH, digest, '{"hello":"mundo","n":1}', headers)
    assert not verifier.verify(PATH, digest, '{"hello":"mundo","n": 1}', headers)
    unbound = RequestValidator(TOKEN).compute_signature(BASE + PATH.decode(), {})
    assert not verifier.verify(PATH, b"", "{}", {"X-Twilio-Signature": unbound})


@pytest.mark.parametrize("address", ["", "bot.example.com", "ftp://x", "https://", "https://bot:port"])
def test_a_public_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(InvalidSettings, match="PUBLIC_BASE_URL"):
        Verifier(address, [TOKEN])


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8),
    st.from_regex(rb"(/[a-zA-Z0-9%._~-]{0,10}){1,3}", fullmatch=True),
    st.from_regex(rb"([a-z]=[a-zA-Z0-9%+]{0,6}(&[a-z]=[a-z]?){0,2})?", fullmatch=True),
)
def test_any_form_that_is_signed_is_accepted_and_a_change_is_not(
    fields: list[tuple[str, str]], path: bytes, query: bytes
) -> None:
    values = FormData([*fields])
    verifier = Verifier(BASE, [TOKEN])
    signature = RequestValidator(TOKEN).compute_signature(verifier.url(path, query), values)
    headers = {"X-Twilio-Signature": signature}
    assert verifier.verify(path, query, values, headers)
    assert not verifier.verify(path, query, FormData([*fields, ("a new field", "x")]), headers)
