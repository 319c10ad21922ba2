"""The four questionnaires: questions, answer options and texts in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass

LIKERT = (("A1", "Instämmer inte alls", "Strongly disagree", 1), ("A2", "Instämmer i liten grad", "Disagree", 2),
          ("A3", "Varken eller", "Neither", 3), ("A4", "Instämmer i hög grad", "Agree", 4),
          ("A5", "Instämmer helt", "Strongly agree", 5))  # fmt: skip
LIKERT_OR_NOT = (*LIKERT, ("A6", "Vet ej", "Don't know", 0))
PART = (("A1", "Adept", "Mentee", 0), ("A2", "Mentor", "Mentor", 0), ("A3", "Ingetdera", "Neither", 0))


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `kind` is LimeSurvey's type letter, `subs` the statements of an array, `page` its group from 1."""

    code: str
    kind: str
    page: int
    sv: str
    en: str
    subs: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str, str, int], ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Column headings in an export with headings of type code."""
        return tuple(f"{self.code}[SQ{k:03d}]" for k in range(1, len(self.subs) + 1)) or (self.code,)


def _array(code: str, page: int, sv: str, en: str, *subs: tuple[str, str]) -> Question:
    return Question(code, "F", page, sv, en, subs, LIKERT_OR_NOT)


WELL = _array(
    "WELL",
    1,
    "Hur trivs du?",
    "How are you doing at work?",
    ("Jag trivs på jobbet", "I enjoy my work"),
    ("Jag har energi i arbetet", "I have energy at work"),
    ("Arbetsbördan är rimlig", "My workload is reasonable"),
    ("Jag känner arbetsglädje", "Work gives me joy"),
)
SAFE = _array("SAFE", 1, "Tänk på din arbetsgrupp", "Think of your team",
              ("Jag kan säga ifrån", "I can speak up"), ("Det är lätt att be om hjälp", "It is easy to ask for help"),
              ("Misstag får man lära av", "We may learn from mistakes"))  # fmt: skip
BELONG = _array("BELONG", 1, "Hör du till?", "Do you belong?", ("Jag känner mig sedd", "I feel seen"),
                ("Jag känner tillhörighet", "I belong here"), ("Min åsikt räknas", "My opinion counts"))  # fmt: skip
CAREER = _array(
    "CAREER",
    1,
    "Din karriär",
    "Your career",
    ("Jag är nöjd med min utveckling", "I am happy with my progress"),
    ("Jag ser nästa steg", "I see my next step"),
    ("Jag får rätt möjligheter", "I get fair opportunities"),
)
RELQ = _array(
    "RELQ",
    2,
    "Samarbetet mellan dig och din mentor eller adept",
    "You and your mentor or mentee",
    ("Vi lyssnar på varandra", "We listen to each other"),
    ("Vi har förtroende", "We trust each other"),
    ("Träffarna är väl förberedda", "Our meetings are well prepared"),
    ("Det ger mig mycket", "It gives me a lot"),
)
STAY = Question("STAY", "L", 2, "Jag räknar med att arbeta kvar om ett år", "I expect to stay for another year",
                options=LIKERT_OR_NOT)  # fmt: skip
NET = Question("NET", "N", 2, "Hur många kollegor kan du vända dig till?", "How many colleagues can you turn to?")
HOURS = Question(
    "HOURS", "N", 2, "Hur många timmar har ni använt i kvartalet?", "How many hours did you use this quarter?"
)
GOALS = Question(
    "GOALS", "L", 2, "Vi når målen för mentorskapet", "We reach the goals of the mentorship", options=LIKERT_OR_NOT
)
CONTACT = Question(
    "CONTACT", "Y", 3, "Vill du bli kontaktad av programkontoret?", "Shall the programme office contact you?"
)
GOOD = Question("GOOD", "T", 3, "Vad fungerar bra? Skriv inga namn.", "What works well? Please write no names.")
CHANGE = Question("CHANGE", "T", 3, "Vad bör ändras? Skriv inga namn.", "What should change? Please write no names.")


@dataclass(frozen=True, slots=True)
class Survey:
    """One questionnaire; an anonymous one has neither tokens nor times."""

    sid: int
    role: str
    sv: str
    en: str
    questions: tuple[Question, ...]
    is_anonymous: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """All headings of an export, in order."""
        return tuple(item for q in self.questions for item in q.items)

    @property
    def page_of(self) -> dict[str, int]:
        """The page on which each item stands."""
        return {item: q.page for q in self.questions for item in q.items}


_CORE = (WELL, SAFE, BELONG, CAREER)
MENTEES = Survey(410101, "mentee", "Uppföljning för adepter", "Follow-up for mentees",
                 (*_CORE, RELQ, STAY, NET, HOURS, GOALS, CONTACT, GOOD, CHANGE))  # fmt: skip
MENTORS = Survey(410102, "mentor", "Uppföljning för mentorer", "Follow-up for mentors",
                 (*_CORE, RELQ, STAY, NET, HOURS, CONTACT, GOOD, CHANGE))  # fmt: skip
EMPLOYEES = Survey(410103, "employee", "Medarbetarenkät", "Employee survey", (*_CORE, STAY, NET))
_ONE = {"options": LIKERT}
ANONYMOUS = Survey(
    410104,
    "anonymous",
    "Anonym enkät om lika möjligheter",
    "Anonymous survey on equal opportunities",
    (
        Question("G_ETH", "Y", 1, "Tillhör du en etnisk minoritet?", "Do you belong to an ethnic minority?"),
        Question("G_DIS", "Y", 1, "Har du en funktionsnedsättning?", "Do you have a disability?"),
        Question("G_ORI", "Y", 1, "Är du homosexuell, bisexuell eller queer?", "Are you gay, bisexual or queer?"),
        Question(
            "PART",
            "L",
            1,
            "Är du med i mentorprogrammet?",
            "Do you take part in the mentorship programme?",
            options=PART,
        ),
        Question("STAY", "L", 1, STAY.sv, STAY.en, **_ONE),
        Question("CAREER", "L", 1, "Jag är nöjd med min karriär", "I am happy with my career", **_ONE),
        Question("SAFE", "L", 1, "Jag kan säga ifrån", "I can speak up", **_ONE),
    ),
    is_anonymous=True,
)
SURVEYS = (MENTEES, MENTORS, EMPLOYEES, ANONYMOUS)
