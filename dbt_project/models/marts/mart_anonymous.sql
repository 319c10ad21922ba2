{# The anonymous lane leaves its rows here and goes on as counts and sums; it meets no person and no cohort. #}
with answer as (
    {% for outcome in ['intention_to_stay', 'career', 'safety'] %}
    select
        period,
        ground,
        group_code,
        participation,
        '{{ outcome }}' as outcome,
        {{ outcome }} as points
    from {{ ref('stg_anonymous__self_identification') }}
    where {{ outcome }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    period,
    ground,
    group_code,
    participation,
    outcome,
    {{ whole('count(*)') }} as n,
    {{ whole('sum(points)') }} as points_sum,
    {{ whole('sum(points * points)') }} as points_sumsq
from answer
group by period, ground, group_code, participation, outcome
