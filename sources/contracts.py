"""The data contracts: which datasets come in, with which columns, and what becomes of each column.

One place for all: extraction, gates, raw tables and dbt's sources are derived from it or tested against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Type = Literal["text", "integer", "number", "date", "boolean", "codes"]
Role = Literal["plain", "person", "vault", "birth_date", "comment"]
Delivery = Literal["full", "period"]
Lane = Literal["hris", "programme", "survey", "anonymous"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a dataset.

    `heading`: the heading in a file drop, which programme.yaml may rename. `codes`: spelling in the file to code.
    `role`: `person` turns an employee number into the pseudonym column `name`; `vault` goes to the vault and nowhere
    else; `birth_date` is cut down to a year; `comment` is free text, redacted. Type `codes`: a list, `|` between.
    `coded_early`: coded at extraction already, since the file's own spelling must not be kept.
    """

    name: str
    heading: str
    type: Type = "text"
    required: bool = True
    role: Role = "plain"
    codes: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    description: str = ""
    coded_early: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset: `raw_<source>.<name>`, its file, key and columns.

    `delivery` "full": each batch replaces what was known before; "period": each period's batch adds to the others.
    """

    source: str
    name: str
    file: str
    lane: Lane
    delivery: Delivery
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    encoding: str = "utf-8-sig"
    description: str = ""

    @property
    def table(self) -> str:
        """The raw table, with its schema."""
        return f"raw_{self.source}.{self.name}"

    @property
    def loaded_columns(self) -> tuple[Column, ...]:
        """What reaches the warehouse: everything but the vault's columns."""
        return tuple(c for c in self.columns if c.role != "vault")


YES_NO = {"Ja": "true", "Nej": "false"}
SEX = {"Kvinna": "female", "Man": "male", "Annat": "other"}
EMPLOYMENT_TYPE = {"Tillsvidare": "permanent", "Visstid": "fixed_term", "Provanställning": "probation"}
END_REASON = {"Befordran": "promotion", "Byte av tjänst": "move", "Omorganisation": "reorganisation",
              "Slut": "termination", "Ändrade villkor": "terms"}  # fmt: skip
LEAVE_TYPE = {"Föräldraledig": "parental", "Sjuk": "other", "Tjänstledig": "other", "Studier": "other"}
TERMINATION = {"Egen uppsägning": "voluntary", "Arbetsbrist": "involuntary", "Pension": "retirement",
               "Avtalets slut": "end_of_contract", "Annat": "other"}  # fmt: skip
CHANNEL = {"Egen anmälan": "self", "Chef": "manager", "HR": "hr"}
MEETING_MODE = {"På plats": "in_person", "Digitalt": "remote", "Både och": "either"}
COURSE = {"Mångfald och inkludering": "inclusion", "Samtalsteknik för mentorer": "mentoring_technique"}
MILESTONE = {"Mål": "goal", "Milstolpe": "milestone"}
LEADERSHIP = {"Sponsor": "sponsor", "Medverkan": "attendance", "Mentor": "mentor", "Genomgång": "review"}
ROLE = {"Adept": "mentee", "Mentor": "mentor"}
AREA = {"Utbildning": "training", "Matchning": "matching", "Träffar": "meetings", "Nätverk": "networking",
        "Information": "information"}  # fmt: skip
RESULT = {"Bättre": "improved", "Oförändrat": "unchanged", "Sämre": "worse", "Pågår": "pending"}

# What a profile may choose from; programme.yaml may replace each list.
GOALS = ("leadership", "specialist", "career_path", "network", "work_life", "change_field")
SKILLS = ("strategy", "finance", "negotiation", "presentation", "project_management", "people_management",
          "data_analysis", "procurement", "law", "software", "communication", "quality")  # fmt: skip
INTERESTS = ("music", "sport", "outdoors", "food", "literature", "technology", "art", "travel", "volunteering", "games")
LANGUAGES = ("sv", "en", "ar", "fi", "so", "pl", "es", "fa")

_NUMBER = Column("person_id", "Anställningsnummer", role="person")


