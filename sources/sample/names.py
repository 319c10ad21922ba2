"""Invented people: names, e-mails and fictitious personal numbers."""

from __future__ import annotations

import unicodedata

import numpy as np

FEMALE = (
    "Anna",
    "Åsa",
    "Märta",
    "Karin",
    "Sofia",
    "Elin",
    "Ingrid",
    "Malin",
    "Johanna",
    "Emma",
    "Linnéa",
    "Ebba",
    "Anna-Karin",
    "Britt-Marie",
    "Zahra",
    "Fatima",
    "Amina",
    "Hodan",
    "Leyla",
    "Parisa",
    "Nasrin",
    "Katarzyna",
    "Agnieszka",
    "Małgorzata",
    "Aino",
    "Päivi",
    "Thị Hương",
    "Ngọc Ánh",
    "Svetlana",
    "María José",
    "Chiara",
    "Mei",
    "Priya",
    "Sunniva",
    "Þóra",
    "Jelena",
    "Željka",
    "Renée",
)
MALE = ("Erik", "Björn", "Örjan", "Åke", "Lars", "Anders", "Johan", "Karl-Johan", "Per-Åke", "Göran", "Håkan", "Jörgen",
        "Oskar", "Viktor", "Gustav", "Ali", "Mohammed", "Yusuf", "Abdi", "Reza", "Dariush", "Łukasz", "Paweł", "Mikko",
        "Jukka", "Văn Đức", "Quốc Huy", "Dmitri", "José", "Luca", "Wei", "Arjun", "Ahmet", "Işık", "Goran", "Đorđe",
        "Mattias", "Sean")  # fmt: skip
LAST = (
    "Svensson",
    "Åkesson",
    "Öberg",
    "Lindqvist",
    "Ström",
    "Bergström",
    "Sjögren",
    "Hägg",
    "Nyström",
    "Wallin",
    "Ekdahl",
    "Forsberg",
    "Norling",
    "Hedlund",
    "Brännström",
    "Ågren",
    "Öhman",
    "Fälldin",
    "Rönnqvist",
    "Sandström",
    "von Ahlén",
    "af Klinteberg",
    "von Platen",
    "de la Cruz",
    "van Dijk",
    "Lind-Ek",
    "Ståhl-Nyberg",
    "Berg, f. Dahl",
    "O'Connor",
    "D'Angelo",
    "Łukaszewicz",
    "Wójcik",
    "Żurawski",
    "Korhonen",
    "Mäkinen",
    "Hämäläinen",
    "Nguyễn",
    "Trần",
    "Phạm",
    "Hassan",
    "Abdullahi",
    "Warsame",
    "Al-Rashid",
    "Karimi",
    "Hosseini",
    "Yılmaz",
    "Öztürk",
    "Petrović",
    "Đukić",
    "García Núñez",
    "Fernández",
    "Rossi",
    "Ivanova",
    "Singh",
    "Li",
    "Zhang",
    "Sæther",
    "Østergaard",
    "Jónsdóttir",
    "Šimić",
    "Björk",
    "Lundmark",
    "Vallgren",
    "Grahn",
    "Tegnér",
)

# Marker people: nobody could be called so by chance. Tests look for these strings in everything that is written.
CANARIES = (
    ("Kvittrandra", "Kanariefågelström", "mentee_2024"),
    ("Piplina", "Kanariefågelberg", "mentor_2024"),
    ("Sångfrida", "Kanariefågellund", "mentee_2025"),
    ("Drillberta", "Kanariefågeldahl", "mentor_2025"),
    ("Fjäderika", "Kanariefågelholm", "manager"),
    ("Näbbina", "Kanariefågelkvist", "quitter"),
)
CANARY_NUMBERS = tuple(f"E90909{i:03d}" for i in range(1, len(CANARIES) + 1))
DOMAIN = "nordviken.example"
_PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "þ": "th", "ı": "i", " ": "", "'": "", ",": "", ".": ""}
)


def ascii_part(name: str) -> str:
    """A name as the local part of an e-mail address."""
    text = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c == "-"))


def draw_names(rng: np.random.Generator, female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last names, so that some people share both."""
    n = len(female)
    pick_f, pick_m = rng.integers(len(FEMALE), size=n), rng.integers(len(MALE), size=n)
    first = np.where(female, np.array(FEMALE)[pick_f], np.array(MALE)[pick_m])
    last = np.array(LAST)[rng.integers(len(LAST), size=n)]
    return first, last


def emails(first: np.ndarray, last: np.ndarray, taken: set[str]) -> np.ndarray:
    """Addresses at the fictional company, all different from each other and from `taken` (which grows)."""
    result = []
    for f, n in zip(first.tolist(), last.tolist(), strict=True):
        base = f"{ascii_part(f)}.{ascii_part(n)}"
        local, k = base, 1
        while local in taken:
            k += 1
            local = f"{base}{k}"
        taken.add(local)
        result.append(f"{local}@{DOMAIN}")
    return np.array(result)


def personal_numbers(birth: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Luhn-valid numbers YYYYMMDD-98NC: the series 980 to 999 is kept for tests and given to nobody."""
    result = []
    for day, number in zip(np.datetime_as_string(birth).tolist(), serial.tolist(), strict=True):
        digits = day.replace("-", "")
        stem = digits[2:] + f"{980 + number % 20:03d}"
        total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(stem))
        result.append(f"{digits}-{stem[6:]}{-total % 10}")
    return np.array(result)
