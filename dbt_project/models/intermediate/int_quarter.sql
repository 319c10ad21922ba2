{{ config(materialized=var('light_models', 'ephemeral')) }}

{% for quarter in quarters() %}
select
    {{ sql_text(quarter.label) }} as period,
    {{ sql_date(quarter.start) }} as period_start,
    {{ sql_date(quarter.end) }} as period_end,
    {{ quarter.is_reported }} as is_reported
{% if not loop.last %}union all{% endif %}
{% endfor %}
