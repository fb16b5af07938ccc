"""The web chat in a real browser, with a scripted chatbot that gives real turn results."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx
import pytest

from commercial_agent.api.app import create_app
from commercial_agent.api.services import AccessConfig, Services
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.cars import CarCriteria, CarFacts, CarReference, Range
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import (
    CarsFound,
    Finding,
    HandoffFinding,
    PassageFact,
    PassagesFound,
    PlanQuoted,
    QuoteFact,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Block, Bullets, Card, QuickReply, Reply, Text
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    InfoRequest,
    PlanTerms,
    Request,
)
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.conversation.understanding import IntentScore, Understanding
from commercial_agent.observability import Metrics

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("America/Mexico_City")
DEALER = Dealer(
    name="Autos del Valle",
    assistant="Sol",
    country="MX",
    currency="MXN",
    time_zone=ZONE,
    languages=(Language.ES,),
    website="https://example.com",
    privacy_url="https://example.com/privacidad",
)
ATTACK = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"

CARS = (
    CarFacts("306473", "Volkswagen", "Jetta", 2019, "2.5 COMFORTLINE AUTO", Decimal("264999"), 48210, True, True,
             body_style="sedan", transmission="automatic", fuel="gasoline", inferred=("body_style", "fuel")),
    CarFacts("281190", "Nissan", "Kicks", 2020, "1.6 ADVANCE CVT", Decimal("271999"), 39900, True, False,
             body_style="suv", transmission="automatic"),
    CarFacts("299817", "Chevrolet", "S10", 2018, "2.5 LT AUTO", Decimal("259999"), 61450, body_style="pickup",
             transmission="automatic"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the history keeps it."""

    direction: str
    text: str
    at: datetime


@dataclass
class ScriptedChatbot:
    """Answers by a word of the message, with whole results; can be held, and can be broken."""

    go_on: threading.Event = field(default_factory=threading.Event)
    broken: bool = False
    past: dict[str, list[Stored]] = field(default_factory=dict)
    seen: list[IncomingMessage] = field(default_factory=list)

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        self.seen.append(message)
        await asyncio.to_thread(self.go_on.wait, 20)
        if self.broken:
            raise RuntimeError("the database went away")
        result = _result(message)
        past = self.past.setdefault(key.address, [])
        past.append(Stored("in", message.text, message.received_at))
        past += [Stored("out", part, message.received_at) for part in result.messages]
        return result

    async def history(self, key: ConversationKey) -> Sequence[Stored]:
        return tuple(self.past.get(key.address, ()))

    async def reset(self, key: ConversationKey) -> bool:
        return self.past.pop(key.address, None) is not None


def _result(message: IncomingMessage) -> TurnResult:
    text = message.text.casefold()
    if "persona" in text:
        return _turn(
            ConciergeRequest(Intent.HUMAN, text=message.text),
            HandoffFinding("made", "requested"),
            (Text("Claro. Te paso con una persona del equipo; en un momento te escribe aquí mismo."),),
            mode=Mode.HUMAN,
        )
    if "busco" in text:
        return _search(message)
    if "garant" in text:
        return _warranty(message)
    if "queda" in text or message.payload:
        return _quote()
    return _turn(ConciergeRequest(Intent.GREETING, text=message.text), Talked(Intent.GREETING, first=True), (
        Text(f"¡Hola! 👋 Escribiste: {message.text}"),
        Text("Soy el *asistente virtual*. ¿Buscas un auto, un _plan de pagos_ o algo de la empresa?"),
    ))  # fmt: skip


