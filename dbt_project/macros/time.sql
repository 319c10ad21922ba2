{# All calendar arithmetic that depends on the run is done here, once, and reaches SQL as literals. #}

{# The label of the quarter in which a date column lies, such as 2026Q3. #}
{% macro quarter_label(column) -%}
    cast(cast(extract(year from {{ column }}) as integer) as text) || 'Q'
    || cast(cast(extract(quarter from {{ column }}) as integer) as text)
{%- endmacro %}

{# Completed years from one date to another. #}
{% macro full_years(start, finish) -%}
    cast(
        extract(year from {{ finish }}) - extract(year from {{ start }})
        - case
            when extract(month from {{ finish }}) * 100 + extract(day from {{ finish }})
                < extract(month from {{ start }}) * 100 + extract(day from {{ start }})
                then 1
            else 0
        end as integer
    )
{%- endmacro %}

{# The quarters from the one before first_period_start to that of as_of: [{label, start, end, is_reported}].
   The extra one, not reported, is what the first is compared with. #}
{% macro quarters() %}
    {% set first = var('first_period_start') | string %}
    {% set last = var('as_of') | string %}
    {% set lowest = first[:4] | int * 4 + ((first[5:7] | int) - 1) // 3 %}
    {% set highest = last[:4] | int * 4 + ((last[5:7] | int) - 1) // 3 %}
    {% if highest < lowest %}
        {{ exceptions.raise_compiler_error("as_of " ~ last ~ " lies before first_period_start " ~ first) }}
    {% endif %}
    {% set found = [] %}
    {% for index in range(lowest - 1, highest + 1) %}
        {% set year = index // 4 %}
        {% set quarter = index % 4 %}
        {% do found.append({
            'label': year ~ 'Q' ~ (quarter + 1),
            'start': year ~ '-' ~ ['01-01', '04-01', '07-01', '10-01'][quarter],
            'end': year ~ '-' ~ ['03-31', '06-30', '09-30', '12-31'][quarter],
            'is_reported': index >= lowest,
        }) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{# The last day of a quarter given by its label. #}
{% macro period_end(label) %}
    {{ return(label[:4] ~ '-' ~ ['03-31', '06-30', '09-30', '12-31'][(label[5:] | int) - 1]) }}
{% endmacro %}

{# The day so many months after a date; the last of the month where there is no such day. #}
{% macro add_months(day, months) %}
    {% set date = modules.datetime.date %}
    {% set index = day.year * 12 + day.month - 1 + months %}
    {% set after = index + 1 %}
    {% set last = date(after // 12, after % 12 + 1, 1) - modules.datetime.timedelta(days=1) %}
    {{ return(date(index // 12, index % 12 + 1, [day.day, last.day] | min)) }}
{% endmacro %}

{# A cohort's months that have passed by as_of: [{number, label, start, end}]. #}
{% macro cohort_months(cohort) %}
    {% set parse = modules.datetime.date.fromisoformat %}
    {% set one_day = modules.datetime.timedelta(days=1) %}
    {% set first = parse(cohort['starts_on'] | string) %}
    {% set last = parse(cohort['ends_on'] | string) %}
    {% set today = parse(var('as_of') | string) %}
    {% set found = [] %}
    {% for number in range(1, 61) %}
        {% set start = adept.add_months(first, number - 1) %}
        {% set end = [adept.add_months(first, number) - one_day, last] | min %}
        {% if start <= last and end <= today %}
            {% do found.append({'number': number, 'label': 'M' ~ '%02d' % number, 'start': start, 'end': end}) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
