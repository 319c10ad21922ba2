"""The report as HTML: whole, escaped, honest about what is hidden, and the same every time."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from reports import headlines, render
from reports.charts.line import Series, line
from reports.reading import COLUMNS
from reports.sections.effects import LADDER
from reports.sections.key_factors import FACTORS
from reports.wording import wording
from tests.unit.reports import sample_tables

VOID = {"meta", "link", "br", "img", "input", "hr"}
EVIL = "<script>alert(1)</script>\"&'{{ 7*7 }}"


class _Page(HTMLParser):
    """Collects what the tests ask about, and fails on elements that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.feed(html)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.hrefs.append(found["href"])

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def tables():
    return sample_tables.tables()


def _render(tables, language="sv", programme=None, context=None) -> str:
    return render(tables, programme or sample_tables.programme(), context or sample_tables.context(), language)


@pytest.mark.parametrize("language", ["sv", "en"])
class TestWhole:
    def test_well_formed_with_language_and_headings_in_order(self, tables, language):
        page = _Page(_render(tables, language))
        assert ("html", {"lang": language}) in page.tags
        assert page.headings[0] == 1 and page.headings.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
        assert len(page.ids) == len(set(page.ids))
        assert all(href == "data:," or href.removeprefix("#") in page.ids for href in page.hrefs)

    def test_it_asks_for_nothing_and_needs_no_script(self, tables, language):
        html = _render(tables, language)
        assert not re.search(
            r"https?:|//[a-z]|url\(|@import|<script|<iframe|<object|<embed|\son\w+=|srcset|@font-face", html
        )
        assert not [tag for tag, found in _Page(html).tags if "src" in found]

    def test_tables_and_charts_say_what_they_are(self, tables, language):
        html = _render(tables, language)
        assert html.count("<table") == html.count("<caption")
        for tag, found in _Page(html).tags:
            if tag == "svg":
                assert found.get("aria-hidden") == "true" or (found["role"] == "img" and found["aria-label"])
            if tag == "th":
                assert found.get("scope")

    def test_the_three_headlines_come_first(self, tables, language):
        page = _Page(_render(tables, language))
        three = headlines(tables, sample_tables.programme(), language)
        assert len(three) == 3
        opening = page.text[: page.text.index(wording(language)("goals.lead", reached=6, measured=10, total=11))]
        for label, figure, sentence in three:
            for part in (label, figure, sentence):
                assert " ".join(part.split()) in opening

    def test_all_ten_factors_all_goals_and_all_planned_outcomes(self, tables, language):
        html = _render(tables, language)
        assert [f for f in FACTORS if f'id="factor-{f}"' in html] == list(FACTORS) and len(FACTORS) == 10
        text = _Page(html).text
        programme = sample_tables.programme()
        assert all(getattr(goal.title, language) in text for goal in programme.goals)
        assert all(f'id="outcome-{o.name}"' in html for o in programme.analysis.outcomes)

    def test_hidden_figures_appear_nowhere_and_their_sign_does(self, tables, language):
        html = _render(tables, language)
        assert "987" not in html and "98,77" not in html and "99 %" not in html.replace("\u00a0", " ")
        assert wording(language)("hidden.word") in html

    def test_nothing_of_the_run_but_its_fingerprints(self, tables, language):
        html = _render(tables, language)
        assert "run-that-nobody-may-see" not in html
        assert sample_tables.context().code_hash in html and sample_tables.context().config_hash in html

    def test_the_same_bytes_again_whatever_the_order_of_unrelated_tables(self, tables, language):
        again = dict(reversed([(name, frame.copy()) for name, frame in tables.items()]))
        assert _render(tables, language) == _render(again, language)

    def test_empty_tables_say_so(self, language):
        for tables in ({}, sample_tables.empty_tables()):
            page = _Page(_render(tables, language))
            text = wording(language)
            for key in (
                "goals.none_measured",
                "surveys.empty",
                "comments.empty",
                "matching.empty",
                "workforce.empty",
                "anonymous.empty",
                "adjustments.empty",
                "headline.pairs_missing",
                "meaning.missing",
            ):
                assert text(key) in page.text, key

    def test_all_hidden_tables_show_no_figure(self, language):
        html = _render(sample_tables.hidden_tables(), language)
        page, text = _Page(html), wording(language)
        assert text("meaning.hidden") in page.text and text("headline.pairs_hidden") in page.text
        assert not re.search(r'<span class="num">', html)
        assert 'class="fill"' not in html and 'class="now"' not in html and 'class="estimate' not in html