def _turn(request: Request, finding: Finding, blocks: tuple[Block, ...], *, mode: Mode = Mode.BOT,
          quick: tuple[QuickReply, ...] = (), quotes: tuple[QuoteFact, ...] = ()) -> TurnResult:  # fmt: skip
    reply = Reply(Language.ES, blocks, quick_replies=quick)
    cars = tuple(block.stock_id for block in blocks if isinstance(block, Card))
    sources = tuple(p.source for p in finding.passages) if isinstance(finding, PassagesFound) else ()
    return TurnResult(
        turn_id="0f3c9a7be1d24c7c8f0d5a1b2c3d4e5f", conversation_id="c1", language=Language.ES, mode=mode,
        opted_out=False, reply=reply, messages=(reply.text,), agent=request.intent.agent,
        agents=(request.intent.agent,), intents=(request.intent,), cars=cars, quotes=quotes, sources=sources,
        findings=(finding,),
        understanding=Understanding(Language.ES, (IntentScore(request.intent, 0.94),), (request,)),
        milliseconds={"load": 1.3, "understand": 2.8, "act": 3.9, "phrase": 0.7, "remember": 1.6, "commit": 1.1,
                      "total": 11.4},
    )  # fmt: skip


def _search(message: IncomingMessage) -> TurnResult:
    criteria = CarCriteria(transmissions=("automatic",), price=Range(high=Decimal("280000")))
    cards = tuple(
        Card(
            car.stock_id,
            f"{place}. {car.name}",
            (f"${car.price:,}", f"{car.km:,} km · automático", car.version.title()),
        )
        for place, car in enumerate(CARS, start=1)
    )
    return _turn(
        CatalogRequest(Intent.SEARCH, criteria, text=message.text),
        CarsFound(criteria, CARS, total=23, question=Question(Ask.WHICH_CAR)),
        (
            Text("Encontré *23 autos* automáticos de hasta $280,000. Estos son los que mejor te quedan:"),
            *cards,
            Text("¿Te hago el plan de pagos de alguno?"),
        ),
        quick=tuple(QuickReply(f"Plan del {n}", f"plan:{car.stock_id}") for n, car in enumerate(CARS, start=1)),
    )


def _quote() -> TurnResult:
    quote = QuoteFact("306473", Decimal("264999"), Decimal("52999.80"), Decimal("211999.20"), 48, Decimal("0.10"),
                      Decimal("5376.85"), Decimal("5376.71"), Decimal("46089.46"), Decimal("258088.66"),
                      Decimal("10.5"))  # fmt: skip
    return _turn(
        FinanceRequest(Intent.QUOTE, about=CarReference(ordinals=(1,)),
                       terms=PlanTerms(down_percent=Decimal(20), months=(48,))),
        PlanQuoted((quote,), CARS[0], date(2026, 3, 2)),
        (
            Text("Así queda el *Volkswagen Jetta 2019* a 48 meses:"),
            Bullets(("Enganche: $53,000 (20%)", "Mensualidad: *$5,377*", "Tasa anual: 10%")),
            Text("¿Quieres ver otros plazos?"),
        ),
        quick=(QuickReply("Sí, otros plazos", "plan:terms"), QuickReply("Agendar visita", "book:306473")),
        quotes=(quote,),
    )  # fmt: skip


def _warranty(message: IncomingMessage) -> TurnResult:
    covered = "La garantía cubre tres meses o 3,000 km, lo que ocurra primero."
    passage = PassageFact("knowledge/garantia.md#cobertura", "Garantía", "Qué cubre", covered, Language.ES, 0.83)
    return _turn(
        InfoRequest(Intent.WARRANTY, question=message.text),
        PassagesFound(message.text, (passage,)),
        (Text("Cada auto sale con *garantía de 3 meses o 3,000 km*. Más en https://example.com/garantia"),),
    )


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if found:
        return found
    message = "no Chromium on this machine: the browser tests need one (Debian: apt-get install chromium)"
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = _chromium()
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments, headless=True)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, ScriptedChatbot]]:
    """The application on a port of its own, in a thread: the page library serves one application a process."""
    import uvicorn

    from commercial_agent.console.mount import ConsoleServices, mount_console

    chatbot = ScriptedChatbot()

    def clock() -> datetime:
        return datetime(2026, 3, 2, 12, 41, tzinfo=ZONE) + timedelta(seconds=len(chatbot.seen))

    app = create_app(Services(chatbot=chatbot, clock=clock, metrics=Metrics(), access=AccessConfig()))
    mount_console(app, ConsoleServices(chatbot, DEALER, clock, chatbot.history, chatbot.reset))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", ws="websockets-sansio", proxy_headers=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{port}", chatbot
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def chatbot(served: tuple[str, ScriptedChatbot]) -> ScriptedChatbot:
    chatbot = served[1]
    chatbot.go_on.set()
    chatbot.broken = False
    chatbot.past.clear()
    chatbot.seen.clear()
    return chatbot


