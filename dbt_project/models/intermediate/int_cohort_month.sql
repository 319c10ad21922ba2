{{ config(materialized=var('light_models', 'ephemeral')) }}

{% for cohort in var('cohorts') %}
{% for month in cohort_months(cohort) %}
select
    {{ sql_text(cohort.name) }} as cohort,
    {{ sql_text(month.label) }} as month,
    {{ month.number }} as month_number,
    {{ sql_date(month.start) }} as month_start,
    {{ sql_date(month.end) }} as month_end
union all
{% endfor %}
{% endfor %}
{# The columns, with no row: no month may have passed yet. #}
select
    cast(null as text) as cohort,
    cast(null as text) as month,
    cast(null as integer) as month_number,
    cast(null as date) as month_start,
    cast(null as date) as month_end
where 1 = 0
