"""Promises and states of affairs that a reply may claim only where a finding says so, by language."""

from __future__ import annotations

import re

_NOT = re.compile(
    r"\b(?:no|ni|nunca|sin|tampoco|ningun\w*|not|never|without|cannot|nor|neither|none|nao|nem|sem|nenhum\w*|jamas|isn|doesn"
    r"|don|won|can|aren)(?:'|’)?t?\b"
)
_NOT_ALONE = re.compile(r"\b(?:can|don|won|isn|doesn|aren)\b(?!['’]t)")

# A promise, and the stems that must stand in the findings for it to be said.
PROMISES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "guarantee",
            r"\b(?:te (?:lo )?(?:garantiz|asegur|promet)\w*|garantizad[oa]s?|garantizamos|garantizo|guarantee[ds]?\b|i promise"
            r"|we promise|prometo|prometemos|garanto|garantimos|garantid[oa]s?|con toda seguridad|sin falta)",
        ),
        (
            "approval",
            r"(?:credito|prestamo|financiamiento|loan|credit|financing|financiamento)\W+(?:\w+\W+){0,3}?(?:aprobad[oa]|approved"
            r"|aprovad[oa]|preaprobad[oa]|autorizad[oa])|(?:ya )?(?:estas|quedas|fuiste|eres) (?:pre)?aprobad[oa]"
            r"|you(?:'re| are) (?:pre-?)?approved|pre-?approved|seguro te (?:lo )?aprueban|aprobacion (?:garantizada|inmediata|segura)"
            r"|guaranteed approval|aprovacao (?:garantida|imediata)|voce (?:esta|foi) aprovad[oa]|sin (?:revisar )?buro"
            r"|no credit check|sem consulta",
        ),
        (
            "discount",
            r"\b(?:descuent\w*|rebaj\w*|discount\w*|descont\w*|te lo dejo en|oferta especial|special offer|promocion\w*|promocao"
            r"|promo\b|% off|bonific\w*|cashback|cupon\w*|coupon\w*|precio especial|special price|preco especial|te (?:hago|mejoro)"
            r" (?:un|el) precio)",
        ),
        (
            "free",
            r"\b(?:gratis|gratuit\w*|free\b(?! as)|for free|de regalo|te regal\w*|cortesia|sin costo|sin cargo|no cost|free of charge"
            r"|sem custo|de graca|de brinde|gift)\b",
        ),
        (
            "included",
            r"\b(?:incluye|incluid[oa]s?|includes?|included|inclui|inclus[oa]s?)\W+(?:\w+\W+){0,3}?(?:seguro|insurance|placas|tenencia"
            r"|verificacion|mantenimiento|maintenance|envio|delivery|garantia|warranty|iva|comision|commission|vat|comissao)"
            r"|\b(?:seguro|insurance|iva|comision|vat)\b(?:\W+\w+){0,2}?\W+(?:incluid[oa]s?|included|inclus[oa]s?)",
        ),
        (
            "interest_free",
            r"sin intereses|meses sin|interest[- ]free|zero interest|no interest\b|0 ?% (?:de )?(?:interes|juros|interest)|sem juros",
        ),
        (
            "no_down",
            r"sin enganche|cero enganche|no down payment|zero down|nothing down|sem entrada|entrada zero",
        ),
        (
            "refund",
            r"reembols\w*|refund\w*|te (?:regres|devolv)\w* (?:tu |el )?dinero|money back|dinheiro de volta|te devolvemos",
        ),
        (
            "lifetime",
            r"de por vida|lifetime|para siempre|vitalici\w*|ilimitad\w*|unlimited",
        ),
        (
            "history",
            r"sin (?:choques|accidentes|golpes|siniestros)|nunca (?:ha sido )?choc\w*|unico dueno|one owner|single owner|no accidents"
            r"|accident[- ]free|never (?:been )?(?:crashed|in an accident)|unico dono|sem batidas|nunca bati\w*|factura original"
            r"|libre de adeudos|como nuevo|like new",
        ),
        (
            "hold",
            r"te lo (?:aparto|aparte|aparta\w*|reserv\w*|guard\w*)|(?:queda|quedo|esta) (?:apartado|reservado)|(?:i|we)(?:'ve| have)?"
            r" (?:put it on hold|reserved it)|it is reserved|reservei (?:ele|o carro)|esta reservado",
        ),
        (
            "binding",
            r"trato hecho|es un trato|deal is done|it's a deal|legally binding|oferta (?:legalmente )?vinculante|negocio fechado"
            r"|contrato (?:cerrado|firmado)|palabra de honor",
        ),
        (
            "delivery_date",
            r"te lo entreg\w* (?:hoy|manana|en)|we deliver it (?:today|tomorrow|in)|entrega (?:inmediata|en \d+)|immediate delivery"
            r"|entrego (?:hoje|amanha)|se entrega (?:hoy|manana)",
        ),
        (
            "urgency",
            r"ultim[oa]s? (?:dia|unidad|oportunidad)\w*|last (?:day|chance|one left)|solo (?:por )?hoy|only today|so hoje"
            r"|ultima chance",
        ),
    )
)
_STEM = 5

BOOKED = re.compile(
    r"\b(?:cita|visita|appointment|visit|horario|prueba|test drive)\b[^.!?\n]{0,40}?\b(?:agendad[oa]|confirmad[oa]|booked|confirmed|"
    r"marcad[oa]|reservad[oa])\b"
)
CANCELLED = re.compile(
    r"\b(?:cita|visita|appointment|horario)\b[^.!?\n]{0,30}?\b(?:cancelad[oa]|cancelled|canceled)\b"
    r"|\b(?:cancele|cancelei|i cancelled|i canceled)\b"
)
HANDED = re.compile(
    r"\b(?:desde ahora te atiende|le paso tu conversacion|ya te (?:pase|comunique|transferi)|te (?:pase|comunique|transferi) con"
    r"|i(?:'m| am) passing your|from now on a person|(?:i have|i've) (?:passed|transferred) you|passo a sua conversa"
    r"|a partir de agora uma pessoa|transferi voce)"
)
LEFT = re.compile(
    r"\b(?:no te enviaremos mas|ya no recibiras|we won't send|we will not send|you will get no more|you'll get no more"
    r"|nao enviaremos mais|voce nao recebera)"
)

ESTIMATE = re.compile(
    r"\b(?:estimacion|estimad[oa]|estimate[ds]?|estimativa|aproximad[oa]|sujet[oa]s? a|subject to|sujeit[oa]s? a)\b"
)
APPROVAL = re.compile(r"\b(?:aprobacion|approval|aprovacao|aprueb\w*|approved)\b")
AUTOMATED = re.compile(r"\b(?:automatic[oa]|automatizad[oa]|automated|automatic|virtual|bot)\b")


def negated(sentence: str, start: int) -> bool:
    """Whether a negation stands in the clause before a place of a folded sentence."""
    clause = re.split(r"[;:]|, (?:pero|but|mas)\b", sentence[:start])[-1]
    return any(not _NOT_ALONE.fullmatch(match.group()) for match in _NOT.finditer(clause[-60:]))


def negations(sentence: str) -> int:
    """How many negations a folded sentence has."""
    return sum(1 for match in _NOT.finditer(sentence) if not _NOT_ALONE.fullmatch(match.group()))


def stem_of(word: str) -> str:
    """The part of a folded word that its forms share, roughly."""
    return word[:_STEM]
