"""Spellings in the files and the codes they stand for; what a profile may choose from."""

from __future__ import annotations

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