def test_other_periods_and_editions_are_left_out(tables):
    later = {name: f.assign(period="2026Q4") if "period" in f else f for name, f in tables.items()}
    both = {
        name: pd.concat([tables[name], later[name].assign(value=0.123456)])
        if "period" in tables[name]
        else tables[name]
        for name in tables
    }
    assert _render(both) == _render(tables)


def test_what_people_wrote_is_escaped(tables):
    programme = sample_tables.programme()
    title = programme.title.model_copy(update={"sv": EVIL})
    programme = programme.model_copy(update={"title": title, "organisation": EVIL, "purpose": title, "version": EVIL})
    poisoned = {name: frame.copy() for name, frame in tables.items()}
    for name, column in (
        ("theme", "theme"),
        ("key_factor", "indicator"),
        ("survey_scale", "scale"),
        ("workforce", "group_value"),
        ("anonymous_outcome", "ground"),
        ("anonymous_outcome", "group_code"),
        ("adjustment", "area"),
        ("adjustment", "result"),
        ("match_summary", "metric"),
        ("effect", "outcome"),
        ("effect", "design"),
        ("cohort_metric", "group_value"),
        ("key_factor", "month"),
    ):
        frame = poisoned[name]
        frame.loc[frame.index[-3:], column] = EVIL
    html = _render(poisoned, programme=programme)
    _Page(html)
    assert "<script" not in html and "49" not in re.findall(r"alert\(1\).{0,40}", html)[0]
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("step", LADDER)
def test_no_wording_stronger_than_permitted(tables, step):
    effect = tables["effect"].copy()
    ready = effect["status"] == "ok"
    effect.loc[ready, "wording"] = step
    text = wording("en")
    shown = _Page(_render({**tables, "effect": effect}, "en")).text
    shown = shown[shown.index(text("effects.lead")) : shown.index(text("surveys.lead"))]
    beginnings = {
        rung: text(f"evidence.{rung}", phrase="|", estimate="", interval="").split("|")[0] for rung in LADDER[:3]
    }
    for rung, beginning in beginnings.items():
        assert (beginning in shown) == (rung == step), rung


def test_an_unknown_wording_or_status_reads_as_the_weakest(tables):
    text = wording("en")
    for column, value in (("wording", "proven_beyond_doubt"), ("wording", ""), ("status", "no_overlap")):
        effect = tables["effect"].assign(**{column: value})
        shown = _Page(_render({**tables, "effect": effect}, "en")).text
        assert text("effects.too_little", outcome=text("outcome.retention")) in shown


def test_an_interval_over_zero_is_no_difference_whatever_the_wording(tables):
    effect = tables["effect"].assign(wording="causal", low=-0.02)
    three = headlines({**tables, "effect": effect}, sample_tables.programme(), "sv")
    assert "ingen säker skillnad" in three[2][2] and "Lottningen visar" not in three[2][2]


def test_a_missing_mark_counts_as_hidden(tables):
    unmarked = {name: frame.drop(columns="is_hidden") for name, frame in tables.items()}
    assert not re.search(r'<span class="num">', _render(unmarked))


def test_missing_columns_cost_only_their_figures(tables):
    thin = {name: frame.drop(columns=["low", "high"]) for name, frame in tables.items()}
    _Page(_render(thin))


def test_before_the_reading_quarter_the_headline_waits(tables):
    effect = tables["effect"].assign(status="not_yet", wording="too_little_data", value=None, low=None, high=None)
    _, figure, sentence = headlines({**tables, "effect": effect}, sample_tables.programme(), "sv")[2]
    assert figure == "Inte avläst än" and "inte slut" in sentence


def test_a_preliminary_edition_says_so(tables):
    context = sample_tables.context("preliminary")
    frames = {n: f.assign(edition="preliminary") if "edition" in f else f for n, f in tables.items()}
    assert wording("sv")("page.preliminary") in _render(frames, context=context)
    assert wording("sv")("page.preliminary") not in _render(tables)