@pytest.fixture
def context(browser: Browser, chatbot: ScriptedChatbot) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="es-MX", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(
    request: pytest.FixtureRequest, served: tuple[str, ScriptedChatbot], context: BrowserContext
) -> Iterator[Page]:
    """The open page; it must load nothing from elsewhere and leave no error in the console."""
    page, foreign, errors = context.new_page(), list[str](), list[str]()
    page.on("request", lambda asked: foreign.append(asked.url) if not _own(asked.url, served[0]) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    _open(page, served[0])
    yield page
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{request.node.name}.png")
    assert foreign == []
    assert errors == []


def _own(address: str, base: str) -> bool:
    return address.startswith((base, base.replace("http", "ws"), "data:", "blob:"))


def _open(page: Page, base: str) -> None:
    page.goto(base)
    page.locator(".ca-row").first.wait_for(state="attached")


def say(page: Page, text: str) -> None:
    page.locator(".ca-composer textarea").fill(text)
    page.keyboard.press("Enter")


def ask(page: Page, text: str) -> None:
    """Say it and wait for the answer."""
    answers = page.locator(".ca-entry:not(.mine)")
    before = answers.count()
    say(page, text)
    answers.nth(before).wait_for()


def test_a_question_is_answered_with_cards_ticks_and_quick_replies(page: Page, chatbot: ScriptedChatbot) -> None:
    ask(page, "busco un automático de menos de 280 mil")
    cards = page.locator(".ca-card")
    assert cards.count() == 3
    assert cards.first.inner_text().splitlines() == [
        "1. Volkswagen Jetta 2019", "$264,999", "48,210 km · automático", "2.5 Comfortline Auto",
    ]  # fmt: skip
    assert cards.first.locator("svg").count() == 1
    assert page.locator(".mine .read").count() == 1
    assert page.locator(".mine .ca-meta").inner_text() == "12:41"
    page.get_by_role("button", name="Plan del 1").click()
    page.locator(".ca-bubble", has_text="Así queda el").wait_for()
    assert (chatbot.seen[-1].kind, chatbot.seen[-1].payload) == ("button", "plan:306473")
    assert page.get_by_role("button", name="Plan del 1").count() == 0
    assert page.locator(".ca-bubble ul li").count() == 3
    assert page.locator(".ca-bubble li strong").inner_text() == "$5,377"


def test_the_panel_says_why(page: Page) -> None:
    ask(page, "¿qué garantía tiene?")
    panel = page.locator(".ca-why")
    assert panel.is_visible()
    assert panel.locator(".why-chip").inner_text() == "info.warranty"
    assert panel.locator(".why-intent b").inner_text() == "94%"
    assert "knowledge/garantia.md#cobertura" in panel.locator(".why-sources").inner_text()
    assert "11.4 ms" in panel.locator(".why-total").inner_text()
    assert "3,000 km" in panel.locator(".why-tree").nth(1).inner_text()
    ask(page, "busco un automático")
    assert panel.locator(".why-chip").inner_text() == "catalog.search"
    page.locator(".ca-whylink").first.click()
    panel.get_by_text("info.warranty").first.wait_for()


def test_dots_show_while_the_answer_is_on_its_way_and_several_messages_keep_their_order(
    page: Page, chatbot: ScriptedChatbot
) -> None:
    chatbot.go_on.clear()
    say(page, "hola")
    page.locator(".ca-typing").wait_for()
    assert page.locator(".ca-status").inner_text() == "escribiendo…"
    assert page.locator(".mine .read").count() == 0
    say(page, "busco un auto")
    page.locator(".mine").nth(1).wait_for()
    chatbot.go_on.set()
    page.locator(".ca-card").first.wait_for()
    assert page.locator(".ca-typing").count() == 0
    assert page.locator(".ca-status").inner_text() == "en línea"
    assert [message.text for message in chatbot.seen] == ["hola", "busco un auto"]


def test_what_a_customer_writes_stays_text(page: Page) -> None:
    ask(page, ATTACK + " *fuerte* javascript:alert(1)")
    assert ATTACK in page.locator(".mine .ca-bubble").inner_text()
    assert page.locator(".ca-log img, .ca-log script, .ca-why img, .ca-list img").count() == 0
    assert page.locator(".mine .ca-bubble strong").inner_text() == "fuerte"
    assert "hacked" not in page.title()
    assert ATTACK in page.locator(".ca-why").inner_text()


def test_a_failed_turn_says_so_and_can_be_tried_again(page: Page, chatbot: ScriptedChatbot) -> None:
    chatbot.broken = True
    say(page, "hola")
    failed = page.locator(".ca-failed")
    failed.wait_for()
    assert "database" not in page.locator(".ca-app").inner_text()
    chatbot.broken = False
    failed.get_by_role("button").click()
    page.locator(".ca-entry:not(.mine)").wait_for()
    assert page.locator(".ca-failed").count() == 0
    assert page.locator(".mine").count() == 1


def test_a_person_takes_over(page: Page) -> None:
    ask(page, "quiero hablar con una persona")
    page.get_by_text("una persona tiene el chat").wait_for()


def test_conversations_are_kept_apart_survive_a_reload_and_can_be_wiped(page: Page, chatbot: ScriptedChatbot) -> None:
    ask(page, "hola, soy la primera")
    page.locator(".ca-new").click()
    page.locator(".ca-empty").wait_for()
    ask(page, "busco otra cosa")
    rows = page.locator(".ca-row")
    assert rows.count() == 2
    page.reload()
    page.locator(".mine", has_text="busco otra cosa").wait_for()
    rows.filter(has_text="hola, soy la primera").click()
    page.locator(".mine", has_text="hola, soy la primera").wait_for()
    assert page.locator(".mine").count() == 1
    page.locator(".ca-reset").click()
    page.get_by_role("button", name="Borrar", exact=True).click()
    page.locator(".mine", has_text="busco otra cosa").wait_for()
    assert rows.count() == 1
    assert len(chatbot.past) == 1


def test_suggestions_start_a_conversation(page: Page) -> None:
    page.get_by_role("button", name="¿Qué garantía tienen?").click()
    page.locator(".ca-entry:not(.mine)").wait_for()
    assert page.locator(".ca-empty").count() == 0


def test_shift_enter_starts_a_line_and_blanks_are_not_sent(page: Page, chatbot: ScriptedChatbot) -> None:
    say(page, "   ")
    area = page.locator(".ca-composer textarea")
    area.fill("uno")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dos")
    page.locator(".ca-send").click()
    page.locator(".ca-entry:not(.mine)").wait_for()
    assert [message.text for message in chatbot.seen] == ["uno\ndos"]
    assert area.input_value() == ""


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.locator(".ca-empty").wait_for()
    ask(page, "busco un automático de menos de 280 mil")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".ca-composer textarea").bounding_box() is not None
    assert not page.locator(".ca-side").is_visible()
    assert not page.locator(".ca-why").is_visible()
    bubble = page.locator(".ca-bubble").first.bounding_box()
    assert bubble is not None
    assert bubble["x"] >= 0
    assert bubble["x"] + bubble["width"] <= 390
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "phone_cards.png")
    page.locator(".ca-whylink").click()
    page.locator(".ca-why").wait_for(state="visible")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "phone_why.png")
    page.locator(".ca-why-close").click()
    page.locator(".ca-back").click()
    page.locator(".ca-side").wait_for(state="visible")


