"""Files come from the provider's hosts and from nowhere else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import pytest

from commercial_agent.messaging.fetching import FetchFailed, MediaFetcher, is_public, type_of
from commercial_agent.testing.twilio import TwilioDouble
from commercial_agent.testing.twilio_media import PAPER, PHOTO, SILENCE, Stored


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double
        assert double.media.faults == []


@pytest.fixture
async def fetcher(twilio: TwilioDouble) -> AsyncIterator[MediaFetcher]:
    made = MediaFetcher(twilio.account_sid, twilio.auth_token, base_url=twilio.url, timeout=0.5, largest=1_000_000)
    yield made
    await made.close()


async def refused(fetcher: MediaFetcher, url: str) -> str:
    with pytest.raises(FetchFailed) as raised:
        await fetcher.fetch(url)
    return raised.value.reason


async def test_a_file_is_fetched_behind_its_redirect_without_credentials(
    twilio: TwilioDouble, fetcher: MediaFetcher
) -> None:
    for content, kind in ((SILENCE, "audio/ogg"), (PAPER, "application/pdf"), (PHOTO, "image/jpeg")):
        url = twilio.brings(Stored(content, "application/octet-stream"))["MediaUrl0"]
        fetched = await fetcher.fetch(url)
        assert (fetched.content, fetched.content_type) == (content, kind)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com.evil.example/2010-04-01/Accounts/{sid}/Messages/MM1/Media/ME1",
        "http://169.254.169.254/2010-04-01/Accounts/{sid}/x",
        "http://127.0.0.1:9/2010-04-01/Accounts/{sid}/x",
        "{url}/2010-04-01/Accounts/ACother/Messages/MM1/Media/ME1",
        "{url}/2010-04-01/Accounts/{sid}/../ACother/x",
        "{url}/2010-04-01/Accounts/{sid}/%2e%2e/x",
        "{url}@evil.example/2010-04-01/Accounts/{sid}/x",
        "file:///etc/passwd",
        "",
        "http://[::1",
    ],
)
async def test_nothing_but_the_accounts_own_files_is_asked_for(
    twilio: TwilioDouble, fetcher: MediaFetcher, url: str
) -> None:
    before = len(twilio.calls)
    assert await refused(fetcher, url.format(sid=twilio.account_sid, url=twilio.url)) == "host"
    assert len(twilio.calls) == before


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ("https://media.example/x", ["10.0.0.7"]),
        ("https://media.example/x", ["93.184.216.34", "192.168.1.1"]),  # one of them is enough
        ("https://media.example/x", ["::ffff:169.254.169.254"]),
        ("https://media.example/x", []),
        ("http://media.example/x", ["93.184.216.34"]),
        ("ftp://media.example/x", ["93.184.216.34"]),
        ("https://user:pass@media.example/x", ["93.184.216.34"]),
        ("https:///x", ["93.184.216.34"]),
    ],
)
async def test_redirects_lead_to_public_https_hosts_only(twilio: TwilioDouble, there: str, found: list[str]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return found

    url = twilio.brings(Stored(PAPER, "application/pdf", redirect=there))["MediaUrl0"]
    # a provider that is not on loopback, as far as the fetcher knows
    fetcher = MediaFetcher(twilio.account_sid, twilio.auth_token, base_url=twilio.url, resolve=resolve)
    fetcher._loopback = False
    assert await refused(fetcher, url) == "redirect"
    await fetcher.close()


async def test_a_double_on_loopback_leads_no_further_than_loopback(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    for there in ("http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[fd00::1]/x"):
        url = twilio.brings(Stored(PAPER, "application/pdf", redirect=there))["MediaUrl0"]
        assert await refused(fetcher, url) == "redirect"


async def test_redirects_end(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    fields = twilio.brings(Stored(PAPER, "application/pdf", redirect="here"))
    name = fields["MediaUrl0"].rpartition("/")[2]
    there = f"{twilio.url.replace('127.0.0.1', 'localhost')}/elsewhere/{name}"
    twilio.media.files[name] = Stored(PAPER, "", redirect=there, status=307, headers=((b"location", there.encode()),))
    assert await refused(fetcher, fields["MediaUrl0"]) == "redirects"


async def test_a_large_file_is_not_read_to_its_end(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    for headers in ((), ((b"content-length", b"3000000"),)):
        url = twilio.brings(Stored(PAPER + bytes(3_000_000 - len(PAPER)), "application/pdf", headers=headers))
        assert await refused(fetcher, url["MediaUrl0"]) == "too_large"


async def test_a_packed_file_is_not_unpacked(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    url = twilio.brings(Stored(PAPER, "application/pdf", headers=((b"content-encoding", b"gzip"),)))["MediaUrl0"]
    assert await refused(fetcher, url) == "encoding"


async def test_a_slow_host_is_not_waited_for(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    url = twilio.brings(Stored(PAPER, "application/pdf", silence_s=3.0))["MediaUrl0"]
    started = time.monotonic()
    assert await refused(fetcher, url) in ("timeout", "ReadTimeout")
    assert time.monotonic() - started < 2


async def test_what_is_not_there_is_told(twilio: TwilioDouble, fetcher: MediaFetcher) -> None:
    home = f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages/MM1/Media/ME1"
    assert await refused(fetcher, home) == "http_404"
    stranger = MediaFetcher(twilio.account_sid, "wrong", base_url=twilio.url)
    assert await refused(stranger, twilio.brings(Stored(PAPER, "application/pdf"))["MediaUrl0"]) == "http_401"
    await stranger.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.0.1", False), ("127.0.0.1", False), ("0.0.0.0", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("::1", False), ("fe80::1", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("fe80::1%eth0", False),
        ("localhost", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PAPER, "application/pdf"), (PHOTO, "image/jpeg"), (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"), (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (SILENCE, "audio/ogg"), (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"), (b"\x00\x00\x00\x20ftypheic", ""),
        (b"MZ\x90\x00", ""), (b"PK\x03\x04", ""), (b"<svg onload=x>", ""), (b"", ""), (b"#!/bin/sh", ""),
    ],
)  # fmt: skip
def test_the_first_bytes_tell_the_type(content: bytes, kind: str) -> None:
    assert type_of(content) == kind