def test_colours_have_enough_contrast():
    html = _render({})
    themes = re.findall(r":root \{(.*?)\}", html, flags=re.S)
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", themes[0]))
    dark = {**light, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", themes[1]))}
    pairs = [
        ("ink", "paper"),
        ("soft", "paper"),
        ("soft", "faint"),
        ("on-night", "night"),
        ("on-night-soft", "night"),
        ("pine", "paper"),
        ("pine", "pine-soft"),
        ("ochre", "ochre-soft"),
        ("brick", "brick-soft"),
        ("ink", "pine-soft"),
    ]
    for theme in (light, dark):
        for front, back in pairs:
            assert _contrast(theme[front], theme[back]) >= 4.5, (front, back, theme[front], theme[back])
        for mark in ("pine", "ochre", "slate"):
            assert _contrast(theme[mark], theme["paper"]) >= 3, mark


def _contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_columns_agree_with_the_evaluation():
    from evaluation.tables import COLUMNS as PUBLISHED
    from reports.reading import columns

    assert {name: columns(name) for name in COLUMNS} == dict(PUBLISHED)


def test_frames_as_the_evaluation_types_them_give_the_same_report(tables):
    from evaluation.tables import typed

    as_typed = {name: typed(name, f) if name in COLUMNS else f for name, f in tables.items()}
    assert _render(as_typed) == _render(
        {n: f.sort_values(list(f.columns[:8]), kind="stable") for n, f in tables.items()}
    )


def _factor(html: str, name: str) -> str:
    return html.split(f'id="factor-{name}"')[1].split("</li>")[0]


def test_a_factor_is_not_judged_by_others_when_its_first_figure_is_hidden(tables):
    frame = tables["key_factor"]
    hidden = frame.assign(is_hidden=frame["is_hidden"] | (frame["indicator"] == "kickoff_share"))
    part = _factor(_render({**tables, "key_factor": hidden}), "clarity")
    assert wording("sv")("meaning.hidden") in part and wording("sv")("meaning.clarity.good") not in part


def test_one_month_after_the_start_it_is_too_early_to_say(tables):
    moved = {
        name: frame.assign(period="2024Q4", cohort=frame["cohort"].replace({"2024": "-", "2025": "2024"}))
        if "period" in frame
        else frame
        for name, frame in tables.items()
    }
    factors, goal = moved["key_factor"], moved["goal"]
    moved["key_factor"] = factors[factors["month"].isin(["", "M01"])]
    moved["goal"] = goal.assign(value=goal["value"].mask(goal["metric"] == "milestones_reached_share", 0.0))
    text = wording("sv")
    html = _render(moved, context=sample_tables.context(period="2024Q4"))
    for factor in ("long_view", "follow_up"):
        assert text("meaning.early") in _factor(html, factor)
    assert text("status.early") in html and "Efter en månad" in html and "1 månader" not in html


def test_adjustments_that_made_it_better_are_told_of_how_many(tables):
    frame = tables["key_factor"]
    share = frame[frame["indicator"] == "adjustments_improved"].assign(
        indicator="adjustments_improved_share", unit="share", value=0.666667
    )
    part = _factor(_render({**tables, "key_factor": pd.concat([frame, share], ignore_index=True)}), "adjustment")
    assert "2 av 3 avslutade" in part and "67" not in part


def test_a_dimension_all_hidden_is_one_sentence(tables):
    frame = tables["cohort_metric"]
    hidden = frame.assign(is_hidden=frame["is_hidden"] | (frame["group_dimension"] == "sex"))
    part = _render({**tables, "cohort_metric": hidden}).split('id="groups"')[1].split("</section>")[0]
    assert "Kön: inga andelar visas" in part and "Kvinnor" not in part and "Under 30 år" in part


def test_the_theme_of_the_rest_comes_last(tables):
    frame = tables["theme"]
    other = frame[(frame["theme"] == "time") & (frame["role"] == "mentee")].assign(theme="other", value=80.0)
    part = _render({**tables, "theme": pd.concat([frame, other], ignore_index=True)}).split('id="comments"')[1]
    assert part.index("Övrigt") > part.index("Mål och struktur")


def test_the_label_of_a_line_keeps_clear_of_the_other_line():
    other, main = (0.9, 0.88, 0.86, 0.84, 0.82, 0.8, 0.78), (0.85, 0.82, 0.8, 0.77, 0.74, 0.7, 0.69)
    svg = line(
        [Series("a", main), Series("b", other, is_main=False)], list("abcdefg"), [(0, "0"), (1, "1")], "", "", "69 %"
    )
    bases = re.findall(r'y="([\d.]+)"[^>]*class="mark"', svg)
    # The lower line ends at 43.3, the upper one at 35.4: the text stands below both.
    assert len(bases) == 1 and float(bases[0]) - 12 > 43.3