def test_light_and_dark(page: Page) -> None:
    ask(page, "busco un automático de menos de 280 mil")
    ask(page, "¿cuánto queda el primero a 48 meses con 20% de enganche?")
    light = page.evaluate("getComputedStyle(document.querySelector('.ca-bubble')).backgroundColor")
    page.get_by_role("button", name="Claro u oscuro").click()
    dark = page.evaluate("getComputedStyle(document.querySelector('.ca-bubble')).backgroundColor")
    assert light != dark
    page.reload()
    page.locator(".mine").first.wait_for()
    assert page.evaluate("document.body.classList.contains('body--dark')")


def test_the_keyboard_reaches_everything(page: Page) -> None:
    ask(page, "busco un automático")
    names = set()
    page.locator(".ca-composer textarea").focus()
    for _ in range(25):
        page.keyboard.press("Tab")
        names.add(
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
        )
    assert {"Enviar", "Claro u oscuro", "Nueva conversación", "Plan del 1"} <= names


def test_a_stored_list_that_somebody_tampered_with_is_left_out(page: Page, served: tuple[str, ScriptedChatbot]) -> None:
    page.evaluate(
        """localStorage.setItem('commercial-agent.chats', JSON.stringify({active: 'x', threads: [
        {id: '5215512345678'}, {id: 'web-<b>'}, 7, null,
        {id: 'web-abcdefghijkl', title: '<img src=x>', at: 'nunca'}]}))"""
    )
    _open(page, served[0])
    page.locator(".ca-row", has_text="<img src=x>").wait_for()
    assert page.locator(".ca-row").count() == 1
    assert page.locator(".ca-row img").count() == 0


