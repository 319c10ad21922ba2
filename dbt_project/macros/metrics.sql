{# One row a metric from a relation with one row a cohort.
   `metrics`: a list of (metric, numerator, denominator, n_people, unit), the middle three SQL over the relation. #}
{% macro unpivot_metrics(relation, metrics) -%}
{% for metric, numerator, denominator, n_people, unit in metrics %}
select
    cohort,
    {{ sql_text(metric) }} as metric,
    {{ whole('coalesce(' ~ numerator ~ ', 0)') }} as numerator,
    {{ whole('coalesce(' ~ denominator ~ ', 0)') }} as denominator,
    {{ whole('coalesce(' ~ n_people ~ ', 0)') }} as n_people,
    {{ sql_text(unit) }} as unit
from {{ relation }}
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}
