"""A drawing in the place of a photograph: the silhouette of the body style, in a paint of the car's own."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

# Hue, saturation and lightness of paints that cars really have.
_PAINTS = (
    (210, 12, 70), (215, 10, 42), (220, 18, 26), (355, 62, 42), (212, 58, 42), (200, 46, 55), (8, 52, 34),
    (152, 30, 36), (36, 34, 62), (24, 62, 50), (230, 42, 36), (190, 8, 82),
)  # fmt: skip
_ALIKE = {"minivan": "van", "wagon": "hatchback", "convertible": "coupe"}


@lru_cache(1)
def _shapes() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("commercial_agent.console").joinpath("static", "cars.toml").read_text("utf-8"))


def drawing(stock_id: str, body_style: str | None) -> str:
    """An SVG of a car, the same for the same car every time. It holds no text of anybody's."""
    style = body_style or "sedan"
    shapes = _shapes()
    shape = shapes.get(_ALIKE.get(style, style), shapes["sedan"])
    body = shape["body"]
    seed = blake2b(stock_id.encode(), digest_size=4).digest()
    hue, saturation, light = _PAINTS[seed[0] % len(_PAINTS)]
    name = seed.hex()
    glass = "".join(f'<path d="{d}" fill="#cfe3ee" fill-opacity=".92"/>' for d in shape["windows"])
    tyres = "".join(
        f'<circle cx="{x}" cy="112" r="21" fill="#1c2328"/><circle cx="{x}" cy="112" r="11.5" fill="#c3ccd2"/>'
        f'<circle cx="{x}" cy="112" r="4" fill="#67737b"/>'
        for x in shape["wheels"]
    )
    return (
        '<svg viewBox="0 0 320 150" role="img" aria-hidden="true" focusable="false">'
        f'<defs><linearGradient id="sky{name}" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="hsl({hue} 26% 93%)"/><stop offset="1" stop-color="hsl({hue} 20% 82%)"/>'
        f'</linearGradient><linearGradient id="paint{name}" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="hsl({hue} {saturation}% {light + 10}%)"/>'
        f'<stop offset="1" stop-color="hsl({hue} {saturation}% {light - 10}%)"/></linearGradient></defs>'
        f'<rect width="320" height="150" fill="url(#sky{name})"/>'
        '<ellipse cx="162" cy="134" rx="150" ry="8" fill="#000" fill-opacity=".14"/>'
        f'<path d="{body}" fill="url(#paint{name})"/>{glass}'
        '<path d="M22 99h18" stroke="#ffe9a8" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M288 99h12" stroke="#d8434e" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M60 101H270" stroke="#000" stroke-opacity=".12" stroke-width="2"/>'
        f"{tyres}</svg>"
    )