def test_past_messages_come_back_from_the_history(
    page: Page, served: tuple[str, ScriptedChatbot], chatbot: ScriptedChatbot
) -> None:
    chatbot.past["web-abcdefghijkl"] = [
        Stored("in", "¿siguen abiertos?", datetime(2026, 2, 27, 20, 5, tzinfo=UTC)),
        Stored("out", "Sí, hasta las *19:00*.", datetime(2026, 2, 27, 20, 6, tzinfo=UTC)),
    ]
    page.evaluate(
        """localStorage.setItem('commercial-agent.chats',
        JSON.stringify({active: 'web-abcdefghijkl', threads: [{id: 'web-abcdefghijkl', title: 'antes'}]}))"""
    )
    _open(page, served[0])
    page.locator(".ca-entry").nth(1).wait_for()
    assert page.locator(".ca-day").inner_text() == "27/02/2026"
    assert page.locator(".ca-bubble strong").inner_text() == "19:00"
    assert page.locator(".mine .ca-meta").inner_text() == "14:05"


def test_only_the_pages_paths_are_theirs_and_a_foreign_page_gets_nothing(
    served: tuple[str, ScriptedChatbot], chatbot: ScriptedChatbot
) -> None:
    with httpx.Client(base_url=served[0]) as http:
        assert http.get("/").status_code == 200
        for method, path in (("GET", "/nothing"), ("POST", "/"), ("GET", "/api/nothing"), ("PUT", "/api/chat")):
            response = http.request(method, path)
            assert response.status_code in (404, 405)
            assert response.headers["content-type"] == "application/problem+json"
        socket_path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
        assert http.get(socket_path).status_code in (200, 400)
        for headers in ({"Origin": "https://evil.example"}, {"X-Forwarded-For": "10.0.0.1"}, {"Host": "evil.example"}):
            assert http.get(socket_path, headers=headers).status_code == 403
            assert http.get("/", headers=headers).status_code == 403
    assert chatbot.seen == []
