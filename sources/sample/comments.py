"""Free text in Swedish and English: themes with variation, oddities, and planted identifiers for the redaction."""

from __future__ import annotations

import numpy as np

from sources.sample.names import CANARIES
from sources.sample.tables import Table

# theme -> (Swedish, English); the first half of each is praise, the second a wish.
PRAISE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "network": (
        (
            "Jag har fått ett större nätverk",
            "Nya kontakter på andra avdelningar",
            "Nätverksträffarna är guld värda",
            "Jag känner fler kollegor nu",
        ),
        ("My network has grown", "New contacts in other departments", "The network meetings are great"),
    ),
    "career": (
        (
            "Jag ser min karriär tydligare",
            "Vi har gjort en plan för nästa steg i karriären",
            "Jag vågade söka en ny tjänst",
        ),
        ("I see my career path more clearly", "We planned my next career step"),
    ),
    "safety": (
        ("Jag kan tala öppet utan att bli dömd", "Det känns tryggt att ställa frågor", "Vi har ett ärligt samtal"),
        ("I can speak freely", "It feels safe to ask questions"),
    ),
    "matching": (
        ("Min mentor passar mig mycket bra", "Bra matchning, vi har samma intressen", "Vi är ett bra par"),
        ("My mentor is a great match", "We share interests, a good match"),
    ),
    "skills": (
        ("Jag har lärt mig förhandla", "Jag har blivit bättre på att presentera", "Konkreta råd om ledarskap"),
        ("I learned to negotiate", "Better at presenting", "Concrete advice on leadership"),
    ),
    "structure": (
        ("Tydlig plan och bra milstolpar", "Introduktionen gav en klar bild", "Bra struktur på träffarna"),
        ("Clear plan and good milestones", "The introduction was clear"),
    ),
    "belonging": (
        ("Jag känner mig sedd och hörd", "Starkare känsla av tillhörighet"),
        ("I feel seen and heard", "A stronger sense of belonging"),
    ),
}
WISHES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "time": (
        (
            "Det är svårt att få tid till mötena",
            "Mötena ställs in när det är mycket att göra",
            "Avsätt tid på arbetstid, nu blir det kvällar",
            "Schemat krockar med våra träffar",
        ),
        (
            "It is hard to find time for the meetings",
            "Meetings get cancelled when work is busy",
            "Please set aside working hours for this",
        ),
    ),
    "management": (
        (
            "Chefen borde visa större intresse",
            "Ledningen syns för lite i programmet",
            "Min chef prioriterar inte detta",
        ),
        ("My manager should show more interest", "Leadership is not visible enough"),
    ),
    "matching": (
        ("Vi hade för olika mål", "Matchningen kunde vara bättre, vi arbetar med helt olika saker"),
        ("The match could be better", "Our goals are too different"),
    ),
    "training": (
        ("Mentorer behöver mer utbildning i samtalsteknik", "Mer om diskriminering och normer i utbildningen"),
        ("Mentors need more training", "More training on inclusion, please"),
    ),
    "structure": (
        ("Målen var otydliga i början", "Mer information om vad som förväntas", "Vi saknade en mall för planen"),
        ("The goals were unclear at first", "More information on what is expected"),
    ),
    "network": (
        ("Fler nätverksträffar, gärna på plats", "Fler gemensamma träffar för alla par"),
        ("More group meetings, please", "More network meetings on site"),
    ),
    "remote": (
        ("Digitala möten blir stela", "Bättre teknik för möten på distans"),
        ("Remote meetings feel stiff", "Better tools for remote meetings"),
    ),
}
_ENDS = (
    ("", ".", "!", ", tack vare programmet.", ". Fortsätt så!", " och det märks i vardagen.", ", särskilt i höst."),
    ("", ".", "!", ", thanks to the programme.", ". Keep going!", " and it shows every day."),
)
_WISH_ENDS = (
    ("", ".", "!", ", tyvärr.", ". Det vore bra att ändra.", ". Gäller hela vår grupp.", ", särskilt före bokslutet."),
    ("", ".", "!", ", unfortunately.", ". Please change that.", ". It is the same for the whole team."),
)
ODD = (
    "N/A",
    "-",
    "=SUM(1+1) ska inte räknas",
    "<b>Bra</b> program & fina möten <3",
    "Jättebra! 👍🎉",
    "Inget att tillägga",
    'Rad ett;\r\nrad "två"\r\n\r\nslut.',
    "Vet ej\n",
)
_IDENTIFIED = (
    (
        "{name} har varit en fantastisk mentor",
        "Tack {name} för alla råd",
        "Ring mig på {phone} om ni vill veta mer",
        "Skriv till {email} så berättar jag",
        "Mitt personnummer är {pnr} om ni behöver det",
        "Se https://intranat.nordviken.example/mentor/{number} för våra anteckningar",
        "Prata med {name}, {number}, om schemat",
    ),
    (
        "{name} has been a wonderful mentor",
        "Thanks to {name} for the advice",
        "Call me on {phone}",
        "Write to {email} and I will tell you more",
        "My personal number is {pnr}",
        "See https://intranat.nordviken.example/mentor/{number}",
        "Ask {name}, {number}, about the schedule",
    ),
)
_MOTIVES = (
    (
        "Jag vill utvecklas i min roll",
        "Jag vill bygga ett nätverk",
        "Jag vill ta nästa steg",
        "Jag söker någon att bolla med",
        "Jag vill förstå hur organisationen fungerar",
    ),
    ("I want to grow in my role", "I want to build a network", "I am looking for a sounding board"),
)
_MENTOR_MOTIVES = (
    (
        "Jag vill dela med mig av min erfarenhet",
        "Jag tror på mångfald i ledningen",
        "Jag lär mig själv av andra",
        "Jag hade själv en bra mentor",
    ),
    ("I want to share what I know", "I had a good mentor myself"),
)
_MOTIVE_ENDS = (
    ("", ".", " och bidra mer.", " framöver; det är dags."),
    ("", ".", " and contribute more.", "; it is time."),
)