def _person(name: str, heading: str, required: bool = True) -> Column:
    return Column(name, heading, role="person", required=required)


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "hris",
        "employee",
        "anstallda.csv",
        "hris",
        "full",
        ("person_id",),
        (
            _NUMBER,
            Column("first_name", "Förnamn", role="vault"),
            Column("last_name", "Efternamn", role="vault"),
            Column("email", "E-post", role="vault"),
            Column("sex", "Kön", codes=SEX),
            Column("birth_year", "Födelsedatum", "date", role="birth_date"),
            Column("hire_date", "Anställningsdatum", "date"),
            Column("original_hire_date", "Första anställningsdatum", "date", required=False),
            Column("location", "Ort"),
        ),
        description="One row an employee, former and future ones included.",
    ),
    Dataset(
        "hris",
        "employment",
        "anstallningar.csv",
        "hris",
        "full",
        ("employment_id", "effective_date"),
        (
            _NUMBER,
            Column("employment_id", "Anställnings-id"),
            Column("effective_date", "Gäller från", "date"),
            Column("end_date", "Gäller till", "date", required=False, description="Inclusive; empty: still holds."),
            Column("employment_type", "Anställningsform", codes=EMPLOYMENT_TYPE),
            Column("job_title", "Befattning"),
            Column("job_family", "Yrkesfamilj"),
            Column("level", "Nivå", "integer", low=1, high=12),
            Column("pay_band", "Löneband", "integer", low=1, high=30),
            Column("full_time_equivalent", "Sysselsättningsgrad", "number", low=0.05, high=1.0),
            Column("organisation_id", "Enhetskod"),
            _person("manager_person_id", "Chefens anställningsnummer", required=False),
            Column("end_reason", "Avslutsorsak", required=False, codes=END_REASON),
        ),
        description="Effective-dated employments; a new row for each change of job, unit, level or terms.",
    ),
    Dataset(
        "hris",
        "organisation",
        "enheter.csv",
        "hris",
        "full",
        ("organisation_id",),
        (
            Column("organisation_id", "Enhetskod"),
            Column("organisation_name", "Enhetsnamn"),
            Column("superior_id", "Överordnad enhet", required=False),
            Column("cost_centre", "Kostnadsställe", required=False),
        ),
        encoding="cp1252",
        description="The supervisory organisation, a tree.",
    ),
    Dataset(
        "hris",
        "leave",
        "franvaro.csv",
        "hris",
        "full",
        ("person_id", "start_date"),
        (
            _NUMBER,
            Column("start_date", "Från", "date"),
            Column("end_date", "Till", "date", required=False),
            Column("leave_type", "Frånvaroorsak", codes=LEAVE_TYPE, coded_early=True),
        ),
        description="Leaves; every reason but parental becomes `other` at extraction, since sickness is health data.",
    ),
    Dataset(
        "hris",
        "termination",
        "avslut.csv",
        "hris",
        "full",
        ("person_id", "termination_date"),
        (
            _NUMBER,
            Column("termination_date", "Slutdatum", "date", description="Last day of employment, inclusive."),
            Column("reason_category", "Orsak", codes=TERMINATION),
        ),
        description="Ended employments; future ones may be known already.",
    ),
    Dataset(
        "programme",
        "mentee_application",
        "ansokan_adept.csv",
        "programme",
        "full",
        ("cohort", "person_id"),
        (
            Column("application_id", "Ansökningsnummer", "integer", low=1),
            Column("cohort", "Omgång"),
            _NUMBER,
            Column("applied_on", "Ansökningsdatum", "date"),
            Column("channel", "Anmäld genom", codes=CHANNEL),
            Column("has_consented", "Samtycke", "boolean", codes=YES_NO),
            Column("goals", "Mål", "codes"),
            Column("skills_wanted", "Önskade färdigheter", "codes"),
            Column("interests", "Intressen", "codes"),
            Column("languages", "Språk", "codes"),
            Column("meeting_mode", "Mötesform", codes=MEETING_MODE),
            Column(
                "preferred_mentors",
                "Önskade mentorer",
                "codes",
                required=False,
                role="person",
                description="Employee numbers, best first; pseudonyms in the warehouse.",
            ),
            Column("motivation", "Motivering", required=False, role="comment"),
        ),
        description="Mentees' applications with their profiles, of all cohorts so far.",
    ),
    Dataset(
        "programme",
        "mentor_application",
        "ansokan_mentor.csv",
        "programme",
        "full",
        ("cohort", "person_id"),
        (
            Column("application_id", "Ansökningsnummer", "integer", low=1),
            Column("cohort", "Omgång"),
            _NUMBER,
            Column("applied_on", "Ansökningsdatum", "date"),
            Column("channel", "Anmäld genom", codes=CHANNEL),
            Column("has_consented", "Samtycke", "boolean", codes=YES_NO),
            Column("capacity", "Antal adepter", "integer", low=0, high=5),
            Column("goals", "Kan stödja mål", "codes"),
            Column("skills_offered", "Erbjudna färdigheter", "codes"),
            Column("interests", "Intressen", "codes"),
            Column("languages", "Språk", "codes"),
            Column("meeting_mode", "Mötesform", codes=MEETING_MODE),
            Column("is_interviewed", "Intervju godkänd", "boolean", codes=YES_NO),
            Column("motivation", "Motivering", required=False, role="comment"),
        ),
        description="Mentors' applications with their profiles, of all cohorts so far.",
    ),
    Dataset(
        "programme",
        "training_completion",
        "utbildning.csv",
        "programme",
        "period",
        ("person_id", "course"),
        (
            _NUMBER,
            Column("course", "Kurs", codes=COURSE),
            Column("completed_on", "Genomförd", "date"),
            Column("hours", "Timmar", "number", low=0, high=80),
        ),
    ),
    Dataset(
        "programme",
        "kickoff_attendance",
        "introduktion.csv",
        "programme",
        "period",
        ("cohort", "person_id"),
        (
            Column("cohort", "Omgång"),
            _NUMBER,
            Column("role", "Roll", codes=ROLE),
            Column("held_on", "Datum", "date"),
            Column("is_present", "Närvarande", "boolean", codes=YES_NO),
        ),
    ),
    Dataset(
        "programme",
        "meeting",
        "moten.csv",
        "programme",
        "period",
        ("meeting_id",),
        (
            Column("meeting_id", "Mötesnummer"),
            Column("cohort", "Omgång"),
            _person("mentee_person_id", "Adept"),
            _person("mentor_person_id", "Mentor"),
            Column("held_on", "Datum", "date"),
            Column("minutes", "Minuter", "integer", low=5, high=480),
            Column("meeting_mode", "Mötesform", codes=MEETING_MODE),
        ),
    ),
    Dataset(
        "programme",
        "group_attendance",
        "natverkstraffar.csv",
        "programme",
        "period",
        ("group_meeting_id", "person_id"),
        (
            Column("group_meeting_id", "Träffnummer"),
            Column("cohort", "Omgång"),
            Column("held_on", "Datum", "date"),
            _NUMBER,
            Column("role", "Roll", codes=ROLE),
            Column("is_present", "Närvarande", "boolean", codes=YES_NO),
            Column("has_prepared", "Förberedd fråga", "boolean", codes=YES_NO),
            Column("new_contacts", "Nya kontakter", "integer", low=0, high=50),
        ),
    ),
    Dataset(
        "programme",
        "milestone",
        "milstolpar.csv",
        "programme",
        "period",
        ("milestone_id",),
        (
            Column("milestone_id", "Milstolpsnummer"),
            Column("cohort", "Omgång"),
            _person("mentee_person_id", "Adept"),
            Column("kind", "Slag", codes=MILESTONE),
            Column("agreed_on", "Överenskommen", "date"),
            Column("due_on", "Klar senast", "date"),
            Column("reached_on", "Nådd", "date", required=False),
        ),
        description="Goals and milestones agreed; a later period's row of the same number replaces the earlier one.",
    ),
    Dataset(
        "programme",
        "follow_up_meeting",
        "uppfoljning.csv",
        "programme",
        "period",
        ("cohort", "person_id", "held_on"),
        (
            Column("cohort", "Omgång"),
            _NUMBER,
            Column("role", "Roll", codes=ROLE),
            Column("held_on", "Datum", "date"),
            Column("has_given_feedback", "Lämnat synpunkter", "boolean", codes=YES_NO),
        ),
    ),
    Dataset(
        "programme",
        "leadership",
        "ledning.csv",
        "programme",
        "period",
        ("cohort", "person_id", "activity", "held_on"),
        (
            Column("cohort", "Omgång"),
            _NUMBER,
            Column("activity", "Aktivitet", codes=LEADERSHIP),
            Column("held_on", "Datum", "date"),
            Column("hours_budgeted", "Budgeterade timmar", "number", low=0, high=400),
            Column("hours_used", "Använda timmar", "number", low=0, high=400),
        ),
    ),
    Dataset(
        "programme",
        "adjustment",
        "justeringar.csv",
        "programme",
        "period",
        ("adjustment_id",),
        (
            Column("adjustment_id", "Justeringsnummer"),
            Column("cohort", "Omgång"),
            Column("area", "Område", codes=AREA),
            Column("decided_on", "Beslutad", "date"),
            Column("reason", "Skäl", role="comment"),
            Column("action", "Åtgärd", role="comment"),
            Column("follow_up_on", "Följs upp", "date"),
            Column("result", "Resultat", codes=RESULT),
        ),
        description="What was changed in the programme and what came of it; a later row of the same number replaces.",
    ),
    # Surveys come from LimeSurvey, one row an answer, so that any questionnaire fits without a change of schema.
    Dataset(
        "survey",
        "response",
        "",
        "survey",
        "period",
        ("survey_id", "response_id"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            _person("person_id", "token", required=False),
            Column("role", "role", required=False),
            Column("cohort", "cohort", required=False),
            Column("is_complete", "submitdate", "boolean"),
            Column("language", "startlanguage"),
        ),
        description="Responses of token surveys; incomplete ones too. No time finer than the period.",
    ),
    Dataset(
        "survey",
        "answer",
        "",
        "survey",
        "period",
        ("survey_id", "response_id", "item"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            Column("item", "code"),
            Column("answer", "answer", description="Short code; an unanswered item has no row."),
            Column(
                "points",
                "assessment_value",
                "integer",
                required=False,
                description="The answer option's Likert points; empty for anything that is no point on the scale.",
            ),
        ),
    ),
    Dataset(
        "survey",
        "comment",
        "",
        "survey",
        "period",
        ("survey_id", "response_id", "item"),
        (
            Column("survey_id", "sid"),
            Column("response_id", "id", "integer"),
            Column("item", "code"),
            Column("language", "startlanguage"),
            Column("comment", "text", role="comment"),
        ),
    ),
    # No person, no token, no time, no response id: rows are put in the order of their content.
    Dataset(
        "anonymous",
        "self_identification",
        "",
        "anonymous",
        "period",
        ("row_number",),
        (
            Column("row_number", "row_number", "integer"),
            Column("survey_id", "sid"),
            Column("ground", "ground"),
            Column("group_code", "group"),
            Column(
                "participation", "participation", required=False, description="Empty: the question was not answered."
            ),
            Column("intention_to_stay", "STAY", "integer", required=False, low=1, high=5),
            Column("career", "CAREER", "integer", required=False, low=1, high=5),
            Column("safety", "SAFE", "integer", required=False, low=1, high=5),
        ),
        description="The anonymous lane; meets the HRIS lane only as aggregates.",
    ),
)

# Fields of an HRIS that are dropped at extraction, whatever their file says (headings, lower case).
DENIED_HEADINGS = frozenset({
    "personnummer", "religion", "trossamfund", "etnicitet", "etnisk tillhörighet", "funktionsnedsättning",
    "medborgarskap", "nationalitet", "födelseland", "blodgrupp", "partitillhörighet", "politisk tillhörighet",
    "fackförbund", "facklig tillhörighet", "hälsa", "diagnos", "sexuell läggning", "national id", "ethnicity",
    "disability", "nationality", "blood type", "political affiliation", "union membership", "health",
    "country of birth", "sexual orientation",
})  # fmt: skip

# Every raw row carries these: the content hash of its batch, the moment it was known, the delivery it belongs to
# ("full" or a period's label) and its line in the file.
RAW_TAIL = ("batch_id", "known_at", "delivery", "line")


def dataset(source: str, name: str) -> Dataset:
    """The contract of one dataset; KeyError names the known ones."""
    for item in DATASETS:
        if (item.source, item.name) == (source, name):
            return item
    raise KeyError(f"no dataset {source}.{name}; known: {', '.join(f'{d.source}.{d.name}' for d in DATASETS)}")
