{{ config(materialized=var('light_models', 'ephemeral')) }}

{% for cohort in var('cohorts') %}
select
    {{ sql_text(cohort.name) }} as cohort,
    {{ sql_text(cohort.match_period) }} as match_period,
    {{ sql_date(period_end(cohort.match_period)) }} as match_period_end,
    {{ sql_date(cohort.match_on) }} as match_on,
    {{ sql_date(cohort.starts_on) }} as starts_on,
    {{ sql_date(cohort.ends_on) }} as ends_on,
    {{ sql_date(cohort.match_on) }} <= {{ sql_date(var('as_of')) }} as is_matched
union all
{% endfor %}
{# The columns, with no row: a programme may have no cohort yet. #}
select
    cast(null as text) as cohort,
    cast(null as text) as match_period,
    cast(null as date) as match_period_end,
    cast(null as date) as match_on,
    cast(null as date) as starts_on,
    cast(null as date) as ends_on,
    cast(null as boolean) as is_matched
where 1 = 0
