"""What participants answered: survey scales by role, and themes of their comments."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import Axis, bar, dots
from reports.reading import MISSING, TOTAL, Figure, figure
from reports.sections.page import Page

# Units of answers that lie on no scale of points.
_NUMBERS = ("count", "hours")
# The theme of whatever fits no other.
_OTHER = "other"
ROLES = ("mentee", "mentor", "employee")


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One scale: means by role in the order of ROLES, and how far the scale can be trusted."""

    title: str
    means: list[tuple[str, Markup, str]]
    alpha: Markup
    chart: Markup


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme of comments with the share (or number) of people who raised it."""

    title: str
    shown: Markup
    chart: Markup


def scales(page: Page) -> list[ScaleRow]:
    """A row for every scale of 1 to 5 (or as programme.yaml says) that has a figure or a hidden one."""
    return [row for name in _names(page, of_numbers=False) if (row := _scale(page, name)) is not None]


def numbers(page: Page) -> list[ScaleRow]:
    """The same for answers that are numbers, such as colleagues to turn to: no picture and no reliability."""
    return [row for name in _names(page, of_numbers=True) if (row := _scale(page, name)) is not None]


def _names(page: Page, of_numbers: bool) -> list[str]:
    planned = [s.name for s in page.programme.scales]
    rows = page.reader.rows("survey_scale", statistic="mean")
    units = dict(zip(rows["scale"], rows["unit"], strict=True))
    names = planned + [name for name in units if name not in planned and name not in ("", TOTAL)]
    return [name for name in names if (name not in planned and units.get(name) in _NUMBERS) == of_numbers]


def responses(page: Page) -> list[tuple[str, Markup]]:
    """The share that answered, by role."""
    found = []
    for role in ROLES:
        for scale in ("__total__", "", *dict.fromkeys(page.reader.rows("survey_scale", role=role)["scale"])):
            one = page.best("survey_scale", role=role, scale=scale, statistic="response_share")
            if one.is_shown or one.is_hidden:
                found.append((page.text(f"role.{role}s"), page.show(one)))
                break
    return found


def _scale(page: Page, name: str) -> ScaleRow | None:
    means = {role: page.best("survey_scale", role=role, scale=name, statistic="mean") for role in ROLES}
    if not any(m.is_shown or m.is_hidden for m in means.values()):
        return None
    plan = next((s for s in page.programme.scales if s.name == name), None)
    title = page.own(plan.title) if plan else page.text.of("scale", name)
    axis = Axis(plan.low, plan.high) if plan else Axis(1, 5)
    alphas = [page.best("survey_scale", role=role, scale=name, statistic="alpha") for role in ROLES]
    alpha = next((a for a in alphas if a.is_shown), next((a for a in alphas if a.is_hidden), MISSING))
    spoken = ", ".join(f"{page.text(f'role.{r}s')} {page.written(_mean(m))}" for r, m in means.items())
    return ScaleRow(
        title=title,
        means=[(page.text(f"role.{r}s"), page.show(_mean(m)), page.count(m)) for r, m in means.items()],
        alpha=page.show(_mean(alpha)),
        chart=dots(axis, [(r, m.value) for r, m in means.items()], title, spoken),
    )


def _mean(found: Figure) -> Figure:
    unit = "hours" if found.unit == "hours" else "mean"
    return Figure(found.value, found.n, found.low, found.high, unit, found.is_hidden)


def themes(page: Page) -> list[tuple[str, str, list[ThemeRow]]]:
    """(role, how many wrote, themes): the most common first, then hidden ones by name; the rest last."""
    groups = []
    for role in ("mentee", "mentor", "employee"):
        rows = page.reader.rows("theme", role=role, language=(TOTAL, ""))
        for cohort in (TOTAL, *page.cohorts):
            chosen = rows[rows["cohort"] == cohort]
            if len(chosen):
                break
        else:
            continue
        found = {str(row["theme"]): figure(row) for _, row in chosen.iterrows()}
        wrote = found.pop(TOTAL, MISSING)
        all_shares = all(f.unit == "share" for f in found.values())
        full = 1.0 if all_shares else (wrote.value or max((f.value or 0.0 for f in found.values()), default=1.0))
        named = [(t == _OTHER, page.text.of("theme", t), f) for t, f in found.items()]
        listed = sorted(named, key=lambda p: (p[0], -(p[2].value or 0), p[1]))
        made = [ThemeRow(t, page.show(f), bar(f.value, full, t, page.written(f))) for _, t, f in listed]
        title = page.text("comments.caption", role=page.text(f"role.{role}s"))
        note = page.text("comments.wrote", n=page.fmt.number(wrote.value)) if wrote.is_shown else ""
        groups.append((title, note, made))
    return groups
