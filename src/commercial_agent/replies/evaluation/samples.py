"""Findings of every kind, made from a seed: the ground on which phrasing and the evidence check are measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from zoneinfo import ZoneInfo

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarCriteria, CarFacts, Origin, Range
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind, Metric, SaleDraft
from commercial_agent.conversation.state import Ask, Question

ZONE = ZoneInfo("America/Mexico_City")
DEALER = Dealer(
    name="Autos del Valle",
    assistant="Luna",
    country="MX",
    currency="MXN",
    time_zone=ZONE,
    languages=tuple(Language),
    website="https://autosdelvalle.example",
    privacy_url="https://autosdelvalle.example/privacidad",
)
_CENT = Decimal("0.01")
_MODELS = (
    ("Volkswagen", "Jetta", "sedan", "COMFORTLINE"), ("Mazda", "3", "sedan", "I SPORT"),
    ("Nissan", "Versa", "sedan", "ADVANCE"),
    ("Honda", "CR-V", "suv", "TOURING"), ("Toyota", "Corolla", "sedan", "LE"), ("Kia", "Sportage", "suv", "EX PACK"),
    ("Chevrolet", "Aveo", "sedan", "LT"), ("Ford", "Ranger", "pickup", "XLT"), ("SEAT", "Ibiza", "hatchback", "STYLE"),
    ("BMW", "Serie 3", "sedan", "320I SPORT LINE"), ("Hyundai", "Creta", "suv", "GLS PREMIUM"),
)  # fmt: skip
_PASSAGES = {
    Language.ES: (
        "La garantía cubre motor y transmisión durante 3 meses. Se puede ampliar 12 meses más con costo adicional.",
        "Puedes devolver el auto dentro de 7 días o 300 km si no te convence. El equipo te ayuda a elegir otro.",
        "Cada auto pasa una inspección de 240 puntos antes de entrar al inventario.",
        "El trámite de placas no está incluido en el precio. El equipo te orienta con los documentos.",
    ),
    Language.EN: (
        "The warranty covers engine and gearbox for 3 months. It can be extended by 12 months at extra cost.",
        "You can return the car within 7 days or 300 km if it does not suit you. The team helps you choose another.",
        "Every car passes an inspection of 240 points before it joins the stock.",
    ),
    Language.PT: (
        "A garantia cobre motor e câmbio por 3 meses. Pode ser ampliada por mais 12 meses com custo adicional.",
        "Você pode devolver o carro em 7 dias ou 300 km se não gostar. A equipe ajuda a escolher outro.",
        "Cada carro passa por uma inspeção de 240 pontos antes de entrar no estoque.",
    ),
}


def car(random: Random) -> CarFacts:
    """A believable car."""
    make, model, body, trim = random.choice(_MODELS)
    gearbox = random.choice(("automatic", "manual"))
    litres = Decimal(random.choice(("1.5", "1.6", "2.0", "2.5")))
    return CarFacts(
        stock_id=str(random.randrange(10**7, 10**8)),
        make=make,
        model=model,
        year=random.randrange(2012, 2025),
        version=f"{litres} {trim} {'AUTO' if gearbox == 'automatic' else 'TM'}",
        price=Decimal(random.randrange(120, 900) * 1000 + 999),
        km=random.randrange(5_000, 119_000),
        bluetooth=random.random() < 0.8,
        car_play=random.random() < 0.5,
        length_mm=random.randrange(3900, 5200),
        width_mm=random.randrange(1650, 2000),
        height_mm=random.randrange(1400, 1900),
        body_style=body,
        transmission=gearbox,
        fuel="gasoline",
        engine_litres=litres,
        doors=random.choice((4, 5)),
        seats=5,
    )


def cars(random: Random, count: int) -> tuple[CarFacts, ...]:
    """So many cars with different names."""
    found: dict[str, CarFacts] = {}
    while len(found) < count:
        made = car(random)
        found.setdefault(f"{made.make} {made.model}", made)
    return tuple(found.values())


def quote(random: Random, price: Decimal, months: int, down: Decimal) -> f.QuoteFact:
    """A level plan with figures that are plausible; the check does not recompute them."""
    loan = price - down
    factor = Decimal("0.10") / 12
    payment = (loan * factor / (1 - (1 + factor) ** -months)).quantize(_CENT, ROUND_HALF_UP)
    interest = payment * months - loan
    last = payment + Decimal(random.randrange(-40, 40)) / 100
    return f.QuoteFact(
        None, price, down, loan, months, Decimal("0.10"), payment, last, interest, loan + interest, Decimal("10.4713")
    )


def _question(random: Random) -> Question | None:
    return random.choice((None, Question(Ask.BOOK), Question(Ask.QUOTE), Question(Ask.OPEN), Question(Ask.MORE_CARS)))


def _criteria(random: Random) -> CarCriteria:
    return CarCriteria(
        body_styles=random.choice(((), ("sedan",), ("suv",), ("sedan", "hatchback"))),
        transmissions=random.choice(((), ("automatic",))),
        price=random.choice((Range(), Range(None, Decimal(random.randrange(15, 60) * 10_000)))),
        year=random.choice((Range(), Range(Decimal(random.randrange(2014, 2022)), None))),
        km=random.choice((Range(), Range(None, Decimal(random.randrange(4, 9) * 10_000)))),
    )


def _found(random: Random, language: Language) -> f.Finding:
    shown = cars(random, random.randrange(1, 4))
    total = len(shown) if random.random() < 0.3 else random.randrange(4, 60)
    relaxed = (f.Relaxation("price", False),) if random.random() < 0.25 else ()
    missing = ("Tesla",) if random.random() < 0.2 else ()
    return f.CarsFound(_criteria(random), shown, total, 0, relaxed, None, missing, question=_question(random))


def _described(random: Random, language: Language) -> f.Finding:
    one = car(random)
    known = {name: getattr(one, name) for name in ("km", "price", "year", "transmission", "length_mm", "doors")}
    picked = random.sample(sorted(known), random.randrange(0, 3))
    answers = tuple(f.AttributeAnswer(name, known[name], Origin.STATED) for name in picked)
    return f.CarDescribed(one, answers, _question(random))


def _compared(random: Random, language: Language) -> f.Finding:
    pair = cars(random, 2)
    cheap = min(pair, key=lambda c: c.price)
    fresh = min(pair, key=lambda c: c.km or 0)
    best = (("price", cheap.stock_id), ("km", fresh.stock_id))
    return f.CarsCompared(pair, ("price", "km", "year", "transmission"), best, question=_question(random))


def _analysed(random: Random, language: Language) -> f.Finding:
    metric = random.choice((Metric.COUNT, Metric.MEAN, Metric.RANGE, Metric.SHARE))
    if metric is Metric.COUNT:
        rows: tuple[f.AnalysisRow, ...] = (f.AnalysisRow(None, random.randrange(2, 80)),)
        return f.StockAnalysed(metric, None, None, _criteria(random), rows, 400)
    if metric is Metric.SHARE:
        rows = (f.AnalysisRow(None, Decimal(random.randrange(10, 900)) / 1000, count=random.randrange(4, 90)),)
        return f.StockAnalysed(metric, None, None, _criteria(random), rows, 400)
    low = Decimal(random.randrange(110, 200) * 1000 + 999)
    rows = (f.AnalysisRow(None, low, low * 3),)
    return f.StockAnalysed(metric, "price", None, _criteria(random), rows, random.randrange(10, 300))


def _plan(random: Random, language: Language) -> f.Finding:
    one = car(random)
    down = (one.price * random.choice((10, 20, 30)) / 100).quantize(_CENT)
    menu = (36, 48, 60, 72) if random.random() < 0.4 else (random.choice((36, 48, 60, 72)),)
    quotes = tuple(quote(random, one.price, months, down) for months in menu)
    return f.PlanQuoted(
        quotes, one, date(2026, 11, random.randrange(1, 28)), random.random() < 0.5, question=Question(Ask.BOOK)
    )


def _calculated(random: Random, language: Language) -> f.Finding:
    figures = (
        ("monthly_budget", Decimal(random.randrange(30, 90) * 100)),
        ("max_price", Decimal(random.randrange(150_000, 500_000))),
        ("months", random.choice((36, 48, 60, 72))),
        ("annual_rate", Decimal("0.10")),
    )
    return f.Calculated(FinanceKind.MAX_PRICE, figures, assumed=("months",), question=Question(Ask.SHOW_CARS))


def _impossible(random: Random, language: Language) -> f.Finding:
    price = Decimal(random.randrange(150, 300) * 1000)
    return f.PlanImpossible("down_exceeds_price", (("price", price), ("down", price + 50_000)))


def _rules(random: Random, language: Language) -> f.Finding:
    claimed = Decimal(random.randrange(4, 9)) if random.random() < 0.4 else None
    return f.FinancingRules(
        Decimal("0.10"), (36, 48, 60, 72), Decimal(0), Decimal(20), ("rate", "terms", "down_payment"), claimed
    )


def _passage(random: Random, language: Language) -> f.Finding:
    text = random.choice(_PASSAGES[language])
    fact = f.PassageFact("knowledge/tema.md#parte", "Tema", "Parte", text, language, 0.8)
    return f.PassagesFound("…", (fact,), question=_question(random))


def _branch(random: Random) -> f.BranchFact:
    name, city, address = random.choice(
        (
            ("Valle Norte", "Monterrey", "Av. Lázaro Cárdenas 2400, San Pedro Garza García"),
            ("Valle Centro", "Puebla", "Blvd. Atlixco 1502, La Paz"),
            ("Valle Sur", "Guadalajara", "Calz. Mariano Otero 3390, Jardines de la Victoria"),
        )
    )
    hours = tuple((day, time(9), time(18)) for day in range(5))
    return f.BranchFact(fold_id(name), name, city, address, hours if random.random() < 0.7 else None)


def fold_id(name: str) -> str:
    """An identifier made of a name."""
    return name.lower().replace(" ", "-")


def _branches(random: Random, language: Language) -> f.Finding:
    branch = _branch(random)
    return f.BranchesFound((branch,), branch.city, asks_hours=random.random() < 0.5, question=_question(random))


def _booked(random: Random, language: Language) -> f.Finding:
    branch = _branch(random)
    starts = datetime(2026, 11, 23, 9, tzinfo=ZONE) + timedelta(days=random.randrange(20), hours=random.randrange(9))
    draft = AppointmentDraft("visit", branch.name, branch.city, starts.date(), starts.time(), name="Mariana")
    status = random.choice(("booked", "changed"))
    return f.AppointmentFinding(status, draft, branch, car(random), None, (), f"C{random.randrange(100, 999)}", starts)


def _collecting(random: Random, language: Language) -> f.Finding:
    branch = _branch(random)
    draft = AppointmentDraft("test_drive", branch.name, branch.city, date(2026, 11, random.randrange(23, 30)))
    question = Question(Ask.HOUR, ("10:00", "13:00", "16:30"))
    return f.AppointmentFinding("collecting", draft, branch, car(random), None, question.options, question=question)


def _sale(random: Random, language: Language) -> f.Finding:
    draft = SaleDraft(
        False, "Nissan", "March", None, random.randrange(2012, 2022), random.randrange(20, 120) * 1000, "Toluca"
    )
    return f.SaleFinding("received", draft, lead_id="7", question=Question(Ask.OPEN))


def _handoff(random: Random, language: Language) -> f.Finding:
    opens = datetime(2026, 11, random.randrange(23, 29), 9, tzinfo=ZONE) if random.random() < 0.5 else None
    return f.HandoffFinding("made", "requested", opens)


def _talk(random: Random, language: Language) -> f.Finding:
    return f.Talked(
        random.choice((Intent.THANKS, Intent.GREETING, Intent.HELP)), "Mariana", question=Question(Ask.OPEN)
    )


def _declined(random: Random, language: Language) -> f.Finding:
    return f.Declined(Intent.MANIPULATION, random.choice(("discount", "secrets", "legal", None)), Question(Ask.OPEN))


def _not_known(random: Random, language: Language) -> f.Finding:
    return f.NotKnown("…", question=Question(Ask.HUMAN))


MAKERS: tuple[Callable[[Random, Language], f.Finding], ...] = (
    _found, _found, _described, _compared, _analysed, _plan, _plan, _calculated, _impossible, _rules, _passage,
    _branches,
    _booked, _collecting, _sale, _handoff, _talk, _declined, _not_known,
)  # fmt: skip


def findings(random: Random, language: Language) -> tuple[f.Finding, ...]:
    """The findings of one turn: one, or two of different kinds."""
    first = random.choice(MAKERS)
    if random.random() < 0.8:
        return (first(random, language),)
    second = random.choice([maker for maker in MAKERS if maker is not first])
    return first(random, language), second(random, language)