def _pick(options: tuple[str, ...], uniform: float) -> str:
    return options[int(uniform * len(options))]


def motivations(u: np.ndarray, v: np.ndarray, is_english: np.ndarray, is_mentor: bool = False) -> list[str]:
    """A sentence for an application form; a few are left empty."""
    texts = _MENTOR_MOTIVES if is_mentor else _MOTIVES
    return [
        "" if b < 0.08 else _pick(texts[e], a) + _pick(_MOTIVE_ENDS[e], b)
        for a, b, e in zip(u.tolist(), v.tolist(), is_english.astype(int).tolist(), strict=True)
    ]  # fmt: skip


def comment(
    draws: np.ndarray, is_wish: bool, is_english: bool, is_content: bool, colleague: dict[str, str] | None
) -> str:
    """One comment from seven uniforms. `colleague`, if given, is named in it."""
    a, b, c, d, e, f, _ = draws.tolist()
    language = int(is_english)
    if colleague is not None:
        text = _pick(_IDENTIFIED[language], a).format(**colleague)
        return f"{text}." if b < 0.6 else f"{text}. {_pick(next(iter(PRAISE.values()))[language], c)}."
    if a < 0.035:
        return _pick(ODD, b)
    book, ends = (WISHES, _WISH_ENDS) if is_wish else (PRAISE, _ENDS)
    themes = list(book)
    # Pairs that do badly complain of time and matching; pairs that do well praise their match.
    preferred = (
        "time"
        if is_wish and not is_content
        else "matching"
        if not is_wish and is_content
        else themes[int(c * len(themes))]
    )
    theme = preferred if b < 0.35 else themes[int(c * len(themes))]
    text = _pick(book[theme][language], d) + _pick(ends[language], e)
    if f < 0.25:
        other = themes[int(f * 4 * len(themes))]
        text = f"{text.rstrip('.!')}. {_pick(book[other][language], e)}."
    return text


def colleague_of(people: Table, index: int, phone: float) -> dict[str, str]:
    """What a comment may give away of a person; the phone numbers are of the series kept for fiction."""
    return {
        "name": f"{people['first_name'][index]} {people['last_name'][index]}", "email": str(people["email"][index]),
        "pnr": str(people["pnr"][index]), "number": str(people["number"][index]),
        "phone": f"070-17406{5 + int(phone * 35):02d}",
    }  # fmt: skip


def canary_names() -> tuple[str, ...]:
    """All marker strings that comments may hold."""
    return tuple(part for first, last, _ in CANARIES for part in (first, last))
