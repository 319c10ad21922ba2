{% for group in ['recruitment', 'structure', 'activity'] %}
select
    cohort,
    metric,
    numerator,
    denominator,
    n_people,
    unit
from {{ ref('int_cohort_metric__' ~ group) }}
{{ 'union all' if not loop.last }}
{% endfor %}
